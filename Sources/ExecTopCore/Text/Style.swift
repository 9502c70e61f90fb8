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
  /// The graph in it: bars must keep their shape, so this is no reverse video.
  case selectedGraph
  /// Failed execs.
  case failed
  /// Something is wrong: execs without a row, execs that were lost, an expression that is none.
  case alert
  /// Worth a look, but not wrong in itself: paths that were not found, paths that could not be read.
  case warning
  /// In force: a filter, PAUSED, DEMO, and whatever else changes what the figures mean.
  case active
  /// Every exec is accounted for; live.
  case good
  /// Figures that are zero or unknown, hints, and the mark of a path first seen within the last seconds.
  case faint
  /// A key in the key line and in the help.
  case key
  /// Graphs.
  case graph
  /// Bytes shown as `\xNN`.
  case escaped
  /// What is being typed.
  case input
}
