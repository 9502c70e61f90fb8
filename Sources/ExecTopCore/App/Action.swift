/// What a key does.
public enum Action: Hashable, Sendable {
  case sort(Column)
  /// Sorts by the column that stands so many places to the right.
  case moveSort(Int)
  case invert
  case filter
  case pause
  case reset, undoReset
  case outcome
  /// Groups by directory, and back.
  case group
  /// Details of a path; the contents of a directory.
  case open
  case expand, collapse
  /// One scale for the small graphs of all rows, and back.
  case scale
  case save
  /// Shows what exectop itself costs, and hides it.
  case cost
  case faster, slower
  case trace, focus, oursOnly
  case move(Move)
  case help
  case quit, suspend, redraw
}

/// How the selection moves.
public enum Move: Hashable, Sendable {
  case up, down, pageUp, pageDown, first, last
}
