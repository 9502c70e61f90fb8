import ExecTopCounting
import ExecTopText

/// A field of a row in a record: a member in json, a column in csv.
public struct Field: Sendable {
  public let name: String
  /// Left out in json where it has nothing to say.
  package let isOptional: Bool
  /// Of a path. Nil if it is known of launches alone.
  package let value: (@Sendable (Tally, PathID, RowNaming) -> FieldValue)?
  /// Of launches that stand together. Nil if it is known of paths alone.
  package let launched: (@Sendable (LaunchRow) -> FieldValue)?

  init(
    _ name: String, isOptional: Bool = false, launched: (@Sendable (LaunchRow) -> FieldValue)? = nil,
    value: (@Sendable (Tally, PathID, RowNaming) -> FieldValue)?
  ) {
    self.name = name
    self.isOptional = isOptional
    self.value = value
    self.launched = launched
  }
}

/// Launches that stand together in a row of a record.
package struct LaunchRow: Sendable {
  package var tally: Tally
  package var groups: LaunchGroups
  /// Its place there.
  package var group: Int
  package var naming: RowNaming

  package init(tally: Tally, groups: LaunchGroups, group: Int, naming: RowNaming) {
    self.tally = tally
    self.groups = groups
    self.group = group
    self.naming = naming
  }

  /// Without what stands below it, so that all rows of a record add up.
  package var sums: LaunchSums { groups.own[group] }

  /// As it shows where the record is written.
  package func safe(_ name: RowName) -> SafeText { name.safe { naming.isUnicode || $0.isASCII } }

  package var id: RowID { groups.ids[group] }

  package var rowName: RowName { groups.names[group] }

  /// What it is called. Nil where that is not known.
  package var name: SafeText? {
    switch id {
    case .user(.unknown), .unit(.unknown): nil
    default: safe(rowName)
    }
  }

  /// The path that it runs. Nil if it is none, or stands for no one path.
  package var path: PathID? {
    switch id {
    case .path(let id): id
    case .launch: groups.tree.nodes[group].owner.path.map { groups.tree.keys.paths.current($0) }
    case .directory, .user, .unit: nil
    }
  }

  /// The programs on the way to it, the outermost first, itself last.
  package var chain: [RowName] { groups.tree.chain(to: group).map { groups.names[$0] } }
}

package enum FieldValue: Sendable {
  case unknown
  case count(UInt64)
  /// With so many decimals at most.
  case number(Double, decimals: Int = 3)
  case text(String)
  /// A chain of programs, the outermost first.
  case texts([String])
  case flag(Bool)
  case counts([(name: String, count: UInt64)])
  case numbers([(name: String, number: Double?)], decimals: Int)

  init(_ value: Value) {
    switch value {
    case .unknown: self = .unknown
    case .count(let count): self = .count(count)
    case .number(let number): self = .number(number)
    }
  }

  package init(_ number: Double?, decimals: Int = 3) {
    self = number.map { .number($0, decimals: decimals) } ?? .unknown
  }

  /// Nanoseconds as seconds, exactly.
  package init(nanoseconds: UInt64?) {
    self.init(nanoseconds.map { Double($0) / 1e9 }, decimals: 9)
  }

  package init(_ count: UInt64?) { self = count.map(FieldValue.count) ?? .unknown }

  /// There is nothing to say.
  package var isEmpty: Bool {
    switch self {
    case .unknown, .flag(false): true
    default: false
    }
  }
}

/// How a record names its rows.
package struct RowNaming: Sendable {
  /// What the filter said of the paths.
  package var decisions: Decisions
  /// Where it is written characters are UTF-8; otherwise they are ASCII.
  package var isUnicode: Bool

  package init(decisions: Decisions, isUnicode: Bool) {
    self.decisions = decisions
    self.isUnicode = isUnicode
  }

  package func name(of id: PathID, in tally: Tally) -> SafeText {
    tally.name(of: id) { isUnicode || $0.isASCII }
  }
}
