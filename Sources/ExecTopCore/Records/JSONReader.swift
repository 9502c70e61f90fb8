import ExecTopText

/// Reads JSON (RFC 8259) of no great depth.
struct JSONReader {
  enum Value: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([Value])
    case object([String: Value])
  }

  private let bytes: [UInt8]
  private var place = 0

  private static let deepest = 32

  /// The value that a text is. Nil if it is none.
  static func value(of text: [UInt8]) -> Value? {
    var reader = JSONReader(bytes: text)
    guard let value = reader.value(depth: 0) else { return nil }
    reader.skipBlanks()
    return reader.place == text.count ? value : nil
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { place += 1 }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: scalar) else { return false }
    place += 1
    return true
  }

  private mutating func take(word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    // A static string's bytes are as many as it says, and stay.
    let wanted = UnsafeBufferPointer(start: word.utf8Start, count: count)
    guard bytes[place...].prefix(count).elementsEqual(wanted) else { return false }
    place += count
    return true
  }

  private mutating func value(depth: Int) -> Value? {
    guard depth < Self.deepest else { return nil }
    skipBlanks()
    switch next {
    case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
    case UInt8(ascii: "t"): return take(word: "true") ? .bool(true) : nil
    case UInt8(ascii: "f"): return take(word: "false") ? .bool(false) : nil
    case UInt8(ascii: "\""): return string().map(Value.string)
    case UInt8(ascii: "["): return array(depth)
    case UInt8(ascii: "{"): return object(depth)
    default: return number()
    }
  }

  private mutating func array(_ depth: Int) -> Value? {
    place += 1
    var values: [Value] = []
    skipBlanks()
    if take("]") { return .array(values) }
    while let value = value(depth: depth + 1) {
      values.append(value)
      skipBlanks()
      if take("]") { return .array(values) }
      guard take(",") else { return nil }
    }
    return nil
  }

  private mutating func object(_ depth: Int) -> Value? {
    place += 1
    var members: [String: Value] = [:]
    skipBlanks()
    if take("}") { return .object(members) }
    while true {
      skipBlanks()
      guard next == UInt8(ascii: "\""), let name = string() else { return nil }
      skipBlanks()
      guard take(":"), let value = value(depth: depth + 1) else { return nil }
      members[name] = value
      skipBlanks()
      if take("}") { return .object(members) }
      guard take(",") else { return nil }
    }
  }

  private mutating func number() -> Value? {
    let start = place
    while let byte = next, "+-.eE0123456789".utf8.contains(byte) { place += 1 }
    guard let number = Double(String(decoding: bytes[start..<place], as: UTF8.self)), number.isFinite else {
      return nil
    }
    return .number(number)
  }

  private mutating func string() -> String? {
    place += 1
    var text: [UInt8] = []
    var units: [UInt16] = []
    func flush() {
      if !units.isEmpty { text += Array(String(decoding: units, as: UTF16.self).utf8) }
      units = []
    }
    while let byte = next {
      place += 1
      if byte == UInt8(ascii: "\"") {
        flush()
        return String(decoding: text, as: UTF8.self)
      }
      guard byte == UInt8(ascii: "\\") else {
        flush()
        text.append(byte)
        continue
      }
      guard let escaped = next else { return nil }
      place += 1
      if escaped == UInt8(ascii: "u") {
        guard place + 4 <= bytes.count,
          let unit = UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        else { return nil }
        place += 4
        // Two of them can be one character.
        units.append(unit)
        continue
      }
      flush()
      switch escaped {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escaped)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "t"): text.append(9)
      default: return nil
      }
    }
    return nil
  }
}

extension JSONReader.Value {
  subscript(name: String) -> JSONReader.Value? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var array: [JSONReader.Value]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// Nil also where it is no whole number from 0 on, as far as a Double tells them apart.
  var count: UInt64? {
    if case .number(let number) = self, number >= 0, number < 0x1p63 { UInt64(number) } else { nil }
  }

  /// Of seconds.
  var nanoseconds: UInt64? {
    if case .number(let number) = self, number >= 0, number < 0x1p33 { UInt64((number * 1e9).rounded()) } else { nil }
  }
}
