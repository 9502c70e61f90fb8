/// Where the trace pane stands: below the table, or beside it where the screen is wide.
public struct TraceArea: Equatable, Sendable {
  public let titleRow: Int
  public let lineRows: Range<Int>
  public let columns: Range<Int>

  /// From here on, table and pane each have the width for all they show.
  static let leastColumnsBeside = 140

  /// - Parameter body: the rows from the column names to the footer.
  init?(body: Range<Int>, columns: Int) {
    if columns >= TraceArea.leastColumnsBeside {
      titleRow = body.lowerBound
      // The larger part: a line of the trace is longer than a row of the table.
      self.columns = (columns * 9 / 20)..<columns
    } else {
      // The column names and a row of the table, and as much for the pane.
      guard body.count >= 4 else { return nil }
      titleRow = body.upperBound - body.count / 2
      self.columns = 0..<columns
    }
    lineRows = (titleRow + 1)..<max(titleRow + 1, body.upperBound)
  }

  func contains(_ position: Position) -> Bool {
    columns.contains(position.column) && (titleRow..<lineRows.upperBound).contains(position.row)
  }
}
