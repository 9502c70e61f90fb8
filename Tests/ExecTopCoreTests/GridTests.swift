import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Canvas")
struct CanvasTests {
  /// The one row that remains of some bytes written into `width` cells behind a margin of one.
  private func shown(_ bytes: [UInt8], width: Int, glyphs: Glyphs = .utf8) -> String {
    var canvas = Canvas(size: Size(rows: 1, columns: width + 2), glyphs: glyphs)
    canvas.write("[", at: Position(row: 0, column: 0))
    let end = canvas.write(bytes: bytes, at: Position(row: 0, column: 1), width: width, style: .plain)
    canvas.write("]", at: Position(row: 0, column: end))
    expectConsistent(canvas.grid, glyphs: glyphs)
    return canvas.grid.text
  }

  @Test(
    "what does not fit is left out in the middle, so that the file's name stays",
    arguments: [
      ("/usr/bin/git", 12, "[/usr/bin/git]"), ("/usr/bin/git", 11, "[/us…bin/git]"), ("/usr/bin/git", 4, "[/…it]"),
      ("/usr/bin/git", 1, "[…]"), ("/usr/bin/git", 0, "[]"), ("", 3, "[]"),
      // A wide character has both its cells or none.
      ("通知通知", 8, "[通知通知]"), ("通知通知", 7, "[通…通知]"), ("通知通知", 6, "[…通知]"), ("通知通知", 2, "[…]"), ("通知", 3, "[…知]"),
      // A mark stays with its letter.
      ("e\u{301}e\u{301}e\u{301}", 3, "[e\u{301}e\u{301}e\u{301}]"),
      ("e\u{301}abcde\u{301}", 4, "[e\u{301}…de\u{301}]"),
      ("ab\u{301}c", 2, "[…c]"), ("\u{301}a", 3, "[…a]"), ("\u{301}a", 9, "[\\xcc\\x81a]"),
      ("通\u{301}", 3, "[通\u{301}]"),
      // Escapes take four cells.
      ("a\u{1b}", 5, "[a\\x1b]"), ("a\u{1b}", 4, "[a…]"), ("\u{1b}\u{7}", 7, "[…\\x07]"),
      ("a\u{202e}b", 14, "[a\\xe2\\x80\\xaeb]"),
    ])
  func fits(text: String, width: Int, row: String) {
    #expect(Array(shown(Array(text.utf8), width: width).unicodeScalars) == Array(row.unicodeScalars))
  }

  @Test(
    "a terminal that shows ASCII alone gets bytes, and a tilde where something is left out",
    arguments: [(9, "[/\\xc3\\xa9]"), (8, "[/~\\xa9]"), (4, "[/~]")])
  func ascii(width: Int, row: String) {
    #expect(shown(Array("/é".utf8), width: width, glyphs: .ascii) == row)
  }

  @Test("no bytes, however mixed, break the row", arguments: 0...20)
  func anything(width: Int) {
    var random = SeededGenerator(seed: UInt64(width))
    let pieces = ["a", "/", "通", "e\u{301}", "\u{301}", "🦊", "\u{1b}", "\u{202e}", "\n"].map { Array($0.utf8) }
    for _ in 0..<60 {
      let bytes = (0..<Int.random(in: 0...20, using: &random)).flatMap { _ in
        pieces.randomElement(using: &random) ?? [0xff]
      }
      _ = shown(bytes, width: width)
    }
  }
}

@Suite("Grid")
struct GridTests {
  @Test("half a wide character that is overwritten leaves a blank", arguments: [(0, "x 知"), (1, " x知"), (2, "通x")])
  func overwritten(column: Int, row: String) {
    var grid = Grid(size: Size(rows: 1, columns: 4))
    grid.put("通", width: 2, at: Position(row: 0, column: 0), style: .plain)
    grid.put("知", width: 2, at: Position(row: 0, column: 2), style: .plain)
    grid.put("x", at: Position(row: 0, column: column), style: .plain)
    #expect(grid.text == row)
    expectConsistent(grid, glyphs: .utf8)
  }

  @Test("nothing is put beyond the edges", arguments: [(-1, 0), (0, -1), (1, 0), (0, 3), (0, 2)])
  func edges(row: Int, column: Int) {
    var grid = Grid(size: Size(rows: 1, columns: 3))
    grid.put("通", width: 2, at: Position(row: row, column: column), style: .plain)
    #expect(grid == Grid(size: Size(rows: 1, columns: 3)))
  }

  @Test("a cell has four marks at most, and a new character none")
  func marks() {
    var grid = Grid(size: Size(rows: 1, columns: 2))
    let place = Position(row: 0, column: 0)
    grid.put("e", at: place, style: .plain)
    for _ in 0..<9 { grid.join("\u{301}", at: place) }
    #expect(grid.marks[0]?.count == 4)
    grid.put("f", at: place, style: .plain)
    #expect(grid.marks.isEmpty)
  }
}

/// A terminal shows the cells of a grid just where they stand: every character prints, has the width that the terminal
/// gives it, and is followed by its other half if it is wide.
func expectConsistent(_ grid: Grid, glyphs: Glyphs, sourceLocation: SourceLocation = #_sourceLocation) {
  var faults: [String] = []
  // Blanks are most of a screen, and without fault.
  for (index, cell) in grid.cells.enumerated() where cell.scalar != " " || cell.width != 1 {
    var place: String { "row \(index / grid.size.columns), column \(index % grid.size.columns)" }
    if !cell.scalar.prints { faults.append("\(place) does not print") }
    switch cell.width {
    case 0:
      if index % grid.size.columns == 0 || grid.cells[index - 1].width != 2 {
        faults.append("\(place) has no first half")
      }
    case 2:
      if index % grid.size.columns == grid.size.columns - 1 || grid.cells[index + 1].width != 0 {
        faults.append("\(place) has no other half")
      }
      fallthrough
    default:
      if glyphs.width(cell.scalar) != Int(cell.width) { faults.append("\(place) has another width") }
      if !glyphs.isUnicode, !cell.scalar.isASCII { faults.append("\(place) is not ASCII") }
    }
  }
  for (index, marks) in grid.marks {
    if !grid.cells.indices.contains(index) || grid.cells[index].width == 0 {
      faults.append("marks at \(index) join nothing")
    }
    if marks.contains(where: { glyphs.width($0) != 0 || !$0.prints }) { faults.append("no marks at \(index)") }
  }
  if let cursor = grid.cursor,
    !(0..<grid.size.rows).contains(cursor.row) || !(0..<grid.size.columns).contains(cursor.column)
  {
    faults.append("the cursor is off the screen")
  }
  #expect(faults.isEmpty, "at \(grid.size.columns)x\(grid.size.rows)", sourceLocation: sourceLocation)
}
