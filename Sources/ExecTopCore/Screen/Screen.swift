/// Draws the dashboard: a function from the state to cells.
public enum Screen {
  public static func render(_ state: AppState, glyphs: Glyphs) -> Grid {
    let layout = state.layout
    var canvas = Canvas(size: state.size, glyphs: glyphs)
    if layout.isTooSmall {
      let smallest = Layout.smallest
      canvas.write("too small", at: Position(row: 0, column: 0), style: .alert)
      canvas.write("need \(smallest.columns)x\(smallest.rows)", at: Position(row: 1, column: 0), style: .plain)
      return canvas.grid
    }
    if state.isHelpShown {
      HelpPane.draw(state, on: &canvas)
    } else {
      HeaderPane.draw(state, layout: layout, on: &canvas)
      TablePane.draw(state, layout: layout, on: &canvas)
      TracePane.draw(state, layout: layout, on: &canvas)
    }
    FooterPane.draw(state, layout: layout, on: &canvas)
    return canvas.grid
  }
}
