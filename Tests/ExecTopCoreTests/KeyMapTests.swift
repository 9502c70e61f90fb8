import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("KeyMap")
struct KeyMapTests {
  @Test("no key is bound twice")
  func unique() {
    let keys = KeyMap.bindings.flatMap { $0.actions.map(\.key) }
    #expect(Set(keys).count == keys.count)
  }

  @Test(
    "a key does what the contract says",
    arguments: [
      (.text("c"), .sort(.count)), (.text("r"), .sort(.rate)), (.text("x"), .sort(.failed)),
      (.text("n"), .sort(.path)), (.text("l"), .sort(.last)), (.text("m"), .sort(.peak)),
      (.text("<"), .moveSort(-1)), (.text(">"), .moveSort(1)), (.text("i"), .invert),
      (.text("/"), .filter), (.text("f"), .filter), (.text("p"), .pause), (.text(" "), .pause),
      (.text("z"), .reset), (.text("u"), .undoReset), (.text("o"), .outcome),
      (.text("+"), .faster), (.text("-"), .slower),
      (.up, .move(.up)), (.down, .move(.down)), (.text("k"), .move(.up)), (.text("j"), .move(.down)),
      (.pageUp, .move(.pageUp)), (.pageDown, .move(.pageDown)), (.home, .move(.first)), (.end, .move(.last)),
      (.text("g"), .move(.first)), (.text("G"), .move(.last)),
      (.text("?"), .help), (.text("h"), .help), (.function(1), .help),
      (.text("q"), .leave), (.escape, .back), (.text("F"), .follow), (.text("R"), .refresh), (.function(10), .quit),
      (.control("c"), .quit),
      (.control("z"), .suspend), (.control("l"), .redraw),
      (.enter, .open), (.text("d"), .group), (.right, .expand), (.left, .collapse), (.text("W"), .save),
    ] as [(Key, Action)])
  func contract(key: Key, action: Action) {
    #expect(KeyMap.action(for: key) == action)
  }

  @Test(
    "a key outside the table is bound to nothing", arguments: [Key.unknown, .text("Z"), .control("q"), .function(9)])
  func unbound(key: Key) {
    #expect(KeyMap.action(for: key) == nil)
  }

  @Test("every binding has keys, and help that fits its line", arguments: KeyMap.bindings.map(\.label))
  func written(label: String) throws {
    let binding = try #require(KeyMap.bindings.first { $0.label == label })
    #expect(!binding.actions.isEmpty)
    #expect(!binding.help.isEmpty)
    // The help screen has it in 17 cells beside the text.
    #expect((1...16).contains(label.count))
  }

  @Test("the key line tells a new user, at 80 columns, how to sort, filter, pause, reset and open")
  func keyLine() {
    let line = Board().lines[23]
    for text in ["? help", "<> sort", "/ filter", "p pause", "z reset", "Enter open", "v view", "q quit"] {
      #expect(line.contains(text))
    }
  }

  @Test("in every place, the keys of its line work there, and the line says what they do")
  func lines() {
    for place in Place.allCases where place != .prompt {
      let items = KeyMap.lineItems(in: place)
      #expect(!items.isEmpty)
      for item in items {
        #expect(item.keys.count == 1 || item.keys.count == item.label.count)
        #expect(item.keys.allSatisfy { KeyMap.action(for: $0, in: place) != nil }, "\(item.label) in \(place)")
      }
    }
  }

  @Test("each page and the trace pane have a line of their own")
  func places() {
    var board = Board(["/a": 1])
    board.press(.enter)
    #expect(board.lines[23] == "? help  Esc back  p pause  ↑↓ others")
    board.press(.escape, .text("?"))
    #expect(board.lines[23] == "Esc back  ↑↓ scroll")
    board.press(.escape, .text("t"), .tab)
    #expect(board.lines[23] == "? help  / filter  p pause  t close  T own lines  Tab table  ↑↓ scroll  q quit")
  }

  @Test("a click on a key of the line presses it, also in the prompt and on pages")
  func clicks() {
    var board = Board(["/a": 1])
    func click(_ text: String) {
      let line = Array(board.lines[23].unicodeScalars)
      let wanted = Array(text.unicodeScalars)
      let place = line.indices.first { line[$0...].starts(with: wanted) }
      board.mouse(.press, row: 23, column: place ?? 999)
    }
    click("> sort")
    #expect(board.state.query.sort == .count)
    click("<>")
    #expect(board.state.query.sort == .rate)
    click("pause")
    #expect(board.state.isPaused)
    click("filter")
    board.type("x")
    #expect(board.state.query.filter?.text == "x")
    click("cancel")
    #expect(board.state.prompt == nil && board.state.query.filter == nil)
    click("Enter open")
    #expect(board.state.page != .table)
    click("back")
    #expect(board.state.page == .table)
    click("? help")
    #expect(board.state.page == .help)
    board.press(.escape, .text("u"))
    // A message stands there, and no key.
    board.mouse(.press, row: 23, column: 0)
    #expect(board.state.page == .table)
  }

  @Test(
    "a key that does nothing says so",
    arguments: [
      ([Key.text("Z")], "Z does nothing here; ? lists the keys"),
      ([.function(9)], "F9 does nothing here; ? lists the keys"),
      ([.text("?"), .text("z")], "z does nothing here"),
      ([.enter, .text("z")], "z does nothing here; ? lists the keys"),
      ([.left], "there are no directories here; d groups by directory"),
      ([.tab], "the trace pane is closed; t opens it"),
      ([.text("<")], "there is no column to sort by further to the left"),
      ([.text("+"), .text("+"), .text("+"), .text("+")], "0.1s is the shortest interval"),
      ([.text("p"), .text("R")], "paused; p resumes"), ([.text("T")], "the trace pane is closed; t opens it"),
    ] as [([Key], String)])
  func nothing(keys: [Key], message: String) {
    var board = Board(["/a": 1])
    for key in keys { board.press(key) }
    #expect(board.state.message == Message(message))
    board.press(.control("l"))
    #expect(board.state.message == nil)
  }

  @Test("R takes a snapshot now, on the table and in the details")
  func refresh() {
    var board = Board(["/a": 1])
    board.press(.text("R"))
    #expect(board.effects == [.sample])
    board.press(.enter, .text("R"))
    #expect(board.effects == [.sample])
  }

  @Test("where only ASCII shows, arrows are words, and a closed directory looks like no new path")
  func ascii() {
    var board = Board(["/a/x": 1], rows: 60, columns: 100)
    board.press(.text("?"))
    let help = Screen.render(board.state, glyphs: .ascii).text
    #expect(help.contains(" Right  Left "))
    #expect(help.contains(" Up  Down  k  j "))
    board.press(.escape, .text("d"), .home, .left)
    let tree = Screen.render(board.state, glyphs: .ascii)
    #expect(tree.text(row: 5).contains("> /"))
    #expect(!tree.text(row: 5).contains("+"))
  }
}
