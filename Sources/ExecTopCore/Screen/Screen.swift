/// Draws the dashboard: a function from the state to cells.
public enum Screen {
  /// Stands at the end of the first line.
  static let paused = " PAUSED "

  public static func render(_ state: AppState, glyphs: Glyphs) -> Grid {
    let layout = state.layout
    var canvas = Canvas(size: state.size, glyphs: glyphs)
    if layout.isTooSmall {
      let smallest = Layout.smallest
      canvas.write("too small", at: Position(row: 0, column: 0), style: .alert)
      canvas.write("need \(smallest.columns)x\(smallest.rows)", at: Position(row: 1, column: 0), style: .plain)
      return canvas.grid
    }
    switch state.page {
    case .table:
      HeaderPane.draw(state, layout: layout, on: &canvas)
      TablePane.draw(state, layout: layout, on: &canvas)
      TracePane.draw(state, layout: layout, on: &canvas)
    case .details(let id):
      DetailsPane.draw(id, state: state, layout: layout, on: &canvas)
    case .help:
      HelpPane.draw(state, layout: layout, on: &canvas)
    }
    if state.isPaused { canvas.write(paused, row: 0, endingAt: layout.size.columns, style: .alert) }
    FooterPane.draw(state, layout: layout, on: &canvas)
    return canvas.grid
  }
}
