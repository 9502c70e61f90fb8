import ExecTopCounting
import ExecTopTable
import ExecTopText
import ExecTopTrace

// What keys and the mouse do with the trace pane.
extension AppState {
  mutating func toggleTrace() -> [Effect] {
    let wasOpen = trace != nil
    changeLayout { $0.trace = wasOpen ? nil : TraceState(filter: $0.query.filter, isPaused: $0.isPaused) }
    if !wasOpen, layout.trace == nil { message = "no room for the trace pane on so small a screen" }
    return [wasOpen ? .closeTrace : .openTrace]
  }

  /// What cannot be seen is not given the focus.
  mutating func focusTrace() {
    guard layout.trace != nil else {
      message = trace == nil ? AppState.noTrace : "no room for the trace pane on so small a screen"
      return
    }
    trace?.isFocused.toggle()
  }

  mutating func showOwnLinesOnly() {
    if trace == nil { message = AppState.noTrace }
    trace?.toggleOursOnly()
  }

  private static let noTrace: Message = "the trace pane is closed; t opens it"

  /// False if the keys move in the table.
  mutating func moveTrace(_ move: Move) -> Bool {
    guard let area = layout.trace, trace?.isFocused == true else { return false }
    trace?.move(move, rows: area.lineRows.count)
    return true
  }

  /// A click moves the focus to where it is; the wheel scrolls what is under it.
  ///
  /// - Returns: whether it was in the pane.
  mutating func handleTraceMouse(_ action: MouseAction, at position: Position) -> Bool {
    guard let area = layout.trace else { return false }
    let isInPane = area.contains(position)
    switch action {
    case .press, .doublePress: trace?.isFocused = isInPane
    case .wheelUp where isInPane, .wheelDown where isInPane:
      trace?.scroll(by: action.rows, rows: area.lineRows.count)
    case .wheelUp, .wheelDown: break
    }
    return isInPane
  }
}
