import ExecTopCounting
import ExecTopTable
import ExecTopText

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
  /// The next view.
  case view
  /// Groups by directory, and back.
  case group
  /// Details of a row; the contents of a directory.
  case open
  case expand, collapse
  /// In the details of a path, its last execs instead of its figures, and back.
  case execs
  /// One scale for the small graphs of all rows, and back.
  case scale
  case save
  /// Shows what exectop itself costs, and hides it.
  case cost
  case faster, slower
  /// Takes a snapshot now.
  case refresh
  /// Opens and closes the trace pane; moves the focus to it; leaves out lines that are not exectop's own.
  case trace, focus, ownOnly
  case move(Move)
  /// The view follows the selection, and no longer.
  case follow
  /// In a recording that is played: one interval on and back, to a time, to the next spike.
  case stepOn, stepBack, seek, nextSpike
  case help
  /// Back from a page; on the table, lets go of the selection, then of the filter.
  case back
  /// Back from a page; on the table, the end.
  case leave
  case quit, suspend, redraw
}

/// How the selection moves.
public enum Move: Hashable, Sendable {
  case up, down, pageUp, pageDown, first, last
}
