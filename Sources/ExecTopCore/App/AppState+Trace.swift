// What keys and the mouse do with the trace pane.
extension AppState {
  mutating func toggleTrace() -> [Effect] {
    let wasOpen = trace != nil
    trace = wasOpen ? nil : TraceState(filter: query.filter, isPaused: isPaused)
    keepSelectionVisible()
    if !wasOpen, layout.trace == nil { message = "no room for the trace pane on so small a screen" }
    return [wasOpen ? .closeTrace : .openTrace]
  }

  /// What cannot be seen is not given the focus.
  mutating func focusTrace() {
    guard layout.trace != nil else { return }
    trace?.isFocused.toggle()
  }

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
    case .press: trace?.isFocused = isInPane
    case .wheelUp where isInPane: trace?.move(.up, rows: area.lineRows.count)
    case .wheelDown where isInPane: trace?.move(.down, rows: area.lineRows.count)
    default: break
    }
    return isInPane
  }
}
