import ExecTopApp
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// Draws the dashboard: from a state, the cells of a frame.
///
/// What a frame shows follows from the state alone. The frame before is kept only so that rows of the table that are the
/// same in it need not be drawn again.
public struct Screen {
  /// Stands at the end of the first line.
  static let paused = " PAUSED "

  private let glyphs: Glyphs
  /// The frame before, if it showed the table.
  private var last: Frame?

  private struct Frame {
    var grid: Grid
    var layout: Layout
    /// What stands in the rows of the table.
    var lines: [TablePane.Line?]
  }

  public init(glyphs: Glyphs) {
    self.glyphs = glyphs
  }

  /// The frame for a state.
  public mutating func render(_ state: AppState) -> Grid {
    let layout = state.layout
    guard !layout.isTooSmall, state.page == .table else {
      last = nil
      return page(state, layout: layout)
    }
    var (canvas, lines) = begin(layout)
    HeaderPane.draw(state, layout: layout, on: &canvas)
    TablePane.draw(state, layout: layout, over: &lines, on: &canvas)
    PositionLabel.draw(state, layout: layout, on: &canvas)
    TracePane.draw(state, layout: layout, on: &canvas)
    finish(state, layout: layout, on: &canvas)
    last = Frame(grid: canvas.grid, layout: layout, lines: lines)
    return canvas.grid
  }

  /// The frame before, without what is drawn anew in each, and what its table shows.
  private func begin(_ layout: Layout) -> (Canvas, [TablePane.Line?]) {
    guard let frame = last, frame.layout == layout else { return (Canvas(size: layout.size, glyphs: glyphs), []) }
    var canvas = Canvas(grid: frame.grid, glyphs: glyphs)
    canvas.grid.cursor = nil
    for row in Array(0..<layout.tableRows.lowerBound) + [layout.footerRow] {
      canvas.grid.blank(row: row, columns: 0..<layout.size.columns)
    }
    return (canvas, frame.lines)
  }

  /// A frame that does not show the table.
  private func page(_ state: AppState, layout: Layout) -> Grid {
    var canvas = Canvas(size: layout.size, glyphs: glyphs)
    if layout.isTooSmall {
      let smallest = Layout.smallest
      canvas.write("too small", at: Position(row: 0, column: 0), style: .alert)
      canvas.write("need \(smallest.columns)x\(smallest.rows)", at: Position(row: 1, column: 0), style: .plain)
      return canvas.grid
    }
    switch state.page {
    case .table: break
    case .details(.path(let id)) where state.showsExecs && state.execLog != nil:
      ExecsPane.draw(id, state: state, layout: layout, on: &canvas)
    case .details(.path(let id)): DetailsPane.draw(id, state: state, layout: layout, on: &canvas)
    case .details(let id): LaunchDetailsPane.draw(id, state: state, layout: layout, on: &canvas)
    case .help: HelpPane.draw(state, layout: layout, on: &canvas)
    }
    finish(state, layout: layout, on: &canvas)
    return canvas.grid
  }

  private func finish(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    if state.isPaused { canvas.write(Screen.paused, row: 0, endingAt: layout.size.columns, style: .active) }
    FooterPane.draw(state, layout: layout, on: &canvas)
  }
}
