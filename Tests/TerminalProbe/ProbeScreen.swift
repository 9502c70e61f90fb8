import ExecTopApp
import ExecTopScreen
import ExecTopTerminal
import ExecTopText

/// What the probe shows.
struct ProbeScreen {
  var showsCursor = false
  var isHostile = false
  private var names: [String] = []

  /// Keeps the names of the last keys.
  mutating func note(_ key: Key) {
    names = (names + ["\(key)"]).suffix(6)
  }

  func grid(size: Size, isUnicode: Bool) -> Grid {
    let extent = isHostile ? Size(rows: size.rows + 3, columns: size.columns + 5) : size
    var grid = Grid(size: extent)
    put("size \(size.columns)x\(size.rows) unicode \(isUnicode)", row: 0, in: &grid)
    put("keys " + names.joined(separator: " "), row: 1, in: &grid)
    put("ab日本c|", row: 2, in: &grid)
    put("e\u{301}o\u{308}\u{323}de|", row: 3, in: &grid)
    for style in Style.allCases {
      put("style \(style)", row: 4 + Int(style.rawValue), style: style, in: &grid)
    }
    let corner = Position(row: extent.rows - 1, column: extent.columns - 1)
    grid.put("#", at: corner, style: .alert)
    if isHostile { spoil(&grid) }
    grid.cursor = showsCursor ? Position(row: 1, column: 2) : nil
    return grid
  }

  /// Characters that no grid should have, with a width that they do not have.
  private func spoil(_ grid: inout Grid) {
    let scalars: [Unicode.Scalar] = ["\u{1b}", "\u{7}", "\u{9b}", "\u{7f}", "\u{202e}", "\u{300}", "日"]
    for (column, scalar) in scalars.enumerated() {
      grid.put(scalar, at: Position(row: 20, column: column), style: .plain)
    }
    grid.put("x", at: Position(row: 20, column: 10), style: .plain)
    grid.join("\u{202e}", at: Position(row: 20, column: 10))
    grid.join("\u{1b}", at: Position(row: 20, column: 10))
    grid.put("z", width: 2, at: Position(row: 20, column: 12), style: .plain)
    // A wide character of which half lies beyond the edge.
    grid.put("日", width: 2, at: Position(row: 21, column: grid.size.columns - 6), style: .plain)
  }

  private func put(_ text: String, row: Int, style: Style = .plain, in grid: inout Grid) {
    var column = 0
    for scalar in text.unicodeScalars {
      // Where the locale has no such character, it still takes the cells that it would.
      let width = Terminal.width(of: scalar)
      if width == 0, column > 0 {
        grid.join(scalar, at: Position(row: row, column: column - 1))
      } else {
        grid.put(scalar, width: max(1, width), at: Position(row: row, column: column), style: style)
        column += max(1, width)
      }
    }
  }
}
