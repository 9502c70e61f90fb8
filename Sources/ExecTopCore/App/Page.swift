import ExecTopCounting
import ExecTopTable

/// What fills the screen.
public enum Page: Equatable, Sendable {
  case table
  /// Of what stands in a row; never of a directory.
  case details(RowID)
  case help
}

extension Page {
  var isDetails: Bool { if case .details = self { true } else { false } }
}

/// Where keys go.
public enum Place: CaseIterable, Sendable {
  case table
  /// The trace pane, while it has the focus.
  case trace
  case details
  case help
  case prompt
}

/// The filter prompt.
public struct FilterPrompt: Sendable {
  public var line: Prompt
  /// The filter to go back to.
  public let before: Filter?
  /// What is wrong with the text.
  public var error: FilterError?
}
