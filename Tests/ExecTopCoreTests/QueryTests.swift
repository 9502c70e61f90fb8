import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Query")
struct QueryTests {
  /// Paths whose order is not the same by every column.
  private static func tally() -> Tally {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(snapshots.at(1, ["/c": 10, "/a": 1], failures: [("/c", 2, 1)]))
    tally.apply(snapshots.at(2, ["/c": 10, "/a": 1, "/b": 30], failures: [("/c", 2, 1)]))
    tally.apply(snapshots.at(3, ["/c": 20, "/a": 17, "/b": 30], failures: [("/c", 2, 1), ("/a", 2, 17)]))
    tally.apply(snapshots.at(4, ["/c": 20, "/a": 19, "/b": 30], failures: [("/c", 2, 1), ("/a", 2, 18)]))
    tally.apply(snapshots.at(5, ["/c": 21, "/a": 22, "/b": 30], failures: [("/c", 2, 1), ("/a", 2, 18)]))
    return tally
  }

  private func paths(_ query: Query, of tally: Tally = QueryTests.tally()) -> [String] {
    query.rows(of: tally).map { SafeText(tally.path(of: $0).bytes).string }
  }

  @Test(
    "rows stand with the greatest first, paths in their own order, inverted just the other way",
    arguments: [
      (.rate, ["/a", "/c", "/b"]), (.count, ["/b", "/a", "/c"]), (.failed, ["/a", "/c", "/b"]),
      (.peak, ["/b", "/a", "/c"]), (.last, ["/a", "/c", "/b"]), (.path, ["/a", "/b", "/c"]),
    ] as [(Column, [String])])
  func order(column: Column, order: [String]) {
    #expect(paths(Query(sort: column)) == order)
    #expect(paths(Query(sort: column, isInverted: true)) == order.reversed())
  }

  @Test("rows that are equal in the column stand by count, then as they came", arguments: ColumnTable.standard.sortable)
  func equals(column: Column) {
    let tally = Tally.of(["/d": 7, "/c": 7, "/a": 9, "/b": 7], ["/d": 7, "/c": 7, "/a": 9, "/b": 7])
    let expected =
      switch column {
      case .path: ["/a", "/b", "/c", "/d"]
      default: ["/a", "/d", "/c", "/b"]
      }
    #expect(paths(Query(sort: column), of: tally) == expected)
  }

  @Test("what is not known comes after all that is", arguments: [Column.rate, .peak, .last])
  func unknownLast(column: Column) {
    var tally = Tally.of(["/old": 500, "/new": 0], ["/old": 400, "/new": 1], countsFromZero: false)
    #expect(paths(Query(sort: column), of: tally) == ["/new", "/old"])
    tally = .of(["/old": 500, "/new": 1], countsFromZero: false)
    #expect(paths(Query(sort: column), of: tally) == ["/old", "/new"])
  }

  @Test("counts are told apart by their last exec, however large")
  func largeCounts() {
    let tally = Tally.of(["/less": 1 << 62, "/more": (1 << 62) + 1], countsFromZero: false)
    #expect(paths(Query(sort: .count), of: tally) == ["/more", "/less"])
  }

  @Test(
    "an outcome shows the paths that have such execs",
    arguments: [
      (.all, ["/failed", "/ran", "/both"]), (.succeeded, ["/ran", "/both"]), (.failed, ["/failed", "/both"]),
    ] as [(Outcome, [String])])
  func outcome(outcome: Outcome, shown: [String]) {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(
      snapshots.at(1, ["/failed": 3, "/ran": 2, "/both": 2], failures: [("/failed", 2, 3), ("/both", 2, 1)]))
    #expect(paths(Query(sort: .count, outcome: outcome), of: tally) == shown)
  }

  @Test("where failures are not seen every path ran", arguments: [(Outcome.succeeded, ["/a"]), (.failed, [])])
  func outcomeUnseen(outcome: Outcome, shown: [String]) {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(snapshots.at(1, ["/a": 3], totals: Totals(execs: 3, failed: nil)))
    #expect(paths(Query(outcome: outcome), of: tally) == shown)
  }

  @Test("outcomes follow each other round and round")
  func outcomes() {
    #expect(Outcome.allCases.map(\.next) == [.succeeded, .failed, .endedWithError, .all])
  }

  @Test("a filter chooses rows; a path without execs has none")
  func filter() throws {
    let tally = Tally.of(["/bin/sh": 1, "/bin/ls": 2, "/bin/sha1sum": 0])
    #expect(paths(Query(filter: try Filter("sh")), of: tally) == ["/bin/sh"])
  }
}

@Suite("Filter")
struct FilterTests {
  @Test(
    "a text matches the beginning of a path or of its last component",
    arguments: [
      ("", "/bin/sh", true), ("/bin", "/bin/sh", true), ("s", "/bin/sh", true), ("sh", "/bin/sh", true),
      ("sha", "/bin/sh", false), ("bin", "/bin/sh", false), ("h", "/bin/sh", false), ("S", "/bin/sh", false),
      ("/bin/sh", "/bin/sh", true), ("/bin/sh/", "/bin/sh", false), ("con", "configure", true), (".", "./a", true),
      ("é", "/é", true), ("e", "/e\u{301}", true),
      // Turned round.
      ("!", "/bin/sh", true), ("!sh", "/bin/sh", false), ("!/bin", "/bin/sh", false), ("!x", "/bin/sh", true),
      ("!!", "/bin/!", false), ("!~a", "/a", true),
      // Regular expressions.
      ("~", "/bin/sh", true), ("~in/s", "/bin/sh", true), ("~^bin", "/bin/sh", false), ("~sh$", "/bin/sh", true),
      ("~[0-9]+", "/bin/a2b", true), ("~A", "/a", false), ("~(?i)A", "/a", true), ("~e", "/e\u{301}", true),
      ("~\u{301}", "/e\u{301}", true), ("~\u{301}", "/e", false),
    ])
  func matches(text: String, path: String, isMatch: Bool) throws {
    #expect(try Filter(text).decide(Path(path)) == (isMatch ? .matches : .differs))
  }

  @Test("a path need not be UTF-8", arguments: [("a", true), ("~^/bin/.b", true), ("!a", false), ("b", false)])
  func bytes(text: String, isMatch: Bool) throws {
    let path = Path(Array("/bin/".utf8) + [0xff] + Array("b/a".utf8))
    #expect(try Filter(text).decide(path) == (isMatch ? .matches : .differs))
  }

  @Test(
    "a wrong expression is said, with what is wrong and where",
    arguments: [
      ("~(", "missing closing parenthesis", 2), ("~é[a", "missing terminating ] for character class", 4),
      // Not a quantifier too many: versions of PCRE2 differ in its place.
      // UTF mode would make bytes that nothing matches.
      ("~(*UTF)a", "using UTF is disabled by the application", 7),
    ])
  func wrong(text: String, reason: String, place: Int) {
    #expect(throws: FilterError(text: text, reason: reason, place: place)) { try Filter(text) }
  }

  @Test("what is wrong is one line")
  func wrongLine() throws {
    let error = try #require(throws: FilterError.self) { try Filter("~a(") }
    #expect("\(error)" == "~a( is not a regular expression: missing closing parenthesis, after 3 characters")
    let long = try #require(throws: FilterError.self) { try Filter(String(repeating: "a", count: 1025)) }
    #expect("\(long)" == "the text is longer than 1,024 bytes")
  }
}

@Suite("Prompt")
struct PromptTests {
  @Test(
    "keys edit the line as readline does",
    arguments: [
      ([.character("x")], "one twox|"), ([.left, .character("x")], "one twx|o"), ([.control("b")], "one tw|o"),
      ([.home, .right, .right], "on|e two"), ([.control("a"), .control("f")], "o|ne two"),
      ([.home, .left], "|one two"), ([.left, .end], "one two|"), ([.home, .control("e"), .right], "one two|"),
      ([.backspace], "one tw|"), ([.control("h"), .backspace], "one t|"), ([.home, .backspace], "|one two"),
      ([.home, .delete], "|ne two"), ([.left, .control("d")], "one tw|"), ([.delete], "one two|"),
      ([.left, .left, .control("u")], "|wo"), ([.left, .left, .control("k")], "one t|"),
      ([.control("w")], "one |"), ([.control("w"), .control("w")], "|"), ([.left, .control("w")], "one |o"),
    ] as [([Key], String)])
  func edit(keys: [Key], result: String) {
    var prompt = Prompt("one two")
    for key in keys {
      let isEdited = prompt.edit(key)
      #expect(isEdited)
    }
    var shown = prompt.text
    shown.insert("|", at: prompt.cursor)
    #expect(shown == Array(result.unicodeScalars))
  }

  @Test(
    "other keys edit nothing",
    arguments: [
      Key.up, .pageDown, .tab, .enter, .escape, .function(1), .control("x"), .unknown,
      .mouse(.press, Position(row: 0, column: 0)),
    ])
  func ignored(key: Key) {
    var prompt = Prompt("a")
    let isEdited = prompt.edit(key)
    #expect(!isEdited)
    #expect(prompt == Prompt("a"))
  }

  @Test(
    "a text takes no more than its limit, however it is filled, and says so",
    arguments: ["a", "é", "🦊"] as [Unicode.Scalar])
  func bound(scalar: Unicode.Scalar) {
    var prompt = Prompt("~")
    for _ in 0..<2000 { _ = prompt.edit(.character(scalar)) }
    #expect(prompt.text.count == 1 + (Filter.textLimit - 1) / UTF8.width(scalar))
    #expect(prompt.isFull)
    // Any other key may do what it does.
    _ = prompt.edit(.backspace)
    #expect(!prompt.isFull)
    _ = prompt.edit(.home)
    _ = prompt.edit(.character(scalar))
    #expect(!prompt.isFull && prompt.text.first == scalar)
  }

  @Test("a mark typed behind its letter is a character of its own")
  func marks() {
    var prompt = Prompt("e\u{301}")
    #expect(prompt.cursor == 2)
    _ = prompt.edit(.backspace)
    #expect(prompt.string == "e")
  }

  @Test(
    "the first rows are the same however many are asked for, and each knows its place",
    arguments: ColumnTable.standard.sortable)
  func prefixes(column: Column) throws {
    var random = SeededGenerator(seed: 7)
    var ledger = Ledger()
    var tally = Tally(began: 0, countsFromZero: true)
    // Few different figures: most rows are equal to many others.
    for time in 1...3 {
      let counts = (0..<200).map {
        (path: Path("/\($0 * 7919 % 200)"), count: UInt64.random(in: 1...4, using: &random))
      }
      ledger.beginWalk()
      MapRows(paths: counts.map { ($0.path, $0.count * UInt64(time)) }).inChunks(of: .max) {
        ledger.readPaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
      }
      tally.apply(
        ledger.snapshot(at: Seconds(time), execsBefore: nil, failed: 0, unattributed: [:]))
    }
    for isInverted in [false, true] {
      let query = Query(sort: column, isInverted: isInverted)
      let all = query.rows(of: tally)
      #expect(all.count == 200)
      for limit in [0, 1, 2, 24, 49, 50, 51, 199, 200, 201] {
        #expect(query.rows(of: tally, limit: limit) == Array(all.prefix(limit)))
      }
      let ranking = query.ranking(of: tally)
      #expect(all.map { ranking.place(of: $0) } == Array(0..<200))
      #expect(ranking.place(of: ID(slot: 999, generation: 0)) == nil)
    }
  }
}
