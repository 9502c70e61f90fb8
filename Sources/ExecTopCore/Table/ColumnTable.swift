import ExecTopCounting
import ExecTopText

/// The columns there are, in the order in which they stand on the screen.
public struct ColumnTable: Sendable {
  public let columns: [Column]

  /// As a terminal gets wider, columns appear in this order.
  package let byUse: [Column]
  /// Those that have a field, in the order in which records have them.
  public let recorded: [Column]
  /// Those that hold a figure, in the same order.
  package let figures: [Column]

  init(_ columns: [Column]) {
    self.columns = columns
    byUse = columns.filter { $0.width != nil }.sorted { $0.use < $1.use }
    let inOrder = columns.sorted { $0.recordPlace < $1.recordPlace }
    recorded = inOrder.filter { !$0.fields.isEmpty }
    figures = inOrder.filter(\.content.isFigure)
  }

  /// Those by which rows can be sorted.
  public var sortable: [Column] { columns.filter { $0.order != nil } }

  public func column(named name: String) -> Column? { columns.first { $0.name == name } }

  /// The column by which rows can be sorted under this name.
  public func sortable(named name: String) -> Column? { sortable.first { $0.name == name } }

  public static let standard = ColumnTable([.rate, .trend, .count, .share, .failed, .peak, .last, .path])
}

extension Column {
  public static let rate = Column(
    "rate", title: "RATE/S", meaning: "execs per second over the last interval", key: "r",
    sortHelp: "rate: execs per second over the last interval", width: 8, use: 0, unit: "/s", combining: .sum,
    content: .figure(.faintZero) { value, cell in Format.rate(value.number, width: cell.width) }, recordPlace: 3,
    fields: [
      Field("delta") { tally, id, _ in FieldValue(tally.delta(of: id)) },
      Field("rate") { tally, id, _ in FieldValue(tally.rate(of: id)) },
    ]
  ) { tally, id in Value(tally.rate(of: id)) }

  public static let trend = Column(
    "trend", title: "LAST MINUTE",
    meaning: "bars for the last 60 seconds, scaled to the row's own maximum, or to that of all rows shown (s)",
    order: nil, width: 12, use: 4, isExtra: true, combining: .highest, content: .trend, recordPlace: 0, fields: []
  ) { tally, id in Value(tally.lastSeen(id)) }

  public static let count = Column(
    "count", title: "COUNT", meaning: "execs since counting began, or since a reset", key: "c",
    sortHelp: "count: execs since counting began, or since a reset", width: 9, use: 1, combining: .sum,
    content: .figure(.plain, Column.wholeNumber), recordPlace: 1
  ) { tally, id in .count(tally.count(of: id)) }

  public static let share = Column(
    "share", title: "SHARE", meaning: "the part of all execs", order: nil, width: 6, use: 6, isExtra: true,
    combining: .sum,
    content: .figure(.plain) { value, cell in
      guard case .count(let count) = value else { return Format.unknown }
      return Format.share(count, of: cell.whole)
    }, recordPlace: 2, fields: []
  ) { tally, id in .count(tally.count(of: id)) }

  public static let failed = Column(
    "failed", title: "FAILED",
    meaning: "execs that the kernel refused; yellow if each time the path was not found, as in a search of PATH",
    key: "x", sortHelp: "failed execs", width: 8, use: 2, needsFailures: true, combining: .sum,
    content: .figure(.failures { $0.failsOtherwise($1) }, Column.wholeNumber), recordPlace: 4,
    fields: [
      Field("failed") { tally, id, _ in FieldValue(tally.failed(of: id)) },
      Field("errors") { tally, id, _ in
        tally.errors(of: id).map { .counts($0.map { (ErrorName.of($0.error), $0.count) }) } ?? .unknown
      },
    ]
  ) { tally, id in Value(tally.failed(of: id)) }

  public static let peak = Column(
    "peak", title: "PEAK/S", meaning: "the highest rate so far", key: "m", sortHelp: "the highest rate so far",
    width: 8, use: 5, isExtra: true, unit: "/s",
    // Paths peak at different times.
    combining: .unknown, content: .figure(.plain) { value, cell in Format.rate(value.number, width: cell.width) },
    recordPlace: 5
  ) { tally, id in Value(tally.peak(of: id)) }

  public static let last = Column(
    "last", title: "LAST", meaning: "how long ago the path was last run", key: "l",
    sortHelp: "when the path was last run", width: 5, use: 3, combining: .highest,
    content: .figure(.plain) { value, cell in Format.age(value.number.map { cell.now - $0 }) }, recordPlace: 6,
    fields: [
      // On the clock of `elapsed`.
      Field("first_seen") { tally, id, _ in FieldValue(tally.firstSeen(id).map { $0 - tally.began }) },
      Field("last_seen") { tally, id, _ in FieldValue(tally.lastSeen(id).map { $0 - tally.began }) },
    ]
  ) { tally, id in Value(tally.lastSeen(id)) }

  public static let path = Column(
    "path", title: "PATH", meaning: "the path as the caller gave it; + if first seen within the last 5 seconds",
    key: "n", sortHelp: "path", order: .name, width: nil, use: 0, combining: .unknown, content: .name, recordPlace: 0,
    fields: [
      Field("path") { tally, id, naming in .text(naming.name(of: id, in: tally).string) },
      Field("path_base64", isOptional: true) { tally, id, naming in
        naming.name(of: id, in: tally).isFaithful ? .unknown : .text(Base64.encode(tally.path(of: id).bytes))
      },
      Field("truncated", isOptional: true) { tally, id, _ in .flag(tally.path(of: id).isCut) },
      Field("undecided", isOptional: true) { _, id, naming in .flag(naming.decisions.isUndecided(id)) },
      Field("other", isOptional: true) { _, id, _ in .flag(id == .other) },
    ]
  ) { _, _ in .unknown }

  /// A whole number with its digits in groups.
  private static let wholeNumber: @Sendable (Value, CellContext) -> String = { value, cell in
    guard case .count(let count) = value else { return Format.unknown }
    return Format.count(count, width: cell.width)
  }
}
