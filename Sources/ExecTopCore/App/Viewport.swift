/// Which rows of a longer list are shown: those from `top` on. Table, tree, details, help and trace move by it.
public struct Viewport: Equatable, Sendable {
  /// The first row that is shown.
  public private(set) var top: Int

  /// How many rows there are, and for how many there is room.
  public struct Extent: Equatable, Sendable {
    public let rows: Int
    public let height: Int

    public init(rows: Int, height: Int) {
      self.rows = max(0, rows)
      self.height = max(1, height)
    }

    var lastRow: Int { max(0, rows - 1) }
    /// The top with which the last row is at the end of the view.
    var lastTop: Int { max(0, rows - height) }
  }

  public init(top: Int = 0) {
    self.top = max(0, top)
  }

  /// Rows that a step of the mouse wheel scrolls.
  static let wheelRows = 3

  /// The rows that are shown.
  public func rows(in extent: Extent) -> Range<Int> {
    let first = min(top, extent.rows)
    return first..<first + min(extent.height, extent.rows - first)
  }

  func isAtEnd(of extent: Extent) -> Bool { top >= extent.lastTop }
}

extension Viewport {
  /// Leaves no room empty that rows could fill.
  mutating func fit(_ extent: Extent) {
    top = min(top, extent.lastTop)
  }

  mutating func scroll(_ move: Move, in extent: Extent) {
    top = move.target(from: top, page: extent.height, last: extent.lastTop)
  }

  mutating func scroll(by rows: Int, in extent: Extent) {
    top = min(max(0, top + rows), extent.lastTop)
  }

  /// Scrolls as little as it takes to show a row.
  mutating func show(_ row: Int, in extent: Extent) {
    if row < top { top = row } else if row - top >= extent.height { top = row - extent.height + 1 }
    fit(extent)
  }

  /// The row to select, which is shown afterwards.
  ///
  /// - Parameter selected: the row that is selected now. An arrow key brings it back into view; where there is none, and
  ///   for a page from a view that does not show it, the view is what moves.
  mutating func select(_ move: Move, from selected: Int?, in extent: Extent) -> Int {
    let row: Int
    if let selected, rows(in: extent).contains(selected) {
      row = move.target(from: selected, page: extent.height, last: extent.lastRow)
    } else {
      switch move {
      case .up, .down: row = min(selected ?? top, extent.lastRow)
      case .pageUp, .pageDown, .first, .last:
        row = move.target(from: top, page: extent.height, last: extent.lastRow)
      }
    }
    show(row, in: extent)
    return row
  }
}

extension Move {
  /// Where it leads in rows up to `last`.
  func target(from row: Int, page: Int, last: Int) -> Int {
    let target =
      switch self {
      case .up: row - 1
      case .down: row + 1
      case .pageUp: row - min(page, row)
      case .pageDown: row + min(page, max(0, last - row))
      case .first: 0
      case .last: last
      }
    return min(max(0, target), last)
  }
}
