import Testing

@testable import ExecTopCounting
@testable import ExecTopRecording
@testable import ExecTopRecords
@testable import ExecTopText

@Suite("Diff")
struct DiffTests {
  private static func account(_ rows: KeyValuePairs<String, (execs: UInt64, failed: UInt64, milliseconds: UInt64)>)
    -> ExecSums
  {
    var account = ExecSums()
    for (name, row) in rows {
      let figures = ExecSums.Figures(execs: row.execs, failed: row.failed, cpu: row.milliseconds * 1_000_000)
      account.add(figures, to: [name])
      account.total.execs += row.execs
      account.total.failed = (account.total.failed ?? 0) + row.failed
      account.total.cpu = (account.total.cpu ?? 0) + row.milliseconds * 1_000_000
    }
    return account
  }

  private let diff = Diff(
    from: account([
      "/same": (100, 0, 1000), "/gone": (5, 5, 0), "/less": (30, 0, 100), "/slower": (10, 0, 100),
      "/noise": (10, 0, 100),
      "/fails": (40, 1, 50),
    ]),
    to: account([
      "/same": (100, 0, 1000), "/new": (200, 0, 10), "/less": (20, 0, 90), "/slower": (10, 0, 900),
      "/noise": (10, 0, 105), "/fails": (40, 9, 50),
    ]), by: .path)

  @Test("what changed most comes first, and what hardly differs is left out")
  func rows() {
    #expect(
      diff.rows.map { "\($0.kind) \($0.name[0])" } == [
        "more /fails", "gone /gone", "new /new", "more /slower", "less /less",
      ])
    #expect(Diff(from: diff.after, to: diff.after, by: .path).rows.isEmpty)
  }

  @Test("as a table, in a locale that is not UTF-8 too")
  func text() {
    #expect(
      diff.text(isUnicode: true) == """
        A  execs 195  failed 6  cpu 1.350 s
        B  execs 380  failed 9  cpu 2.155 s

              EXECS A  EXECS B      CHANGE  FAILED A  FAILED B  CPU A  CPU B  PATH
        more       40       40           0         1         9  0.050  0.050  /fails
        gone        5        0          -5         5         0  0.000  0.000  /gone
        new         0      200        +200         0         0  0.000  0.010  /new
        more       10       10           0         0         0  0.100  0.900  /slower
        less       30       20  -10 (-33%)         0         0  0.100  0.090  /less

        """)
    var other = ExecSums()
    other.add(ExecSums.Figures(execs: 1), to: ["/bin/caf\u{e9}", "/x"])
    let text = Diff(from: ExecSums(), to: other, by: .launches).text(isUnicode: false)
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    #expect(
      text.contains("new   0        1      +1         -         -      -      -  /bin/caf\\xc3\\xa9 > /x\n")
        || text.contains("/bin/caf\\xc3\\xa9 > /x\n"))
    #expect(Diff(from: other, to: other, by: .path).text(isUnicode: true).hasSuffix("\nno difference\n"))
  }

  @Test(
    "limits",
    arguments: [
      ("execs+20%", "execs 195 to 380"), ("execs+95%", nil), ("execs+184", "execs 195 to 380"), ("execs+185", nil),
      ("failed+50%", nil), ("failed+2", "failed 6 to 9"), ("cpu+30%", "cpu 1.350 s to 2.155 s"), ("cpu+0.9", nil),
      ("new", "new: /new"), ("new-failures", nil),
    ] as [(String, String?)])
  func limits(text: String, how: String?) throws {
    #expect(try #require(DiffLimit(text)).broken(by: diff) == how)
  }

  @Test("what fails that did not fail before")
  func newFailures() throws {
    let worse = DiffTests.account(["/same": (100, 3, 1000), "/new": (1, 1, 0)])
    let limit = try #require(DiffLimit("new-failures"))
    #expect(limit.broken(by: Diff(from: diff.before, to: worse, by: .path)) == "failed only now: /same and 1 more")
  }

  @Test("what is no limit", arguments: ["", "execs", "execs-1", "execs+", "execs+x%", "execs+-1", "cpu+nan", "newer"])
  func noLimits(text: String) {
    #expect(DiffLimit(text) == nil)
  }

  @Test("a record as an account")
  func records() throws {
    let record = """
      {"schema":"exectop/1","totals":{"execs":7,"failed":2,"cpu":1.5},"rows":[
      {"path":"/a \\u00e9\\ud83d\\ude00\\n","count":4,"failed":2,"cpu":1.25},{"path":"/b","count":3,"failed":null}]}
      """
    let account = try #require(ExecSums(record: Array(record.utf8), by: .path))
    #expect(account.total == ExecSums.Figures(execs: 7, failed: 2, cpu: 1_500_000_000))
    #expect(
      account.rows == [
        ["/a \u{e9}\u{1f600}\\x0a"]: ExecSums.Figures(execs: 4, failed: 2, cpu: 1_250_000_000),
        ["/b"]: ExecSums.Figures(execs: 3),
      ])
    #expect(try #require(ExecSums(record: Array(record.utf8), by: .unit)).lacksKey)
    for wrong in ["", "{}", "[1", "{\"schema\":\"exectop/2\",\"totals\":{},\"rows\":[]}", record + "x"] {
      #expect(ExecSums(record: Array(wrong.utf8), by: .path) == nil)
    }
    // Neither depth nor numbers out of range end anything.
    #expect(ExecSums(record: Array(String(repeating: "[", count: 100_000).utf8), by: .path) == nil)
    let huge = #"{"schema":"exectop/1","totals":{"execs":1e300,"failed":-1,"cpu":1e200},"rows":[]}"#
    #expect(try #require(ExecSums(record: Array(huge.utf8), by: .path)).total == ExecSums.Figures())
  }

  @Test("parts of a recording")
  func spans() throws {
    let night = try #require(RecordingSpan("2026-11-20T02:00..03:00"))
    #expect(night.start == RecordingSpan.End(milliseconds: 1_795_140_000_000, isUTC: false))
    #expect(night.end == RecordingSpan.End(milliseconds: 1_795_143_600_000, isUTC: false))
    let late = try #require(RecordingSpan("2026-11-20 23:30:30Z..00:10"))
    #expect(late.start == RecordingSpan.End(milliseconds: 1_795_217_430_000, isUTC: true))
    #expect(late.end == RecordingSpan.End(milliseconds: 1_795_219_800_000, isUTC: true))
    #expect(try #require(RecordingSpan("2026-02-28T00:00..2026-03-01T00:00")).end?.milliseconds == 1_772_323_200_000)
    #expect(try #require(RecordingSpan("..2026-11-20T02:00Z")).start == nil)
    #expect(try #require(RecordingSpan("2026-11-20T02:00..")).end == nil)
    for wrong in ["", "..", "02:00..03:00", "2026-11-20..2026-11-21", "2026-02-30T00:00..", "2026-11-20T24:00..", "x"] {
      #expect(RecordingSpan(wrong) == nil)
    }
  }
}
