import ExecTopApp
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// Why there are no rows, and what to do about it.
enum EmptyTable {
  static func draw(_ state: AppState, row: Int, width: Int, on canvas: inout Canvas) {
    // The filter can be of any characters.
    let pieces = SafeText(typed: text(state), canShow: canvas.glyphs.canShow).pieces[...]
    canvas.write(pieces, at: Position(row: row, column: 0), width: width, style: .faint)
  }

  static func text(_ state: AppState) -> String {
    guard state.tally.rowCount > 0 else { return "no execs yet" }
    let outcome = state.query.outcome
    guard let filter = state.query.filter else {
      return switch outcome {
      case .all: "no execs yet"
      case .succeeded: "no successful execs; o shows failed ones"
      case .failed: "no failed execs; o shows all"
      case .endedWithError: "no process ended with an error; o shows all"
      }
    }
    let row = state.query.view.row
    let rows =
      switch outcome {
      case .all: row
      case .succeeded: "\(row) with successful execs"
      case .failed: "\(row) with failed execs"
      case .endedWithError: "\(row) that ended with an error"
      }
    var parts: [String]
    // Of other rows it chooses the launches that stand in them.
    switch state.query.view == .path ? filter.kind : .words {
    case .prefix:
      parts = ["no \(rows) begins with \"\(filter.operand)\""]
      if isPlain(filter.operand) { parts.append("~\(filter.operand) finds it anywhere") }
    case .negated: parts = ["every \(rows) begins with \"\(filter.operand)\""]
    case .expression, .words: parts = ["no \(rows) matches \(filter.text)"]
    }
    // In the prompt, Esc restores the filter before.
    if state.prompt == nil { parts.append("Esc clears") }
    return parts.joined(separator: "; ")
  }

  /// It means the same as a regular expression.
  private static func isPlain(_ text: String) -> Bool {
    !text.unicodeScalars.contains { "\\^$|?*+()[]{}".unicodeScalars.contains($0) }
  }
}
