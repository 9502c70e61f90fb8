import ExecTopCounting
import ExecTopText

/// A field of a row in a record: a member in json, a column in csv.
public struct Field: Sendable {
  public let name: String
  /// Left out in json where it has nothing to say.
  package let isOptional: Bool
  package let value: @Sendable (Tally, PathID, RowNaming) -> FieldValue

  init(
    _ name: String, isOptional: Bool = false, value: @escaping @Sendable (Tally, PathID, RowNaming) -> FieldValue
  ) {
    self.name = name
    self.isOptional = isOptional
    self.value = value
  }
}

package enum FieldValue: Sendable {
  case unknown
  case count(UInt64)
  /// With so many decimals at most.
  case number(Double, decimals: Int = 3)
  case text(String)
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
