import ExecTopApp
import ExecTopCounting
import ExecTopRecords
import ExecTopScreen
import ExecTopTable
import ExecTopText
import ExecTopTrace
import Testing

@Suite("Audit")
struct AuditTests {
  @Test(
    "the audit names every reason that has execs",
    arguments: [
      ([:], 0, "every exec accounted for"),
      ([.unreadable: nil, .mapFull: 0, .missed: nil], 0, "every exec accounted for"),
      ([.unreadable: 1], 0, "1 without a row: 1 unreadable"),
      ([.mapFull: 1200], 0, "1,200 without a row: 1,200 map_full"),
      ([.unreadable: 1, .mapFull: 2, .missed: 3], 0, "6 without a row: 1 unreadable, 2 map_full, 3 missed"),
      ([.missed: 3], 4, "7 without a row: 3 missed, 4 LOST"),
    ] as [(Unattributed, UInt64, String)])
  func text(unattributed: Unattributed, unaccounted: UInt64, text: String) {
    let audit = Audit(Totals(unattributed: unattributed, unaccounted: unaccounted))
    #expect(audit.text == text)
    #expect(audit.isClean == (text == "every exec accounted for"))
  }

  @Test("of a map that something else fills nothing is claimed")
  func unknown() {
    let audit = Audit(Totals(unattributed: .unknown))
    #expect(audit.text == "what the map's owner missed is not known")
    #expect(!audit.isClean)
  }
}
