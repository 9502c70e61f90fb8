import Testing

@testable import ExecTopCore

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
    #expect(board.lines.contains("EACCES 3  ENOENT 2  ENOEXEC 1"))
  }

  @Test("seen, mean and peak are of this path since the last reset")
  func figures() {
    var board = Board(["/a": 10], ["/a": 20], ["/a": 20], ["/a": 20, "/b": 20])
    board.press(.text("n"), .home, .enter)
    #expect(board.lines.contains("count 20  share 50.0%  rate 0.0/s  failed 0  peak 10.0/s  last 2s"))
    #expect(board.lines.contains("ran 20  mean 5.0/s  first seen 3s ago"))
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
    for key in [Key.enter, .escape, .backspace] {
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

  @Test("the graph takes the rows that are left, up to the footer")
  func graph() {
    var board = Board(["/a": 1], ["/a": 9], rows: 12, columns: 60)
    board.press(.enter)
    #expect(board.lines[6] == "last minute, up to 8.0 a second")
    // 59 seconds before the last one: the first exec is the last but one.
    #expect(board.lines[7...10].map { $0.count } == [60, 60, 60, 60])
    #expect(board.lines[7].hasSuffix(" █") && board.lines[10].hasSuffix("▄█"))
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
