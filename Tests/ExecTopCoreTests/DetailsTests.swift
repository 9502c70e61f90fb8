import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Details")
struct DetailsTests {
  private static let long = "/" + String(repeating: "0123456789", count: 10)

  @Test("a path is shown whole, over as many rows as it takes", arguments: [20, 40, 80, 200])
  func longPath(width: Int) {
    var board = Board([DetailsTests.long: 1], columns: width)
    board.press(.enter)
    #expect(board.lines.dropFirst().prefix((100 + width) / width).joined() == DetailsTests.long)
  }

  @Test("characters and escapes are not torn by the end of a row")
  func widePath() {
    let path = String(repeating: "通", count: 19) + "\u{1b}x"
    var board = Board([path: 1], columns: 39)
    board.press(.enter)
    #expect(board.lines[1...2] == [String(repeating: "通", count: 19), "\\x1bx"])
  }

  @Test("every byte of a path is shown, whatever the width", arguments: [20, 33, 80, 200], [Glyphs.utf8, .ascii])
  func everyByte(width: Int, glyphs: Glyphs) throws {
    // Each byte alone, between others, and in characters of two bytes.
    for first in stride(from: 1, to: 256, by: 60) {
      let bytes = (first..<min(256, first + 60)).flatMap { byte -> [UInt8] in
        [0x61, UInt8(byte), 0xc3, 0x80 | UInt8(byte & 0x3f)]
      }
      var state = AppState(
        mode: .attempts, capacity: nil, countsFromZero: true, choices: Choices(), filter: nil,
        size: Size(rows: 100, columns: width), began: 0)
      var snapshots = Snapshots()
      _ = state.handle(.snapshot(snapshots.at(1, rows: [(Path(bytes), 1)])))
      _ = state.handle(.key(.enter))
      let grid = Screen.render(state, glyphs: glyphs)
      let shown = (1..<grid.size.rows).map { grid.text(row: $0) }.prefix { !$0.hasPrefix("count ") }.joined()
      #expect(unescaped(shown) == bytes)
    }
  }

  @Test("where a long path leaves the figures no room, its middle is left out")
  func shortScreen() {
    var board = Board([DetailsTests.long: 12], rows: 7, columns: 20)
    board.press(.enter)
    #expect(board.lines[1].contains("…"))
    #expect(board.lines[2].hasPrefix("count 12"))
  }

  @Test("a path that was cut is said to be")
  func cut() {
    var board = Board(["/" + String(repeating: "a", count: 254): 1])
    board.press(.enter)
    #expect(board.lines.contains("cut at 255 bytes"))
  }

  @Test("failed execs stand by errno, the most frequent first")
  func errors() {
    var board = Board()
    board.sample(["/a": 9], failures: [("/a", 2, 2), ("/a", 13, 3), ("/a", 8, 1)])
    board.press(.enter)
    #expect(board.lines.contains("count 9  share 100.0%  rate 9.0/s  failed 6  peak 9.0/s  last now"))
    #expect(
      board.lines[5...7] == [
        "EACCES 3 Permission denied, first now, last now, 3 in the last minute",
        "ENOENT 2 No such file or directory, first now, last now, 2 in the last minute",
        "ENOEXEC 1 Exec format error, first now, last now, 1 in the last minute",
      ])
  }

  @Test("seen, mean and peak are of this path since the last reset")
  func figures() {
    var board = Board(["/a": 10], ["/a": 20], ["/a": 20], ["/a": 20, "/b": 20])
    board.press(.text("n"), .home, .enter)
    #expect(board.lines.contains("count 20  share 50.0%  rate 0.0/s  failed 0  peak 10.0/s  last 2s"))
    #expect(board.lines.contains("succeeded 20  mean 5.0/s"))
    #expect(board.lines.contains("first seen 3s ago  last seen 2s ago"))
  }

  @Test("the details go on with new samples, stand still while paused, and close")
  func live() {
    var board = Board(["/a": 1])
    board.press(.enter)
    board.sample(["/a": 5])
    #expect(board.lines[2].hasPrefix("count 5 "))
    board.press(.text("p"))
    board.sample(["/a": 6])
    #expect(board.lines[0].hasSuffix("PAUSED"))
    #expect(board.lines[2].hasPrefix("count 5 "))
    board.press(.text("p"))
    #expect(board.lines[2].hasPrefix("count 6 "))
    // What would change things that cannot be seen does nothing here.
    board.press(.text("n"), .text("d"), .text("z"), .text("/"))
    #expect(board.lines[2].hasPrefix("count 6 "))
    for key in [Key.enter, .escape, .backspace, .text("q")] {
      board.press(key)
      #expect(board.state.page == .table)
      board.press(.enter)
    }
    #expect(board.state.query == Query())
  }

  @Test("with nothing listed there is nothing to open")
  func nothing() {
    var board = Board()
    board.press(.enter)
    #expect(board.state.page == .table)
  }

  @Test("the path of the details goes into (other): the table is back")
  func folded() {
    var ledger = Ledger(pathLimit: 2)
    var board = Board()
    _ = board.state.handle(.snapshot(ledger.sample(["/a": 5, "/b": 1], at: 1)))
    board.press(.enter)
    ledger.move(["/a": 5, "/b": 1])
    _ = board.state.handle(.snapshot(ledger.sample(["/c": 1, "/d": 1], at: 2)))
    _ = board.state.handle(.snapshot(ledger.sample(["/c": 1, "/d": 1, "/e": 1, "/f": 1], at: 3)))
    #expect(board.state.page == .table)
  }

  @Test("the graph takes the rows that are left, up to the footer, but not more than eight for its bars")
  func graph() {
    var board = Board(["/a": 1], ["/a": 9], rows: 13, columns: 69)
    board.press(.enter)
    #expect(board.lines[6] == "last minute (max 8.0/s)")
    // 59 seconds before the last one: the first exec is the last but one.
    #expect(board.lines[7...10].map { $0.count } == [69, 69, 69, 69])
    #expect(board.lines[7].hasPrefix("   8.0/s ") && board.lines[10].hasPrefix("       0 "))
    #expect(board.lines[7].hasSuffix(" █") && board.lines[10].hasSuffix("▄█"))
    #expect(board.lines[11].hasPrefix("         60s ago") && board.lines[11].hasSuffix("now"))
    board.resize(rows: 40, columns: 69)
    #expect(board.lines[7].hasSuffix(" █") && board.lines[14].hasSuffix("██"))
    #expect(board.lines[15].hasSuffix("now") && board.lines[16].isEmpty)
  }

  @Test("failed execs have their own colour in the graph, as much of a bar as they are of its execs")
  func failuresInGraph() {
    var board = Board(rows: 13, columns: 69)
    board.sample(["/a": 8], failures: [("/a", 2, 4)])
    board.press(.enter)
    let graph = board.lines.firstIndex { $0.hasPrefix("last minute (max 8.0/s)  failed") } ?? 0
    let styles = (graph + 1..<graph + 4).map { board.grid[row: $0].last?.style }
    #expect(styles == [.graph, .failed, .failed])
  }

  @Test("an errno has its text, the times at which it first and last came, and its count of the last minute")
  func errorTimes() {
    var board = Board(columns: 120)
    _ = board.state.handle(.civilOffset(20 * 3600 + 21 * 60))
    board.sample(["/a": 1], failures: [("/a", 2, 1)], after: 30)
    for _ in 0..<90 { board.sample(["/a": 1], failures: [("/a", 2, 1)]) }
    board.sample(["/a": 131], failures: [("/a", 2, 131)], after: 2)
    board.press(.enter)
    #expect(
      board.lines.contains(
        "ENOENT 131 No such file or directory, first 20:21:30, last 20:23:02, 130 in the last minute"))
    #expect(board.lines.contains("first seen 20:21:30 (1m ago)  last seen 20:23:02 (now)"))
    board.resize(rows: 24, columns: 76)
    #expect(board.lines.contains("ENOENT 131 No such file or directory, first 20:21:30, last 20:23:02, 130/min"))
    board.resize(rows: 24, columns: 40)
    #expect(board.lines.contains("ENOENT 131 No such file or directory"))
  }

  @Test("after a reset every figure counts from there, and its undoing brings back all")
  func afterReset() {
    var board = Board(columns: 120)
    for second in 1...9 {
      board.sample(["/a": UInt64(second * 100)], failures: [("/a", 2, UInt64(second * 10))])
    }
    board.press(.text("z"))
    board.sample(["/a": 1000], failures: [("/a", 2, 100)])
    board.sample(["/a": 1003], failures: [("/a", 2, 101)])
    board.sample(["/a": 1003], failures: [("/a", 2, 101)])
    board.press(.enter)
    #expect(board.lines.contains("count 3  share 100.0%  rate 0.0/s  failed 1  peak 3.0/s  last 1s"))
    #expect(board.lines.contains("succeeded 2  mean 1.5/s"))
    #expect(board.lines.contains("first seen 1s ago  last seen 1s ago"))
    #expect(
      board.lines.contains("ENOENT 1 No such file or directory, first 1s ago, last 1s ago, 1 in the last minute"))
    #expect(board.lines.contains("last minute (max 3.0/s)  failed"))
    let id = board.state.tally.id("/a")
    #expect(board.state.tally.historySinceReset(of: id).compactMap { $0 } == [3, 0])
    #expect(board.state.tally.failureHistory(of: id).compactMap { $0 } == [1, 0])
    // Another reset, undone: what came since the first one counts again.
    board.press(.escape, .text("z"))
    board.sample(["/a": 1003], failures: [("/a", 2, 101)])
    board.sample(["/a": 1004], failures: [("/a", 2, 101)])
    board.press(.text("u"), .enter)
    #expect(board.lines.contains("first seen 3s ago  last seen now"))
    board.press(.escape, .text("u"), .enter)
    #expect(board.lines.contains("first seen 13s ago  last seen now"))
    #expect(
      board.lines.contains("ENOENT 101 No such file or directory, first 13s ago, last 3s ago, 101 in the last minute"))
    #expect(board.lines.contains("last minute (max 100.0/s)  failed"))
  }

  @Test("arrow keys go on to the next path, over directories too, and stop at the ends", arguments: [false, true])
  func nextPath(isGrouped: Bool) {
    var board = Board(["/a": 3, "/b": 2, "/c": 1], query: Query(sort: .path))
    if isGrouped { board.press(.text("d"), .down, .down) }
    board.press(.enter)
    var shown: [String] = []
    for key in [Key.down, .text("j"), .up, .text("k"), .end, .home] {
      board.press(key)
      shown.append(board.lines[1])
    }
    #expect(shown == ["/b", "/c", "/b", "/a", "/c", "/a"])
    board.press(.up)
    #expect(board.lines[1] == "/a")
    #expect(board.state.message == "this is the first path")
    board.press(.end, .down)
    #expect(board.state.message == "this is the last path")
    board.press(.escape)
    #expect(board.selected == "/c")
  }

  @Test("errors of a path that goes into (other) go with their times and their last minute")
  func foldedErrors() {
    var ledger = Ledger(pathLimit: 2)
    var board = Board(columns: 120)
    _ = board.state.handle(
      .snapshot(ledger.sample(["/a": 5, "/b": 1], failures: [("/a", 2, 2), ("/b", 2, 1)], at: 1)))
    _ = board.state.handle(
      .snapshot(ledger.sample(["/a": 5, "/b": 2], failures: [("/a", 2, 2), ("/b", 2, 2)], at: 2)))
    ledger.move(["/a": 5, "/b": 2], failures: [("/a", 2, 2), ("/b", 2, 2)])
    _ = board.state.handle(.snapshot(ledger.sample(["/c": 1, "/d": 1], at: 3)))
    _ = board.state.handle(.snapshot(ledger.sample(["/c": 1, "/d": 1, "/e": 1, "/f": 1], at: 4)))
    let errors = board.state.tally.errorFigures(of: .other)
    #expect(errors == [ErrorFigures(error: 2, count: 4, first: 1, last: 2, lastMinute: 4)])
    #expect(board.state.tally.failureHistory(of: .other).suffix(4) == [3, 1, 0, 0])
  }

  @Test("of errors that have no room, the number is said")
  func manyErrors() {
    var board = Board(rows: 8)
    board.sample(["/a": 9], failures: (1...5).map { ("/a", Int32($0), 1) })
    board.press(.enter)
    #expect(board.lines[5].hasPrefix("EPERM 1"))
    #expect(board.lines[6] == "and 4 more errors")
  }
}

@Suite("Fresh paths")
struct FreshTests {
  @Test("a path first seen within the last five seconds has a mark, and none does when counting has only begun")
  func mark() {
    var board = Board(["/old": 1])
    #expect(board.marked.isEmpty)
    for _ in 1...6 { board.sample(["/old": 1]) }
    var seen: [[String]] = []
    for _ in 1...7 {
      board.sample(["/old": 1, "/new": 1])
      seen.append(board.marked)
    }
    #expect(seen == [["+/new"], ["+/new"], ["+/new"], ["+/new"], ["+/new"], [], []])
  }

  @Test("the mark stands in the tree, before the name")
  func tree() {
    var board = Board(["/a/old": 1, "/b/x": 1])
    for _ in 1...6 { board.sample(["/a/old": 1, "/b/x": 1]) }
    board.sample(["/a/old": 1, "/b/x": 1, "/a/new": 1])
    board.press(.text("n"), .text("d"), .down, .down, .right)
    #expect(board.marked == ["+new"])
  }
}

extension Board {
  /// The last words of the rows that are marked as new.
  fileprivate var marked: [String] {
    state.layout.tableRows.map { lines[$0].split(separator: " ").last.map(String.init) ?? "" }
      .filter { $0.hasPrefix("+") }
  }
}
