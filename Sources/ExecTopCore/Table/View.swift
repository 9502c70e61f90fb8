import ExecTopCounting

/// What a row of the table stands for. The raw value is the word for it in `--by`, in the saved choices, in records and
/// on the screen.
public enum View: String, CaseIterable, Sendable {
  /// A path, whoever runs it.
  case path
  /// A program run by a chain of programs.
  case launches
  /// Who runs it.
  case user
  /// In which systemd unit, container or pod it runs.
  case unit

  /// The one that follows, round and round.
  public var next: View {
    switch self {
    case .path: .launches
    case .launches: .user
    case .user: .unit
    case .unit: .path
    }
  }

  /// What one row is called in records and messages.
  package var row: String { self == .launches ? "launch" : rawValue }
}
