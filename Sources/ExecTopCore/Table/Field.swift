/// A field of a row in a record: a member in json, a column in csv.
public struct Field: Sendable {
  public let name: String
  /// Left out in json where it has nothing to say.
  let isOptional: Bool
  let value: @Sendable (Tally, PathID, RowNaming) -> FieldValue

  init(
    _ name: String, isOptional: Bool = false, value: @escaping @Sendable (Tally, PathID, RowNaming) -> FieldValue
  ) {
    self.name = name
    self.isOptional = isOptional
    self.value = value
  }
}

enum FieldValue: Sendable {
  case unknown
  case count(UInt64)
  case number(Double)
  case text(String)
  case flag(Bool)
  case counts([(name: String, count: UInt64)])

  init(_ value: Value) {
    switch value {
    case .unknown: self = .unknown
    case .count(let count): self = .count(count)
    case .number(let number): self = .number(number)
    }
  }

  init(_ number: Double?) { self = number.map(FieldValue.number) ?? .unknown }
  init(_ count: UInt64?) { self = count.map(FieldValue.count) ?? .unknown }

  /// There is nothing to say.
  var isEmpty: Bool {
    switch self {
    case .unknown, .flag(false): true
    default: false
    }
  }
}

/// How a record names its rows.
struct RowNaming: Sendable {
  /// What the filter said of the paths.
  var decisions: Decisions
  /// Where it is written characters are UTF-8; otherwise they are ASCII.
  var isUnicode: Bool

  func name(of id: PathID, in tally: Tally) -> SafeText {
    tally.name(of: id) { isUnicode || $0.isASCII }
  }
}
