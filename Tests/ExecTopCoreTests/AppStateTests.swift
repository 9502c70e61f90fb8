import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("AppState: pause and reset")
struct PauseTests {
  @Test(
    "a pause freezes the screen, counting goes on, and resuming loses nothing", arguments: [Key.text("p"), .text(" ")])
  func pause(key: Key) {
    var board = Board(["/a": 1])
    board.press(key)
    #expect(board.state.isPaused)
    let frozen = board.grid
    board.sample(["/a": 5, "/b": 9])
    board.sample(["/a": 6, "/b": 9])
    #expect(board.grid == frozen)
    board.press(key)
    #expect(!board.state.isPaused)
    #expect(board.state.tally.table == ["/a": 6, "/b": 9])
    #expect(board.state.tally.totals.execs == 15)
    #expect(board.state.tally.delta("/a") == 1)
    #expect(board.listed == ["/a", "/b"])
  }

  @Test("what is paused can be sorted, filtered and moved in")
  func usePaused() {
    var board = Board(["/a": 1, "/b": 2, "/c": 3])
    board.press(.text("p"))
    board.sample(["/a": 100, "/b": 2, "/c": 3, "/d": 1])
    board.press(.text("n"), .text("j"), .text("j"))
    #expect(board.listed == ["/a", "/b", "/c"])
    #expect(board.selected == "/b")
    board.type("/!/b")
    #expect(board.listed == ["/a", "/c"])
  }

  @Test("a reset asks for a sample and counts from there; it can be taken back")
  func reset() {
    var board = Board(["/a": 5])
    board.press(.text("z"))
    #expect(board.effects == [.sample])
    #expect(board.state.message != nil)
    board.sample(["/a": 6])
    #expect(board.listed.isEmpty)
    board.sample(["/a": 8])
    #expect(board.state.tally.table == ["/a": 2])
    board.press(.text("u"))
    #expect(board.state.tally.table == ["/a": 8])
    #expect(board.state.message == "reset undone")
    board.press(.text("u"))
    #expect(board.state.tally.table == ["/a": 8])
    #expect(board.state.message == "no reset to undo")
    board.press(.text("j"))
    #expect(board.state.message == nil)
  }

  @Test("a reset while paused shows that nothing is counted yet, and stays paused")
  func resetPaused() {
    var board = Board(["/a": 5])
    board.press(.text("p"), .text("z"))
    board.sample(["/a": 6])
    #expect(board.state.isPaused)
    #expect(board.listed.isEmpty)
    #expect(board.state.tally.table.isEmpty)
    board.sample(["/a": 8])
    #expect(board.state.tally.table.isEmpty)
    board.press(.text("u"))
    #expect(board.state.tally.table == ["/a": 6])
    #expect(board.listed == ["/a"])
    board.press(.text("p"))
    #expect(board.state.tally.table == ["/a": 8])
  }

  @Test("with nothing to take back, a paused screen does not change")
  func undoPaused() {
    var board = Board(["/a": 5])
    board.press(.text("p"))
    board.sample(["/a": 6])
    board.press(.text("u"))
    #expect(board.state.tally.table == ["/a": 5])
  }
}

@Suite("AppState: filter prompt")
struct FilterPromptTests {
  private static func board(_ filter: String? = nil) throws -> Board {
    Board(["/bin/sh": 3, "/bin/ls": 2, "/opt/run": 1], query: Query(filter: try filter.map { try Filter($0) }))
  }

  @Test(
    "the filter works as it is typed; Enter applies it, Escape restores what was there",
    arguments: [Key.enter, .escape])
  func live(key: Key) throws {
    var board = try FilterPromptTests.board("/opt")
    board.press(.text("/"), .control("u"))
    #expect(board.listed == ["/bin/sh", "/bin/ls", "/opt/run"])
    board.type("l")
    #expect(board.listed == ["/bin/ls"])
    board.type("x")
    #expect(board.listed.isEmpty)
    board.press(.backspace, key)
    #expect(board.state.prompt == nil)
    #expect(board.listed == (key == .enter ? ["/bin/ls"] : ["/opt/run"]))
  }

  @Test("an emptied filter is none")
  func emptied() throws {
    var board = try FilterPromptTests.board("/opt")
    board.press(.text("f"), .control("u"), .enter)
    #expect(board.state.query.filter == nil)
  }

  @Test("a wrong expression filters nothing, is said, and cannot be kept")
  func wrong() throws {
    var board = try FilterPromptTests.board("/opt")
    board.press(.text("/"), .control("u"))
    board.type("~(")
    #expect(board.listed == ["/bin/sh", "/bin/ls", "/opt/run"])
    #expect(board.state.prompt?.error == FilterError(text: "~(", reason: "missing closing parenthesis", place: 2))
    board.press(.enter)
    #expect(board.state.prompt != nil)
    board.type("ls)")
    #expect(board.state.prompt?.error == nil)
    #expect(board.listed == ["/bin/ls"])
    board.type("[")
    board.press(.escape)
    #expect(board.listed == ["/opt/run"])
  }

  @Test("keys are text in the prompt, except for those that leave, redraw and suspend")
  func keys() throws {
    var board = try FilterPromptTests.board()
    board.press(.text("/"))
    board.type("qz p")
    #expect(board.state.prompt?.line.string == "qz p")
    #expect(board.effects.isEmpty)
    for (key, effect) in [(Key.control("c"), Effect.quit), (.control("l"), .redraw), (.control("z"), .suspend)] {
      board.press(key)
      #expect(board.effects == [effect])
    }
    board.press(.up, .tab, .function(10))
    board.mouse(.press, row: 5)
    #expect(board.state.prompt?.line.string == "qz p")
    #expect(board.state.selection == nil)
  }

  @Test("the filter goes on with new paths")
  func newPaths() throws {
    var board = try FilterPromptTests.board("!/bin")
    board.sample(["/bin/sh": 3, "/bin/ls": 2, "/opt/run": 1, "/opt/new": 5, "/bin/new": 9])
    #expect(board.listed == ["/opt/new", "/opt/run"])
  }
}

@Suite("AppState: selection")
struct SelectionTests {
  /// Ten paths `/0` to `/9` in rows of that order, on a screen that shows four.
  private static func board(_ query: Query = Query(sort: .path), rows: Int = 10) -> Board {
    let board = Board(
      ["/0": 10, "/1": 9, "/2": 8, "/3": 7, "/4": 6, "/5": 5, "/6": 4, "/7": 3, "/8": 2, "/9": 1], query: query,
      rows: rows)
    return board
  }

  @Test(
    "keys move the selection, and the screen with it",
    arguments: [
      ([.text("j")], "/0", 0), ([.text("j"), .down], "/1", 0), ([.end], "/9", 6), ([.text("G")], "/9", 6),
      ([.end, .text("k")], "/8", 6), ([.end, .up, .up, .up, .up], "/5", 5), ([.end, .home], "/0", 0),
      ([.end, .text("g")], "/0", 0), ([.pageDown], "/4", 1), ([.pageDown, .pageDown], "/8", 5),
      ([.pageDown, .pageDown, .pageDown], "/9", 6), ([.end, .pageUp], "/5", 5), ([.home, .up], "/0", 0),
      ([.end, .down], "/9", 6), ([.pageUp], "/0", 0),
    ] as [([Key], String, Int)])
  func move(keys: [Key], selected: String, top: Int) {
    var board = SelectionTests.board()
    for key in keys { board.press(key) }
    #expect(board.selected == selected)
    #expect(board.state.top == top)
  }

  @Test("the selection follows its path through every re-sort, and the view stays; with F it follows too")
  func follows() {
    for follows in [false, true] {
      var board = SelectionTests.board()
      board.press(.down, .down)
      if follows { board.press(.text("F")) }
      for key in ["c", "r", "x", "n", "l", "m", "i", "<", ">", "i", "c", "i"] as [Unicode.Scalar] {
        board.press(.text(key))
        #expect(board.selected == "/1")
        #expect(follows ? isSelectionVisible(board) : board.state.top == 0)
      }
      board.sample(["/1": 10_000, "/9": 100, "/new": 1])
      #expect(board.selected == "/1")
    }
  }

  @Test("a selected path that goes idle leaves the top in view; an arrow key shows it again, Esc lets go of it")
  func outOfView() {
    var board = SelectionTests.board(Query(sort: .last))
    board.press(.down)
    let idle = board.selected
    board.sample(["/0": 10, "/1": 10, "/2": 9, "/3": 8, "/4": 7, "/5": 6, "/6": 5, "/7": 4, "/8": 3, "/9": 2])
    #expect(board.selected == idle)
    #expect(board.state.top == 0)
    #expect(board.state.selectedRow == 9)
    #expect(board.lines[4].hasSuffix("PATH 1–4 of 10  selected: row 10"))
    board.press(.up)
    #expect(board.selected == idle)
    #expect(board.state.top == 6)
    #expect(board.lines[4].hasSuffix("7–10 of 10"))
    board.press(.up)
    #expect(board.state.selectedRow == 8)
    board.press(.escape)
    #expect(board.state.selection == nil)
    #expect(board.state.top == 6)
  }

  @Test("F follows the selected path until F, Esc or the wheel, and says so")
  func followKey() {
    var board = SelectionTests.board()
    board.press(.text("F"))
    #expect(board.state.message == "select a row first; F then follows it")
    for key in [Key.text("F"), .escape, .mouse(.wheelUp, Position(row: 6, column: 0))] {
      board.press(.end, .text("F"))
      #expect(board.lines[4].hasSuffix("7–10 of 10  following"))
      board.press(key)
      #expect(!board.state.followsSelection)
      #expect(!board.lines[4].contains("following"))
    }
  }

  @Test("the position gets shorter with the room, and does not hide a name", arguments: [20, 30, 40, 60, 80, 120, 160])
  func position(width: Int) {
    var board = SelectionTests.board(Query(sort: .path, isInverted: true))
    board.press(.down, .text("i"))
    board.resize(rows: 10, columns: width)
    let names = board.lines[4]
    #expect(names.contains("PATH▲"))
    #expect(width < 60 || names.contains("1–4 of 10"))
    #expect(width < 80 || names.hasSuffix("selected: row 10") || names.hasSuffix("selected: 10"))
  }

  @Test("Esc drops the selection, then the filter, and then says that there is nothing; q quits from the table alone")
  func escape() throws {
    var board = SelectionTests.board(Query(filter: try Filter("/")))
    board.press(.down, .escape)
    #expect(board.state.selection == nil)
    #expect(board.state.query.filter != nil)
    board.press(.escape)
    #expect(board.state.query.filter == nil)
    #expect(board.state.message == nil)
    board.press(.escape)
    #expect(board.state.message == "nothing is selected and no filter is set; q quits")
    for open in [Key.text("?"), .enter] {
      board.press(open, .text("q"))
      #expect(board.effects.isEmpty)
      #expect(board.state.page == .table)
    }
    board.press(.text("q"))
    #expect(board.effects == [.quit])
  }

  @Test("a selection that the filter hides goes with the filter")
  func escapeHidden() {
    var board = SelectionTests.board()
    board.press(.down)
    board.type("/!/0")
    board.press(.enter, .escape)
    #expect(board.state.query.filter == nil)
    #expect(board.state.selection == nil)
  }

  @Test("a selected path that the filter hides is selected again when it is back")
  func hidden() {
    var board = SelectionTests.board()
    board.press(.down, .down)
    board.type("/!/1")
    #expect(board.state.selectedRow == nil)
    board.press(.escape)
    #expect(board.state.selectedRow == 1)
    board.type("/!/1")
    board.press(.enter, .down)
    #expect(board.selected == "/0")
  }

  @Test("a selected path that goes into (other) takes the selection with it")
  func folded() {
    var ledger = Ledger(pathLimit: 2)
    var board = Board()
    _ = board.state.handle(.snapshot(ledger.sample(["/a": 5, "/b": 1], at: 1)))
    board.press(.home)
    #expect(board.selected == "/a")
    ledger.move(["/a": 5, "/b": 1])
    _ = board.state.handle(.snapshot(ledger.sample(["/c": 1, "/d": 1], at: 2)))
    _ = board.state.handle(.snapshot(ledger.sample(["/c": 1, "/d": 1, "/e": 1, "/f": 1], at: 3)))
    #expect(board.selected == nil)
  }

  @Test("a resize keeps the selection on the screen", arguments: [5, 6, 7, 8, 9, 10, 24])
  func resize(rows: Int) {
    for moves in 0...10 {
      var board = SelectionTests.board(rows: 24)
      for _ in 0..<moves { board.press(.down) }
      board.resize(rows: rows, columns: 40)
      #expect(moves == 0 || isSelectionVisible(board))
    }
  }

  @Test("with nothing listed, moving selects nothing")
  func nothing() {
    var board = Board()
    board.press(.down, .end, .pageUp)
    #expect(board.state.selection == nil)
    #expect(board.state.top == 0)
  }

  private func isSelectionVisible(_ board: Board) -> Bool {
    let state = board.state
    let shown = state.layout.tableRows.count
    return state.selectedRow.map { (state.top..<state.top + max(1, shown)).contains($0) } ?? false
  }

  // MARK: Mouse

  @Test("a click on a row selects it, one below the last row nothing")
  func clickRow() {
    var board = Board(["/a": 3, "/b": 2], query: Query(sort: .path))
    board.mouse(.press, row: 6, column: 70)
    #expect(board.selected == "/b")
    board.mouse(.press, row: 7)
    #expect(board.selected == "/b")
    board.mouse(.press, row: 5)
    #expect(board.selected == "/a")
  }

  @Test("a click on a row counts from the first row on the screen")
  func clickScrolled() {
    var board = SelectionTests.board()
    board.press(.end)
    board.mouse(.press, row: 5)
    #expect(board.selected == "/6")
  }

  @Test(
    "a click on a column's name sorts by it, a second one turns it round",
    arguments: [(3, .rate), (28, .count), (45, .failed), (55, .peak), (62, .last), (67, .path), (99, .path)]
      as [(Int, Column)])
  func clickColumn(x: Int, column: Column) {
    var board = Board(["/a": 1], query: Query(sort: column == .count ? .rate : .count), columns: 100)
    board.mouse(.press, row: 4, column: x)
    #expect(board.state.query == Query(sort: column))
    board.mouse(.press, row: 4, column: x)
    #expect(board.state.query == Query(sort: column, isInverted: true))
  }

  @Test("a click on the name of a column without an order changes nothing", arguments: [12, 37])
  func clickOtherColumn(x: Int) {
    var board = Board(["/a": 1], query: Query(sort: .count), columns: 100)
    board.mouse(.press, row: 4, column: x)
    #expect(board.state.query == Query(sort: .count))
  }

  @Test("the wheel scrolls, and the selection stays")
  func wheel() {
    var board = SelectionTests.board()
    board.press(.down)
    var tops: [Int] = []
    for action in [MouseAction.wheelDown, .wheelDown, .wheelDown, .wheelUp] {
      board.mouse(action, row: 0)
      tops.append(board.state.top)
    }
    #expect(tops == [3, 6, 6, 3])
    #expect(board.selected == "/0")
  }

  @Test("a double click opens a row, and sorts twice on a column's name")
  func doubleClick() {
    var board = Board(["/a": 3, "/b": 2], query: Query(sort: .path))
    board.mouse(.press, row: 6)
    board.mouse(.doublePress, row: 6)
    #expect(board.state.page == .details(.path(board.state.tally.id("/b"))))
    board.press(.escape)
    board.mouse(.press, row: 4, column: 3)
    board.mouse(.doublePress, row: 4, column: 3)
    #expect(board.state.query == Query(sort: .rate, isInverted: true))
    // Below the last row there is nothing to open.
    board.mouse(.doublePress, row: 9)
    #expect(board.state.page == .table)
  }
}

@Suite("AppState: other keys")
struct OtherKeyTests {
  @Test("< and > move the sort column and stop at the edges")
  func moveSort() {
    var board = Board()
    var seen: [Column] = []
    for key in "<<<<>>>>>>>>>>><".unicodeScalars {
      board.press(.text(key))
      seen.append(board.state.query.sort)
    }
    #expect(
      seen == [
        .running, .time, .cpu, .cpu, .time, .running, .rate, .count, .failed, .avoidable, .exits, .peak, .last, .path,
        .path, .last,
      ])
  }

  @Test("o goes through the outcomes and lists anew")
  func outcome() {
    var board = Board()
    board.sample(["/a": 1, "/b": 1], failures: [("/a", 2, 1)])
    var listed: [[String]] = []
    for _ in 0..<3 {
      board.press(.text("o"))
      listed.append(board.listed)
    }
    #expect(listed == [["/b"], ["/a"], ["/a", "/b"]])
  }

  @Test("i inverts, and inverts back")
  func invert() {
    var board = Board(["/a": 1, "/b": 2])
    board.press(.text("i"))
    #expect(board.listed == ["/a", "/b"])
    board.press(.text("i"))
    #expect(board.listed == ["/b", "/a"])
  }

  @Test(
    "+ and - step the interval between its bounds",
    arguments: [("+", [0.5, 0.2, 0.1]), ("-", [2, 5, 10, 30, 60, 300, 600, 1800, 3600])]
      as [(Unicode.Scalar, [Seconds])])
  func interval(key: Unicode.Scalar, steps: [Seconds]) {
    var board = Board()
    for step in steps {
      board.press(.text(key))
      #expect(board.effects == [.setInterval(step)])
      #expect(board.state.interval == step)
    }
    board.press(.text(key))
    #expect(board.effects.isEmpty)
    #expect(board.state.interval == steps.last)
  }

  @Test(
    "keys that concern the terminal are left to the loop",
    arguments: [
      (.function(10), .quit), (.control("c"), .quit), (.control("z"), .suspend),
      (.control("l"), .redraw),
    ] as [(Key, Effect)], [false, true])
  func effects(of pair: (Key, Effect), isHelpShown: Bool) {
    var board = Board(["/a": 1])
    if isHelpShown { board.press(.text("?")) }
    board.press(pair.0)
    #expect(board.effects == [pair.1])
  }

  @Test(
    "help comes and goes, and other keys change nothing meanwhile",
    arguments: [Key.text("?"), .text("h"), .function(1), .text("q"), .escape, .backspace])
  func help(key: Key) {
    var board = Board(["/a": 1])
    board.press(.text("?"))
    #expect(board.state.page == .help)
    board.press(.text("z"), .text("p"), .text("c"), .text("/"))
    #expect(board.effects.isEmpty)
    #expect(board.state.page == .help)
    board.press(key)
    #expect(board.state.page == .table)
    #expect(board.state.query == Query())
    #expect(!board.state.isPaused)
  }

  @Test("help scrolls as far as its last line, by keys and by wheel")
  func helpScrolls() {
    var board = Board(["/a": 1])
    let last = HelpText.lines(width: 80).count - 22
    board.press(.text("?"))
    var tops: [Int] = []
    for key in [Key.text("k"), .down, .end, .down, .pageUp, .home, .pageDown] {
      board.press(key)
      tops.append(board.state.pageTop)
    }
    #expect(tops == [0, 1, last, last, max(0, last - 22), 0, min(22, last)])
    board.press(.home)
    board.mouse(.wheelDown, row: 3)
    #expect(board.state.pageTop == 3)
    board.mouse(.wheelUp, row: 3)
    #expect(board.state.pageTop == 0)
    #expect(board.state.selection == nil)
  }

  @Test("help that is scrolled to its end still fills a terminal that grows")
  func helpGrows() {
    var board = Board(["/a": 1], rows: 10)
    board.press(.text("?"), .end)
    board.resize(rows: 150, columns: 80)
    #expect(board.state.pageTop == 0)
  }
}
