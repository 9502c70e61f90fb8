import ExecTopApp
import ExecTopCounting
import ExecTopText

/// A screen as cells, to be painted or to be compared.
public struct Grid: Equatable, Sendable {
  public let size: Size
  /// Row by row.
  public private(set) var cells: [Cell]
  /// Combining marks, by the index of the cell whose character they join.
  public private(set) var marks: [Int: [Unicode.Scalar]] = [:]
  /// Where the cursor stands; hidden if nil.
  public var cursor: Position?

  public init(size: Size) {
    self.size = size
    cells = Array(repeating: Cell(), count: max(0, size.rows) * max(0, size.columns))
  }

  /// The cells of a row.
  public subscript(row row: Int) -> ArraySlice<Cell> {
    cells[(row * size.columns)..<((row + 1) * size.columns)]
  }

  /// Puts one character of the given width (1 or 2 cells) at a place. Nothing happens if it does not fit there.
  public mutating func put(_ scalar: Unicode.Scalar, width: Int = 1, at position: Position, style: Style) {
    guard let index = index(of: position), position.column + width <= size.columns else { return }
    if width != 1 || cells[index].width != 1 || !marks.isEmpty { clear(index) }
    cells[index] = Cell(scalar: scalar, width: UInt8(width), style: style)
    guard width == 2 else { return }
    clear(index + 1)
    cells[index + 1] = Cell(scalar: " ", width: 0, style: style)
  }

  /// Joins a combining mark to the character that stands at a place.
  public mutating func join(_ mark: Unicode.Scalar, at position: Position) {
    guard var index = index(of: position) else { return }
    if cells[index].width == 0 { index -= 1 }
    // A cchar_t holds one character and four marks (CCHARW_MAX in ncurses.h is 5).
    guard marks[index, default: []].count < 4 else { return }
    marks[index, default: []].append(mark)
  }

  /// Gives the cells of a row from a column on another style.
  public mutating func restyle(row: Int, columns: Range<Int>, style: Style) {
    for column in columns.clamped(to: 0..<size.columns) {
      guard let index = index(of: Position(row: row, column: column)) else { continue }
      cells[index].style = style
    }
  }

  /// Empties cells of a row.
  public mutating func blank(row: Int, columns: Range<Int>) {
    let columns = columns.clamped(to: 0..<size.columns)
    guard !columns.isEmpty, let first = index(of: Position(row: row, column: columns.lowerBound)) else { return }
    let indices = first..<(first + columns.count)
    // At both ends half a character can stand, whose other half lies beyond.
    clear(indices.lowerBound)
    clear(indices.upperBound - 1)
    for index in indices {
      cells[index] = Cell()
      if !marks.isEmpty { marks[index] = nil }
    }
  }

  /// Blanks a cell, and the other half of a wide character that it cuts in two.
  private mutating func clear(_ index: Int) {
    let isFirstColumn = index % size.columns == 0
    if cells[index].width == 0, !isFirstColumn { cells[index - 1] = Cell() }
    if cells[index].width == 2 { cells[index + 1] = Cell() }
    if !marks.isEmpty { marks[index] = nil }
    cells[index] = Cell()
  }

  private func index(of position: Position) -> Int? {
    guard 0..<size.rows ~= position.row, 0..<size.columns ~= position.column else { return nil }
    return position.row * size.columns + position.column
  }
}

/// One place on the screen.
public struct Cell: Equatable, Sendable {
  public var scalar: Unicode.Scalar
  /// Cells that the character takes: 1 or 2; 0 for the second half of the one before.
  public var width: UInt8
  public var style: Style

  public init(scalar: Unicode.Scalar = " ", width: UInt8 = 1, style: Style = .plain) {
    self.scalar = scalar
    self.width = width
    self.style = style
  }
}

extension Grid {
  /// The text of a row, without blanks at its end.
  public func text(row: Int) -> String {
    var text = ""
    for column in 0..<size.columns {
      let index = row * size.columns + column
      guard cells[index].width > 0 else { continue }
      text.unicodeScalars.append(cells[index].scalar)
      text.unicodeScalars.append(contentsOf: marks[index] ?? [])
    }
    return String(text.reversed().drop { $0 == " " }.reversed())
  }

  /// The text of all rows, one a line.
  public var text: String {
    (0..<size.rows).map(text(row:)).joined(separator: "\n")
  }
}
