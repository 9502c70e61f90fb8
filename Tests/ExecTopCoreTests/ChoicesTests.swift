import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Choices")
struct ChoicesTests {
  @Test(
    "what is written is read again", arguments: ColumnTable.standard.sortable, [0.1, 0.25, 1, 3600] as [Seconds])
  func roundTrip(sort: Column, interval: Seconds) throws {
    var choices = Choices()
    choices.sort = sort
    choices.interval = interval
    choices.isInverted = sort == .count
    choices.isGrouped = interval == 1
    choices.columns = interval < 1 ? [.path] : [.path, .rate, .trend]
    #expect(try Choices(text: choices.text) == choices)
  }

  @Test("blanks, comments and what is left out do not matter; the path is always there")
  func lenient() throws {
    var choices = Choices()
    choices.sort = .peak
    choices.columns.subtract([.trend, .share])
    #expect(try Choices(text: "") == Choices())
    #expect(try Choices(text: "# a comment = b\r\n\n\tsort=peak \r\n  hide =  trend path  share\n") == choices)
  }

  @Test("a file of before, which names the columns that were shown, hides none that came later")
  func earlier() throws {
    #expect(try Choices(text: "columns = rate count path\n") == Choices())
  }

  @Test(
    "a line that is no choice is said by its number",
    arguments: [
      ("sort = size", 1), ("sort", 1), ("\nsort =", 2), ("invert = yes", 1), ("interval = 0.05", 1),
      ("interval = 3601", 1), ("interval = nan", 1), ("interval = 1s", 1), ("hide = rate colour", 1),
      ("group = 1", 1), ("# x\n\nsort = rate\ncolour = red", 4), ("\u{1b}[2J", 1), ("\u{0}", 1),
    ])
  func wrong(text: String, line: Int) {
    #expect(throws: ChoicesError(line: line)) { try Choices(text: text) }
  }

  @Test("W gives what is shown to be saved, and what became of it is said")
  func save() {
    var board = Board(["/a": 1])
    board.press(.text("n"), .text("i"), .text("d"), .text("-"), .text("W"))
    var choices = Choices()
    choices.sort = .path
    choices.isInverted = true
    choices.isGrouped = true
    choices.interval = 2
    #expect(board.effects == [.save(choices)])
    _ = board.state.handle(.saved("saved in /tmp/\u{1b}[2J"))
    #expect(board.lines[23] == "saved in /tmp/\\x1b[2J")
  }

  @Test("what went wrong stands out in the footer, and the answer to a key does not")
  func messages() {
    var board = Board(["/a": 1])
    func style() -> Style { board.grid[row: 23].first?.style ?? .faint }
    board.press(.text("z"))
    #expect(board.state.message == "counters reset (u undoes)" && style() == .plain)
    _ = board.state.handle(.saved(Message("save /a: no room", isFailure: true)))
    #expect(style() == .alert)
    _ = board.state.handle(.saved("saved in /a"))
    #expect(style() == .plain)
  }
}
