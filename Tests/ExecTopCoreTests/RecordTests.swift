import FoundationEssentials
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("JSON")
struct JSONTests {
  private func written(_ value: JSON) -> String {
    var text = ""
    value.write(to: &text)
    return text
  }

  @Test(
    "a string has its quotation marks, backslashes and controls escaped",
    arguments: [
      ("", #""""#), ("/usr/bin/git", #""/usr/bin/git""#), (#"a"b\c"#, #""a\"b\\c""#),
      ("\u{0}\n\u{1f}", #""\u0000\u000a\u001f""#), ("né通\u{301}", "\"né通\u{301}\""),
      // The mark makes one character for Swift, but not for JSON, of it and the quotation mark.
      ("\"\u{301}", "\"\\\"\u{301}\""),
    ])
  func string(string: String, text: String) {
    #expect(Array(written(.string(string)).utf8) == Array(text.utf8))
  }

  @Test(
    "a number has one decimal at least and three at most",
    arguments: [(1, "1.0"), (0.5, "0.5"), (1.25, "1.25"), (0.12345, "0.123"), (100, "100.0"), (0.001, "0.001")])
  func number(number: Double, text: String) {
    #expect(written(.number(number)) == text)
  }

  @Test("a number too large to write in full is still a number")
  func largeNumber() throws {
    #expect(try #require(Double(written(.number(1e30)))) >= 1e15)
  }

  @Test("what is no number is null", arguments: [Double.nan, .infinity, -.infinity])
  func noNumber(number: Double) {
    #expect(written(.number(number)) == "null")
  }

  @Test(
    "what a terminal or a reader of lines takes for a control is escaped; in ASCII all beyond it",
    arguments: [
      ("\u{7f}\u{9b}\u{2028}\u{2029}", #""\u007f\u009b\u2028\u2029""#, #""\u007f\u009b\u2028\u2029""#),
      ("é🦊", "\"é🦊\"", #""\u00e9\ud83e\udd8a""#),
    ])
  func escapes(string: String, text: String, ascii: String) {
    #expect(written(.string(string)) == text)
    var written = ""
    JSON.array([.string(string)]).write(to: &written, isASCII: true)
    #expect(written == "[\(ascii)]")
  }

  @Test("members and elements stand in the order given, without blanks")
  func nested() {
    let value = JSON.object([
      ("z", .array([.null, .bool(true), .bool(false), .count(.max)])), ("a", .object([])), ("e", .array([])),
    ])
    #expect(written(value) == #"{"z":[null,true,false,18446744073709551615],"a":{},"e":[]}"#)
  }
}

@Suite("CSV")
struct CSVTests {
  @Test(
    "a field is quoted where RFC 4180 wants it",
    arguments: [
      ("", ""), ("a b", "a b"), ("a,b", "\"a,b\""), ("a\"b\"", "\"a\"\"b\"\"\""), ("a\nb", "\"a\nb\""),
      ("a\r\nb", "\"a\r\nb\""), (",\u{301}", "\",\u{301}\""), ("\"\u{301},", "\"\"\"\u{301},\""),
    ])
  func quoted(field: String, text: String) {
    #expect(Array(CSV.quoted(field).utf8) == Array(text.utf8))
  }
}

extension CSVTests {
  @Test(
    "a field that a spreadsheet would take for a formula is behind an apostrophe, which can be taken off again",
    arguments: [
      "", "a", "/bin/=", "=1+1", "+1", "-1", "@a", "\ta", "\ra", "\na", "'", "''", "'=1", "＝1", "＋1", "－1", "＠a",
    ])
  func formula(field: String) {
    let text = CSV.text(field)
    let isChanged = !["", "a", "/bin/="].contains(field)
    #expect(text == (isChanged ? "'" : "") + field)
    // The inverse.
    #expect((text.hasPrefix("'") ? String(text.dropFirst()) : text) == field)
  }
}

@Suite("Record")
struct RecordTests {
  private let time = WallTime(milliseconds: 1_795_361_072_123)

  /// Counts that grew for a second after another, with failures.
  private func tally() -> Tally {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(snapshots.at(2, ["/usr/bin/git": 9, "/x": 20], failures: [("/x", 2, 10)]))
    tally.apply(
      snapshots.at(
        3, ["/usr/bin/git": 10, "/x": 31], failures: [("/x", 2, 15), ("/x", 13, 5)],
        totals: Totals(execs: 120, failed: 20, unattributed: [.unreadable: 70, .mapFull: 8, .missed: 1])))
    return tally
  }

  private func record(
    _ tally: Tally, mode: Mode = .attempts, query: Query = Query(), limit: Int? = nil, isUnicode: Bool = true
  ) -> Record {
    var decisions = Decisions()
    return Record(
      time: time, mode: mode, tally: tally, query: query, decisions: &decisions, limit: limit, isUnicode: isUnicode)
  }

  /// A tally with one exec of one path.
  private func tally(of path: Path) -> Tally {
    var tally = Tally(began: 0, countsFromZero: true)
    var snapshots = Snapshots()
    tally.apply(snapshots.at(1, rows: [(path, 1)]))
    return tally
  }

  @Test("json has every member of the contract, in its order")
  func json() {
    #expect(
      record(tally()).json
        == #"{"schema":"exectop/1","time":"2026-11-22T15:24:32.123Z","elapsed":3.0,"interval":1.0,"#
        + #""mode":"attempts","totals":{"execs":120,"failed":20,"rate":91.0,"paths":2,"#
        + #""unattributed":{"unreadable":70,"map_full":8,"missed":1,"refused_late":0,"missed_at_entry":0},"#
        + #""unaccounted":0,"begun":null,"under_way":null,\#(Self.unknownUses)},"rows":["#
        + #"{"path":"/x","count":31,"delta":11,"rate":11.0,"failed":20,"errors":{"ENOENT":15,"EACCES":5},"#
        + #""peak":11.0,"first_seen":2.0,"last_seen":3.0,\#(Self.unknownUsesOfRow)},"#
        + #"{"path":"/usr/bin/git","count":10,"delta":1,"rate":1.0,"failed":0,"errors":{},"#
        + #""peak":4.5,"first_seen":2.0,"last_seen":3.0,\#(Self.unknownUsesOfRow)}]}"#)
  }

  /// What json says of processes where nothing is known of them.
  private static let unknownUses =
    #""cpu":null,"cpu_rate":null,"cpu_kernel":null,"cpu_unattributed":{"no_path":null,"no_slot":null,"map_full":null},"#
    + #""cpu_machine":null,"cpu_interrupts":null,"cpu_steal":null,"cpu_unread":null,"running":null,"ended":null"#
  private static let unknownUsesOfRow =
    #""cpu":null,"major_faults":null,"resident":null,"cpu_rate":null,"running":null,"ended":null,"exits":null,"#
    + #""wall":null,"avoidable":null"#

  @Test("json says null for what is not known, never 0")
  func jsonUnknown() {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: false)
    tally.apply(
      snapshots.at(
        1, ["/a": 5],
        totals: Totals(
          execs: 5, failed: nil, unattributed: .unknown)))
    #expect(
      record(tally, mode: .map).json
        == #"{"schema":"exectop/1","time":"2026-11-22T15:24:32.123Z","elapsed":1.0,"interval":null,"#
        + #""mode":"map","totals":{"execs":5,"failed":null,"rate":null,"paths":1,"#
        + #""unattributed":{"unreadable":null,"map_full":null,"missed":null,"refused_late":null,"#
        + #""missed_at_entry":null},"unaccounted":null,"begun":null,"under_way":null,\#(Self.unknownUses)},"rows":["#
        + #"{"path":"/a","count":5,"delta":null,"rate":null,"failed":null,"errors":null,"#
        + #""peak":null,"first_seen":1.0,"last_seen":null,\#(Self.unknownUsesOfRow)}]}"#)
  }

  @Test(
    "json has the exact bytes of a path that does not show as it is, and says where one is cut",
    arguments: [
      (Path("/né"), #"{"path":"/né","count""#),
      (Path([0x2f, 0xff, 0x0a]), #"{"path":"/\\xff\\x0a","path_base64":"L/8K","count""#),
      (
        Path(String(repeating: "a", count: 255)),
        #"{"path":"\#(String(repeating: "a", count: 255))","truncated":true,"count""#
      ),
    ])
  func jsonPath(path: Path, members: String) {
    #expect(record(tally(of: path)).json.contains(members))
  }

  @Test("csv has a header row, a line for the totals and one for each row, each ended as RFC 4180 has it")
  func csv() {
    #expect(
      Record.csvHeader()
        == "time,elapsed,interval,mode,row,path,path_base64,truncated,undecided,other,count,delta,rate,failed,errors,"
        + "peak,first_seen,last_seen,cpu,major_faults,resident,cpu_rate,running,ended,exits,wall,avoidable,"
        + "paths,unattributed,unaccounted,cpu_kernel,cpu_unattributed,cpu_machine\r\n")
    let stamp = "2026-11-22T15:24:32.123Z,3.000,1.000,attempts"
    #expect(
      record(tally()).csv
        == "\(stamp),totals,,,,,,120,91,91.000,20,,91.000,,,,,,,,,,,,2,"
        + "unreadable=70 map_full=8 missed=1 refused_late=0 missed_at_entry=0,0,,,\r\n"
        + "\(stamp),path,/x,,false,false,false,31,11,11.000,20,ENOENT=15 EACCES=5,11.000,2.000,3.000,,,,,,,,,,,,,,,\r\n"
        + "\(stamp),path,/usr/bin/git,,false,false,false,10,1,1.000,0,,4.500,2.000,3.000,,,,,,,,,,,,,,,\r\n")
  }

  @Test("csv leaves a field empty where nothing is known")
  func csvUnknown() {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: false)
    tally.apply(snapshots.at(1, ["/a": 5], totals: Totals(execs: 5, failed: nil, unattributed: .unknown)))
    let stamp = "2026-11-22T15:24:32.123Z,1.000,,map"
    #expect(
      record(tally, mode: .map).csv
        == "\(stamp),totals,,,,,,5,,,,,,,,,,,,,,,,,1,,,,,\r\n"
        + "\(stamp),path,/a,,false,false,false,5,,,,,,1.000,,,,,,,,,,,,,,,,\r\n")
  }

  @Test("each line of csv has as many fields as the header")
  func csvFields() {
    let lines = (Record.csvHeader() + record(tally()).csv).split(separator: "\r\n")
    #expect(lines.count == 4)
    #expect(Set(lines.map { $0.count { $0 == "," } }).count == 1)
  }

  @Test("only rows that changed over the interval, or of which that is not known, and at most the limit")
  func changed() {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: false)
    let query = Query(sort: .path, isOnlyChanged: true)
    func paths(limit: Int? = nil) -> [Path] {
      record(tally, query: query, limit: limit).paths.map { tally.path(of: $0) }
    }
    tally.apply(snapshots.at(1, ["/a": 1, "/b": 1, "/c": 1]))
    #expect(paths() == ["/a", "/b", "/c"].map { Path($0) })
    tally.apply(snapshots.at(2, ["/a": 1, "/b": 2, "/c": 2]))
    #expect(paths() == ["/b", "/c"].map { Path($0) })
    #expect(paths(limit: 1) == [Path("/b")])
    #expect(record(tally, query: query).csv.contains(",totals,,,,,,5,2,2.000,"))
    tally.apply(snapshots.at(3, ["/a": 1, "/b": 2, "/c": 2]))
    #expect(paths().isEmpty)
  }

  @Test("csv escapes, then quotes, and adds the exact bytes and the cut")
  func csvPath() {
    let path = Path([0x22, 0x2c, 0x0a] + Array(repeating: 0x61, count: 252))
    let shown = "\"\"\"," + "\\x0a" + String(repeating: "a", count: 252) + "\""
    let base64 = Data(path.bytes).base64EncodedString()
    #expect(record(tally(of: path)).csv.contains(",path,\(shown),\(base64),true,false,false,1,"))
  }

  @Test("text is the table, with a summary above and an empty line below")
  func text() {
    #expect(
      record(tally()).text == """
        2026-11-22T15:24:32.123Z  execs 120  rate 91.0/s  failed 20  paths 2  \
        79 without a row: 70 unreadable, 8 map_full, 1 missed
           RATE/S      COUNT    FAILED    PEAK/S   LAST PATH
             11.0         31        20      11.0    now /x
              1.0         10         0       4.5    now /usr/bin/git


        """)
  }

  @Test("csv makes a path and its exact bytes safe for a spreadsheet")
  func csvFormula() {
    #expect(record(tally(of: Path("=1+1"))).csv.contains(",path,'=1+1,,false,false,false,1,"))
    #expect(record(tally(of: Path([0xfb, 0xff]))).csv.contains(",path,\\xfb\\xff,'+/8=,false,false,false,1,"))
  }

  @Test("in a locale without UTF-8 text and csv are ASCII, and so is json, which says the same as ever")
  func ascii() {
    let path = "/é…" + String(repeating: "a", count: 250)
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: false)
    tally.apply(snapshots.at(1, [path: 5]))
    let record = record(tally, isUnicode: false)
    let escaped = "/\\xc3\\xa9\\xe2\\x80\\xa6aaa"
    #expect(
      record.text.contains("        -          5         0         -      - \(escaped)")
        && record.text.contains("aaa~\n"))
    #expect(record.csv.contains(",\(escaped)"))
    #expect(record.csv.contains(Data(path.utf8).base64EncodedString()))
    #expect(record.json.contains(#""path":"/\u00e9\u2026aaa"#) && !record.json.contains("path_base64"))
    for text in [record.text, record.csv, record.json] { #expect(text.utf8.allSatisfy { $0 < 0x7f }) }
  }

  @Test("a path named as the row of many paths is not taken for it")
  func other() {
    var tally = Tally(began: 0, countsFromZero: true)
    var ledger = Ledger(pathLimit: 2)
    ledger.move(["/cold": 2])
    tally.apply(ledger.sample(["(other)": 1, "/b": 1], at: 1))
    let record = record(tally)
    #expect(record.text.contains(" (other)\n") && record.text.contains(" \\x28other)\n"))
    #expect(record.json.contains(#"{"path":"(other)","other":true,"count":2"#))
    #expect(record.json.contains(#"{"path":"\\x28other)","path_base64":"KG90aGVyKQ==","count":1"#))
    #expect(record.csv.contains(",(other),,false,false,true,2,"))
    #expect(record.csv.contains(",\\x28other),KG90aGVyKQ==,false,false,false,1,"))
  }

  @Test("text marks a cut path and shows no byte that does not print")
  func textPath() {
    let path = Path([0x1b, 0x07] + Array(repeating: 0x61, count: 253))
    #expect(
      record(tally(of: path)).text.contains(" \\x1b\\x07" + String(repeating: "a", count: 253) + "…\n"))
  }

  @Test(
    "rows come as the query sorts them, and no more than the limit",
    arguments: [(nil, ["/usr/bin/git", "/x"]), (1, ["/usr/bin/git"]), (0, []), (9, ["/usr/bin/git", "/x"])]
      as [(Int?, [String])])
  func rows(limit: Int?, paths: [String]) {
    let tally = tally()
    let record = record(tally, query: Query(sort: .path), limit: limit)
    #expect(record.paths.map { tally.path(of: $0) } == paths.map { Path($0) })
  }
}
