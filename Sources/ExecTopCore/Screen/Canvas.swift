import ExecTopApp
import ExecTopCounting
import ExecTopText

/// A grid that is being drawn, with what is needed to measure text.
struct Canvas {
  var grid: Grid
  let glyphs: Glyphs

  init(size: Size, glyphs: Glyphs) {
    self.init(grid: Grid(size: size), glyphs: glyphs)
  }

  /// Goes on drawing on a grid.
  init(grid: Grid, glyphs: Glyphs) {
    self.grid = grid
    self.glyphs = glyphs
  }

  /// Writes exectop's own text from a place on, cut at `width` cells and at the end of the row.
  ///
  /// - Returns: the column behind it.
  @discardableResult
  mutating func write(_ text: String, at position: Position, width: Int = .max, style: Style = .plain) -> Int {
    write(text.unicodeScalars, at: position, width: width, style: style)
  }

  /// Likewise, its characters.
  @discardableResult
  mutating func write(
    _ scalars: some Sequence<Unicode.Scalar>, at position: Position, width: Int = .max, style: Style = .plain
  ) -> Int {
    var column = position.column
    let end = min(grid.size.columns, width == .max ? .max : position.column + width)
    for scalar in scalars {
      guard column < end else { break }
      grid.put(glyphs.own(scalar), at: Position(row: position.row, column: column), style: style)
      column += 1
    }
    return column
  }

  /// Writes text so that it ends just before `end`.
  mutating func write(_ text: String, row: Int, endingAt end: Int, style: Style = .plain) {
    write(text, at: Position(row: row, column: end - text.unicodeScalars.count), style: style)
  }

  /// Writes bytes from outside into `width` cells. What does not fit is left out in the middle, so that the end, a
  /// file's name, stays visible.
  ///
  /// - Returns: the column behind it.
  @discardableResult
  mutating func write(bytes: some Collection<UInt8>, at position: Position, width: Int, style: Style) -> Int {
    // As most paths are: every byte a character that prints, in one cell.
    if bytes.count <= width, bytes.first != UInt8(ascii: "("),
      bytes.allSatisfy({ (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\\") })
    {
      return write(bytes.lazy.map { Unicode.Scalar($0) }, at: position, style: style)
    }
    return write(SafeText(bytes, canShow: glyphs.canShow).pieces[...], at: position, width: width, style: style)
  }

  /// Likewise, what has been made safe already.
  @discardableResult
  mutating func write(_ pieces: ArraySlice<SafeText.Piece>, at position: Position, width: Int, style: Style) -> Int {
    let pieces = Array(pieces)
    let widths = pieces.map(cells(of:))
    guard widths.reduce(0, +) > width else { return write(pieces[...], at: position, style: style) }
    guard width > 0 else { return position.column }
    // A third of the room for the beginning, the rest for the end.
    var head = prefix(of: widths, fitting: (width - 1) / 3)
    while pieces[head].continuesEscape { head -= 1 }
    var tail = suffix(of: widths, fitting: width - 1 - widths[..<head].reduce(0, +))
    while tail < pieces.count, pieces[tail].continuesEscape { tail += 1 }
    var column = write(pieces[..<head], at: position, style: style)
    grid.put(glyphs.own("…"), at: Position(row: position.row, column: column), style: .faint)
    column += 1
    return write(pieces[tail...], at: Position(row: position.row, column: column), style: style)
  }

  /// Writes all of them.
  ///
  /// - Returns: the column behind them.
  @discardableResult
  mutating func write(_ pieces: ArraySlice<SafeText.Piece>, at position: Position, style: Style) -> Int {
    var column = position.column
    for piece in pieces {
      let width = cells(of: piece)
      if width == 0 {
        grid.join(piece.scalar, at: Position(row: position.row, column: max(0, column - 1)))
      } else {
        grid.put(
          piece.scalar, width: width, at: Position(row: position.row, column: column),
          style: piece.isEscape && style == .plain ? .escaped : style)
        column += width
      }
    }
    return column
  }

  /// Cells that a piece takes.
  func cells(of piece: SafeText.Piece) -> Int { piece.isEscape ? 1 : glyphs.width(piece.scalar) }

  /// The pieces in rows of so many cells, each as full as it goes: neither an escape is torn, nor a mark from its
  /// character.
  func rows(of pieces: [SafeText.Piece], width: Int) -> [Range<Int>] {
    var rows: [Range<Int>] = []
    var (start, used, index) = (0, 0, 0)
    while index < pieces.count {
      var end = index + 1
      while end < pieces.count, pieces[end].continuesEscape || cells(of: pieces[end]) == 0 { end += 1 }
      let needed = pieces[index..<end].reduce(0) { $0 + cells(of: $1) }
      if used + needed > width, index > start {
        rows.append(start..<index)
        (start, used) = (index, 0)
      }
      used += needed
      index = end
    }
    if start < pieces.count { rows.append(start..<pieces.count) }
    return rows
  }

  private func prefix(of widths: [Int], fitting room: Int) -> Int {
    var used = 0
    var count = 0
    while count < widths.count, used + widths[count] <= room {
      used += widths[count]
      count += 1
    }
    return count
  }

  private func suffix(of widths: [Int], fitting room: Int) -> Int {
    var used = 0
    var start = widths.count
    while start > 0, used + widths[start - 1] <= room {
      start -= 1
      used += widths[start]
    }
    // Not with a mark that belongs to a character left out.
    while start < widths.count, widths[start] == 0 { start += 1 }
    return start
  }
}
