import ExecTopCounting
import ExecTopTable

// What the mouse does.
extension AppState {
  mutating func handleMouse(_ action: MouseAction, at position: Position, keyLine: KeyLine) -> [Effect] {
    if action.isPress, position.row == layout.footerRow {
      return keyLine.key(at: position.column).map { press($0) } ?? []
    }
    switch place {
    case .prompt: return []
    case .help:
      helpView.scroll(by: action.rows, in: helpExtent)
      return []
    case .details:
      if !action.isPress { moveDetails(action == .wheelUp ? .up : .down) }
      return []
    case .table, .trace:
      return handleTraceMouse(action, at: position) ? [] : handleTableMouse(action, at: position)
    }
  }

  private mutating func handleTableMouse(_ action: MouseAction, at position: Position) -> [Effect] {
    updateListing()
    switch action {
    case .wheelUp, .wheelDown: scrollTable(by: action.rows)
    case .press, .doublePress:
      let layout = layout
      if position.row == layout.columnNamesRow, let column = layout.column(at: position.column)?.column,
        column.order != nil || column.content.view != nil
      {
        // What rows are called is sorted by in one way.
        let column = column.content.view == nil ? column : .path
        // A second click on a column reverses the order.
        if query.sort == column { query.isInverted.toggle() } else { sort(by: column) }
        list()
      } else if layout.tableRows.contains(position.row) {
        let row = top + position.row - layout.tableRows.lowerBound
        // The first click of the two selected a row, which may have moved since.
        if action == .doublePress, selectedRow != nil, row < listing.count { return open() }
        selectRow(row)
      }
    }
    return []
  }
}

extension MouseAction {
  fileprivate var isPress: Bool { self == .press || self == .doublePress }

  /// Rows that it scrolls, downwards.
  var rows: Int {
    switch self {
    case .wheelUp: -Viewport.wheelRows
    case .wheelDown: Viewport.wheelRows
    case .press, .doublePress: 0
    }
  }
}
