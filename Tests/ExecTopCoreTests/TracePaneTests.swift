import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// The pane on the screen, and the keys that lead there.
struct TracePaneTests {
  private let glyphs = Glyphs(isUnicode: true) { _ in 1 }

  private func state(columns: Int = 80, rows: Int = 16, filter: Filter? = nil) -> AppState {
    AppState(
      mode: .attempts, capacity: nil, countsFromZero: true, choices: Choices(), filter: filter,
      size: Size(rows: rows, columns: columns), began: 0)
  }

  private func open(columns: Int = 80, rows: Int = 16, _ lines: String...) -> AppState {
    var state = state(columns: columns, rows: rows)
    #expect(state.handle(.key(.character("t"))) == [.openTrace])
    _ = state.handle(.trace(.opened(.own)))
    state.take(lines)
    return state
  }

  /// The rows from the pane's title to the footer, and from its first column on.
  private func pane(_ state: AppState) throws -> [String] {
    let area = try #require(state.layout.trace)
    let grid = Screen.render(state, glyphs: glyphs)
    return (area.titleRow..<area.lineRows.upperBound).map {
      String(grid.text(row: $0).dropFirst(area.columns.lowerBound))
    }
  }

  @Test("below the table: a title, and lines with their fields, ours marked")
  func below() throws {
    let state = open(
      TraceStateTests.line("/bin/ls"), TraceStateTests.line("hello", isOurs: false), "no such form\n",
      TraceStateTests.line("/a\u{1b}[31mb"))
    #expect(
      try pane(state) == [
        "TRACE  following  lost 0  4 lines",
        "*     100.500000   1      17 execve: /bin/ls",
        "      100.500000   1      17 hello",
        "no such form",
        "*     100.500000   1      17 execve: /a\\x1b[31mb",
      ])
    let area = try #require(state.layout.trace)
    #expect(area.lineRows.upperBound == state.layout.footerRow)
    #expect(state.layout.tableRows.upperBound == area.titleRow)
  }

  @Test("beside the table where the screen is wide")
  func beside() throws {
    let state = open(columns: 140, TraceStateTests.line("/bin/ls"))
    let area = try #require(state.layout.trace)
    #expect(area.columns == 63..<140)
    #expect(area.titleRow == state.layout.columnNamesRow)
    #expect(state.layout.tableRows.upperBound == state.layout.footerRow)
    #expect(
      try pane(state).prefix(2) == [
        "TRACE  following  lost 0  1 lines", "*     100.500000   1      17 execve: /bin/ls",
      ])
    // The table's names end where the pane begins.
    let names = Screen.render(state, glyphs: glyphs).text(row: area.titleRow).prefix(area.columns.lowerBound)
    #expect(names.contains("PATH"))
    #expect(open(columns: 139).layout.trace?.columns == 0..<139)
  }

  @Test("on a narrow screen the message stays, then the process")
  func narrow() throws {
    let line = TraceStateTests.line("/bin/ls")
    #expect(try pane(open(columns: 40, line))[1] == "*      17 execve: /bin/ls")
    #expect(try pane(open(columns: 33, line))[1] == "* execve: /bin/ls")
    #expect(try pane(open(columns: 20, TraceStateTests.line("/very/long/path/file")))[1].hasSuffix("/file"))
  }

  @Test("every size draws, and one without room says so", arguments: 1...30)
  func sizes(rows: Int) {
    for columns in [1, 20, 21, 79, 140, 300] {
      let state = open(columns: columns, rows: rows, TraceStateTests.line("/bin/ls"), "raw\n")
      _ = Screen.render(state, glyphs: glyphs)
      let layout = state.layout
      if let area = layout.trace, !layout.isTooSmall {
        #expect(!layout.tableRows.isEmpty && !area.lineRows.isEmpty)
        #expect(area.lineRows.upperBound <= layout.footerRow)
        #expect(state.message == nil)
      } else if layout.trace == nil {
        #expect(state.message == "no room for the trace pane on so small a screen")
      }
    }
  }

  @Test("the title says when it does not follow, what is lost, that only ours are shown, and whence the lines come")
  func title() throws {
    var state = open(rows: 10, "a\n", "b\n", "c\n", "d\n")
    _ = state.handle(.trace(.lost(1234)))
    #expect(try pane(state).first == "TRACE  following  lost 1,234  4 lines")
    for key in [Key.tab, .up] { _ = state.handle(.key(key)) }
    #expect(try pane(state).first == "TRACE  NOT FOLLOWING  lost 1,234  4 lines")
    _ = state.handle(.key(.end))
    _ = state.handle(.key(.character("T")))
    _ = state.handle(.trace(.opened(.shared)))
    #expect(
      try pane(state).prefix(2) == [
        "TRACE  following  lost –  own lines only  taken from other readers  0 lines", "no line matches",
      ])
  }

  @Test("why there is no trace is said in the pane, whole")
  func failure() throws {
    var state = state(columns: 40)
    _ = state.handle(.key(.character("t")))
    #expect(try pane(state)[1] == "no lines yet")
    _ = state.handle(.trace(.failed("open trace_pipe: another program is reading it; end the other one")))
    #expect(
      try pane(state).prefix(3) == [
        "TRACE  ended  following  lost –  0 lines", "open trace_pipe: another program is",
        "reading it; end the other one",
      ])
  }

  @Test("t closes it, and what was read is gone")
  func close() {
    var state = open("a\n")
    #expect(state.handle(.key(.character("t"))) == [.closeTrace])
    #expect(state.trace == nil)
    #expect(state.layout.trace == nil)
    // What was under way when it was closed.
    _ = state.handle(.trace(.bytes(Array("b\n".utf8))))
    #expect(state.trace == nil)
    #expect(state.handle(.key(.character("t"))) == [.openTrace])
    #expect(state.trace?.chosenCount == 0)
  }

  @Test("Tab moves the focus: keys then move in the pane, and the table stays")
  func focus() {
    var state = open(rows: 10, "a\n", "b\n", "c\n", "d\n")
    _ = state.handle(.key(.up))
    #expect(state.trace?.isFollowing == true)
    _ = state.handle(.key(.tab))
    _ = state.handle(.key(.character("k")))
    #expect(state.trace?.isFollowing == false)
    _ = state.handle(.key(.character("G")))
    #expect(state.trace?.isFollowing == true)
    _ = state.handle(.key(.tab))
    _ = state.handle(.key(.pageUp))
    #expect(state.trace?.isFollowing == true)
    // Esc gives the focus back, and no more than that.
    _ = state.handle(.key(.home))
    _ = state.handle(.key(.tab))
    let selection = state.selection
    _ = state.handle(.key(.escape))
    #expect(state.trace?.isFocused == false)
    #expect(state.selection == selection)
    // A pane without room cannot have it.
    _ = state.handle(.resized(Size(rows: 5, columns: 80)))
    _ = state.handle(.key(.tab))
    #expect(state.trace?.isFocused == false)
  }

  @Test("a click moves the focus, the wheel scrolls what is under it")
  func mouse() throws {
    var state = open(rows: 10, "a\n", "b\n", "c\n", "d\n")
    let area = try #require(state.layout.trace)
    let inPane = Position(row: area.titleRow, column: 5)
    let inTable = Position(row: state.layout.tableRows.lowerBound, column: 5)
    _ = state.handle(.key(.mouse(.press, inPane)))
    #expect(state.trace?.isFocused == true)
    _ = state.handle(.key(.mouse(.wheelUp, inTable)))
    #expect(state.trace?.isFollowing == true)
    _ = state.handle(.key(.mouse(.wheelUp, inPane)))
    #expect(state.trace?.isFollowing == false)
    _ = state.handle(.key(.mouse(.wheelDown, inPane)))
    #expect(state.trace?.isFollowing == true)
    _ = state.handle(.key(.mouse(.press, inTable)))
    #expect(state.trace?.isFocused == false)
  }

  @Test("p freezes the pane with the table, also one that is opened then, and shows what came when resumed")
  func pause() throws {
    var state = open("a\n")
    _ = state.handle(.key(.character("p")))
    let frozen = Screen.render(state, glyphs: glyphs)
    state.take(["b\n"])
    #expect(Screen.render(state, glyphs: glyphs) == frozen)
    _ = state.handle(.key(.character("p")))
    #expect(try pane(state)[1...2] == ["a", "b"])

    _ = state.handle(.key(.character("t")))
    _ = state.handle(.key(.character("p")))
    _ = state.handle(.key(.character("t")))
    state.take(["c\n"])
    #expect(try pane(state)[1] == "no lines yet")
    _ = state.handle(.key(.character("p")))
    #expect(try pane(state)[1] == "c")
  }

  @Test("the filter is the table's, as it is typed")
  func filter() throws {
    var state = open(TraceStateTests.line("/bin/git"), TraceStateTests.line("/bin/ls"))
    for key in [Key.character("/"), .character("g")] { _ = state.handle(.key(key)) }
    #expect(state.trace?.chosenCount == 1)
    _ = state.handle(.key(.escape))
    #expect(state.trace?.chosenCount == 2)
    var filtered = self.state(filter: try Filter("git"))
    _ = filtered.handle(.key(.character("t")))
    filtered.take([TraceStateTests.line("/bin/git"), TraceStateTests.line("/bin/ls")])
    #expect(filtered.trace?.chosenCount == 1)
  }

  @Test("a line that was cut says so")
  func cut() throws {
    var state = open()
    state.take([String(repeating: "x", count: 5000) + "\n"])
    let line = try pane(state)[1]
    #expect(line.hasSuffix("x…"))
    #expect(line.count == 80)
  }

  @Test("saved as open, it is open at the start")
  func saved() throws {
    var choices = try Choices(text: "trace = true\n")
    let state = AppState(
      mode: .attempts, capacity: nil, countsFromZero: true, choices: choices, filter: nil,
      size: Size(rows: 16, columns: 80), began: 0)
    #expect(state.trace != nil)
    choices.isTraceOpen = false
    #expect(choices.text.contains("trace = false\n"))
    var saving = state
    guard case .save(let saved) = saving.handle(.key(.character("W"))).first else {
      Issue.record("W saves nothing")
      return
    }
    #expect(saved.isTraceOpen)
  }
}

extension AppState {
  fileprivate mutating func take(_ lines: [String]) {
    for line in lines { _ = handle(.trace(.bytes(Array(line.utf8)))) }
  }
}
