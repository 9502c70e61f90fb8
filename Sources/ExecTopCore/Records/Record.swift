import ExecTopCounting
import ExecTopTable
import ExecTopText

/// One refresh of batch mode: what is written each interval.
public struct Record: Sendable {
  public let time: WallTime
  /// Seconds since counting began.
  public let elapsed: Seconds
  public let mode: Mode
  public let tally: Tally
  /// The rows to write, in order.
  public let rows: [PathID]
  let naming: RowNaming
  let table: ColumnTable

  /// - Parameters:
  ///   - decisions: what the filter said of the paths in the records before.
  ///   - limit: at most so many rows; nil for all.
  ///   - isUnicode: whether characters are UTF-8 where it is written; otherwise they are ASCII, in which a terminal
  ///     finds no control that it would take from the bytes of a character.
  public init(
    time: WallTime, mode: Mode, tally: Tally, query: Query, decisions: inout Decisions, limit: Int?, isUnicode: Bool,
    table: ColumnTable = .standard
  ) {
    self.time = time
    elapsed = tally.time - tally.began
    self.mode = mode
    self.tally = tally
    self.table = table
    rows = query.rows(of: tally, decisions: &decisions, limit: limit ?? .max)
    naming = RowNaming(decisions: decisions, isUnicode: isUnicode)
  }
}
