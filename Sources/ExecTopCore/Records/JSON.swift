import ExecTopCounting
import ExecTopTable
import ExecTopText

/// A value of JSON, with the members of an object in the order given.
enum JSON: Sendable {
  case null
  case bool(Bool)
  case count(UInt64)
  /// Written with so many decimals at most, and one at least. JSON has no infinity: that is null, as is no number.
  case number(Double, decimals: Int = 3)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  init(_ value: FieldValue) {
    switch value {
    case .unknown: self = .null
    case .count(let count): self = .count(count)
    case .number(let number, let decimals): self = .number(number, decimals: decimals)
    case .text(let text): self = .string(text)
    case .texts(let texts): self = .array(texts.map { .string($0) })
    case .flag(let flag): self = .bool(flag)
    case .counts(let counts): self = .object(counts.map { ($0.name, .count($0.count)) })
    case .numbers(let numbers, let decimals):
      self = .object(numbers.map { ($0.name, JSON($0.number, decimals: decimals)) })
    }
  }

  init(_ count: UInt64?) { self = count.map(JSON.count) ?? .null }
  init(_ number: Double?, decimals: Int = 3) { self = number.map { .number($0, decimals: decimals) } ?? .null }

  /// - Parameter isASCII: write characters beyond ASCII by their numbers, for one who takes them for other bytes.
  func write(to text: inout String, isASCII: Bool = false) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .count(let value): text += String(value)
    case .number(let value, let decimals): text += JSON.decimal(value, decimals: decimals)
    case .string(let value): JSON.quote(value, isASCII: isASCII, to: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.write(to: &text, isASCII: isASCII)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, (name, value)) in members.enumerated() {
        if index > 0 { text += "," }
        JSON.quote(name, isASCII: isASCII, to: &text)
        text += ":"
        value.write(to: &text, isASCII: isASCII)
      }
      text += "}"
    }
  }

  private static func decimal(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "null" }
    var text = Format.fixed(value, decimals: decimals)
    while text.hasSuffix("0"), !text.hasSuffix(".0") { text.removeLast() }
    return text
  }

  /// RFC 8259: quotation mark, backslash and controls are escaped; the rest may stand as it is. Of that, what a terminal
  /// or a reader of lines could take for a control is escaped too.
  private static func quote(_ string: String, isASCII: Bool, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar.value {
      case 0x22: text += "\\\""
      case 0x5c: text += "\\\\"
      case 0x20..<0x7f: text.unicodeScalars.append(scalar)
      case ..<0xa0, 0x2028, 0x2029: escape(scalar, to: &text)
      case _ where isASCII: escape(scalar, to: &text)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  /// By the numbers of its UTF-16 code units.
  private static func escape(_ scalar: Unicode.Scalar, to text: inout String) {
    for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
      let digits = String(unit, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
  }
}
