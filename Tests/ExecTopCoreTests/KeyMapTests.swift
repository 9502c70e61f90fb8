import Testing

@testable import ExecTopCore

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
      (.text("q"), .quit), (.function(10), .quit), (.control("c"), .quit),
      (.control("z"), .suspend), (.control("l"), .redraw),
      (.enter, .open), (.text("d"), .group), (.right, .expand), (.left, .collapse), (.text("W"), .save),
    ] as [(Key, Action)])
  func contract(key: Key, action: Action) {
    #expect(KeyMap.action(for: key) == action)
  }

  @Test("a key outside the table does nothing", arguments: [Key.unknown, .text("Z"), .control("q"), .function(9)])
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
    for text in ["? help", "<> sort", "/ filter", "p pause", "z reset", "Enter open", "d dirs", "q quit"] {
      #expect(line.contains(text))
    }
  }
}
