/// What a cell is for. Only the painter knows what that looks like.
public enum Style: UInt8, CaseIterable, Sendable {
  /// The terminal's own colours.
  case plain
  /// The line of column names.
  case header
  /// What stands before a figure to name it, and titles.
  case label
  /// The column that is sorted by.
  case sorted
  /// The selected row.
  case selected
  /// Failed execs.
  case failed
  /// PAUSED, DEMO, and whatever else must not be overlooked.
  case alert
  /// Every exec is accounted for; live.
  case good
  /// Figures that are zero or unknown, and hints.
  case faint
  /// A path first seen within the last seconds.
  case fresh
  /// A key in the key line and in the help.
  case key
  /// Graphs.
  case graph
  /// Bytes shown as `\xNN`.
  case escaped
  /// What is being typed.
  case input
}
