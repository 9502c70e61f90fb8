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
  /// What a row stands for.
  public let view: View
  /// The rows to write, in order.
  let rows: [Row]
  /// By what they are sorted.
  let sort: Column
  let naming: RowNaming
  let table: ColumnTable
  /// Single execs and ends that were told over the interval. Nil where none are asked for.
  public var events: ExecEvents?

  /// Where the figures of a row come from.
  enum Row: Sendable {
    case path(PathID)
    case launches(LaunchRow)
  }

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
    view = query.view
    sort = query.sort
    let limit = limit ?? .max
    guard query.groups(tally) || query.view != .path else {
      let paths = query.rows(of: tally, decisions: &decisions, limit: limit)
      naming = RowNaming(decisions: decisions, isUnicode: isUnicode)
      rows = paths.map { .path($0) }
      return
    }
    let groups = query.launchGroups(of: tally, decisions: &decisions)
    let naming = RowNaming(decisions: decisions, isUnicode: isUnicode)
    self.naming = naming
    // Of a launch its own figures alone, so that all rows add up.
    rows =
      groups.map { groups in
        query.ownOrder(of: groups, in: tally, limit: limit).map {
          .launches(LaunchRow(tally: tally, groups: groups, group: $0, naming: naming))
        }
      } ?? []
  }

  /// The paths in the rows, where they are paths.
  public var paths: [PathID] {
    rows.compactMap { row in
      switch row {
      case .path(let id): id
      case .launches(let row): view == .path ? row.path : nil
      }
    }
  }

  /// The fields of a row.
  var fields: [Field] { table.fields(in: view) }

  /// What stands in a field of a row.
  func value(of field: Field, in row: Row, _ naming: RowNaming) -> FieldValue {
    switch row {
    case .path(let id): return field.value?(tally, id, naming) ?? .unknown
    case .launches(var row):
      row.naming = naming
      return field.launched?(row) ?? .unknown
    }
  }
}
