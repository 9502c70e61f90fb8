import ExecTopCounting
import ExecTopText

/// A column of the table: all that the program knows of a figure of a row.
///
/// An entry of `ColumnTable` feeds the screen, the sort keys and `--sort`, the mouse, help and README, the details and
/// every record format. To add a column, add an entry there.
public final class Column: Sendable {
  /// The word for it in `--sort`, in the saved choices and in the details, and its field in records.
  public let name: String
  public let title: String
  /// What it says, for help and README.
  public let meaning: String
  /// The key that sorts by it.
  public let key: Unicode.Scalar?
  /// What that key sorts by, for help.
  package let sortHelp: String
  /// How rows are sorted by it. Nil if it has no order of its own.
  package let order: Order?
  /// Cells; nil for the one that takes what is left.
  package let width: Int?
  /// Where its place is in the order in which columns appear as a terminal gets wider.
  package let use: Int
  /// It says in another way what other columns say.
  package let isExtra: Bool
  /// It says nothing where this is not seen.
  public let needs: Mode.Part?
  /// What follows the figure where its title does not stand above it: `/s`.
  package let unit: String
  package let combining: Combining
  package let value: @Sendable (Tally, PathID) -> Value
  /// The figure of launches that stand together. Nil where it is none of theirs.
  package let launched: (@Sendable (Tally, LaunchSums) -> Value)?
  package let content: Content
  /// Its fields in json and csv. One without any has no column in text.
  public let fields: [Field]
  /// Where its place is among the fields of a record, and among the figures of the details.
  package let recordPlace: Int

  package enum Order {
    /// The greatest figure first. What is not known comes after all that is.
    case figure
    /// By the bytes of the path.
    case name
  }

  /// The figure of a directory from those of the paths below it.
  package enum Combining {
    /// A sum with something unknown in it is unknown.
    case sum
    /// Of those that are known.
    case highest
    /// It has none.
    case unknown
  }

  /// What stands in a cell.
  package enum Content: Sendable {
    case figure(Tone, @Sendable (Value, CellContext) -> String)
    /// Bars for the last minute.
    case trend
    /// What the row stands for, in the view in which it stands for that.
    case name(View)

    package var isTrend: Bool { if case .trend = self { true } else { false } }
    package var isFigure: Bool { if case .figure = self { true } else { false } }
    package var view: View? { if case .name(let view) = self { view } else { nil } }
  }

  /// How a figure is styled. One that is unknown is faint.
  package enum Tone: Sendable {
    case plain
    /// Faint if it is zero.
    case faintZero
    /// Faint if it is zero; a failure if something is wrong with the path, otherwise a warning.
    case failures(isWrong: @Sendable (Tally, PathID) -> Bool)
  }

  package init(
    _ name: String, title: String, meaning: String, key: Unicode.Scalar? = nil, sortHelp: String = "",
    order: Order? = .figure, width: Int?, use: Int, isExtra: Bool = false, needs: Mode.Part? = nil,
    unit: String = "", combining: Combining, content: Content, recordPlace: Int, fields: [Field]? = nil,
    launched: (@Sendable (Tally, LaunchSums) -> Value)? = nil,
    value: @escaping @Sendable (Tally, PathID) -> Value
  ) {
    self.name = name
    self.title = title
    self.meaning = meaning
    self.key = key
    self.sortHelp = sortHelp
    self.order = order
    self.width = width
    self.use = use
    self.isExtra = isExtra
    self.needs = needs
    self.unit = unit
    self.combining = combining
    self.content = content
    self.recordPlace = recordPlace
    self.launched = launched
    self.fields = fields ?? [Column.field(name, launched: launched, value: value)]
    self.value = value
  }
}

extension Column {
  /// The one that holds the figure as it is.
  private static func field(
    _ name: String, launched: (@Sendable (Tally, LaunchSums) -> Value)?,
    value: @escaping @Sendable (Tally, PathID) -> Value
  ) -> Field {
    guard let launched else { return Field(name) { tally, id, _ in FieldValue(value(tally, id)) } }
    return Field(name) { row in
      FieldValue(launched(row.tally, row.sums))
    } value: { tally, id, _ in
      FieldValue(value(tally, id))
    }
  }
}

/// Columns are told apart by their names.
extension Column: Hashable, CustomStringConvertible {
  public var description: String { name }
  public static func == (left: Column, right: Column) -> Bool { left.name == right.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The figure of a row in a column.
package enum Value: Equatable, Sendable {
  case unknown
  case count(UInt64)
  /// A rate, or an instant in seconds.
  case number(Double)

  package init(_ count: UInt64?) { self = count.map(Value.count) ?? .unknown }
  package init(_ number: Double?) { self = number.map(Value.number) ?? .unknown }

  /// Nil if it is not known.
  package var number: Double? {
    switch self {
    case .unknown: nil
    case .count(let count): Double(count)
    case .number(let number): number
    }
  }

  /// The least stands first: the greatest figure, and after all others what is not known.
  package var rank: Double { -(number ?? -.infinity) }

  package static func sum(_ left: Value, _ right: Value) -> Value {
    switch (left, right) {
    // A map that something else fills can hold any number.
    case (.count(let left), .count(let right)): .count(Saturating.sum(left, right))
    case (.number(let left), .number(let right)): .number(left + right)
    default: .unknown
    }
  }

  package static func highest(_ left: Value, _ right: Value) -> Value {
    (left.number ?? -.infinity) >= (right.number ?? -.infinity) ? left : right
  }
}

/// What a cell says its figure against.
package struct CellContext: Sendable {
  /// Cells there are.
  package var width = Int.max
  package var now: Seconds
  /// Execs of all paths.
  package var whole: UInt64

  package init(of tally: Tally, now: Seconds) {
    self.now = now
    whole = tally.totals.execs
  }
}

extension Column {
  /// The figure of a row: of a path; of a directory, combined from all paths below it; of launches.
  package func value(of source: RowSource, in tally: Tally) -> Value {
    switch source {
    case .path(let id): return value(tally, id)
    case .launches(let set): return value(of: set.sums, in: tally)
    case .directory(let paths):
      guard let first = paths.first else { return .unknown }
      var combined = value(tally, first)
      switch combining {
      case .unknown: return .unknown
      case .sum: for id in paths.dropFirst() { combined = Value.sum(combined, value(tally, id)) }
      case .highest: for id in paths.dropFirst() { combined = Value.highest(combined, value(tally, id)) }
      }
      return combined
    }
  }

  /// The figure of launches that stand together.
  package func value(of sums: LaunchSums, in tally: Tally) -> Value { launched?(tally, sums) ?? .unknown }

  /// How a figure is written. Nothing where the column holds none.
  package func text(_ value: Value, _ context: CellContext) -> String {
    guard case .figure(_, let text) = content else { return "" }
    return value == .unknown ? Format.unknown : text(value, context)
  }

  /// - Parameter source: where it comes from.
  package func style(of value: Value, _ source: RowSource, in tally: Tally) -> Style {
    guard case .figure(let tone, _) = content else { return .plain }
    guard let number = value.number else { return .faint }
    switch tone {
    case .plain: return .plain
    case .faintZero: return number > 0 ? .plain : .faint
    case .failures(let isWrong):
      guard number > 0 else { return .faint }
      let isFailure =
        switch source {
        case .path(let id): isWrong(tally, id)
        case .directory(let paths): paths.contains { isWrong(tally, $0) }
        // Of launches it is not known by which errors they fail.
        case .launches: needs == .uses
        }
      return isFailure ? .failed : .warning
    }
  }

  /// It can be known there.
  public func isKnown(in mode: Mode) -> Bool { needs.map { mode.sees($0) } ?? true }

  /// It takes room. What processes use takes none where nothing is known of it; failures do where they are not seen, for
  /// those that are missing there would be taken for none.
  package func isShown(of tally: Tally, in mode: Mode) -> Bool { needs != .uses || tally.sees(.uses, in: mode) }

  /// It has a place in the table of a query: what is known of paths alone has none where launches stand together.
  package func isShown(in query: Query, of tally: Tally) -> Bool {
    switch content {
    case .name(let view): view == query.view
    case .figure, .trend: launched != nil || !query.groups(tally)
    }
  }

  /// The title and the cells stand at the left of the column.
  package var isLeftAligned: Bool { !content.isFigure }
}
