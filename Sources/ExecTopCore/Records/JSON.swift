/// A value of JSON, with the members of an object in the order given.
enum JSON {
  case null
  case bool(Bool)
  case count(UInt64)
  /// Written with at most three decimals, and at least one. JSON has no infinity: that is null, as is no number.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([(String, JSON)])

  init(_ count: UInt64?) { self = count.map(JSON.count) ?? .null }
  init(_ number: Double?) { self = number.map(JSON.number) ?? .null }

  /// - Parameter isASCII: write characters beyond ASCII by their numbers, for one who takes them for other bytes.
  func write(to text: inout String, isASCII: Bool = false) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .count(let value): text += String(value)
    case .number(let value): text += JSON.decimal(value)
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

  private static func decimal(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    var text = Format.fixed(value, decimals: 3)
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

extension Record {
  /// One object, without a line end: schema exectop/1.
  public var json: String {
    let totals = tally.totals
    let document = JSON.object([
      ("schema", .string("exectop/1")),
      ("time", .string(time.text)),
      ("elapsed", .number(elapsed)),
      ("interval", JSON(tally.interval)),
      ("mode", .string(mode.rawValue)),
      (
        "totals",
        .object([
          ("execs", .count(totals.execs)),
          ("failed", JSON(totals.failed)),
          ("rate", JSON(tally.totalRate)),
          ("paths", .count(UInt64(tally.rowCount))),
          ("unattributed", .object(totals.unattributed.named.map { ($0.name, JSON($0.count)) })),
          ("unaccounted", .count(totals.unaccounted)),
        ])
      ),
      ("rows", .array(rows.map(row))),
    ])
    var text = ""
    document.write(to: &text, isASCII: !isUnicode)
    return text
  }

  private func row(_ id: PathID) -> JSON {
    let path = tally.paths[id]
    // JSON is UTF-8 everywhere, so what a path is called does not depend on where it is written.
    let shown = tally.name(of: id) { _ in true }
    var members: [(String, JSON)] = [("path", .string(shown.string))]
    if !shown.isFaithful { members.append(("path_base64", .string(Base64.encode(path.bytes)))) }
    if path.isCut { members.append(("truncated", .bool(true))) }
    if isUndecided(id) { members.append(("undecided", .bool(true))) }
    if id == .other { members.append(("other", .bool(true))) }
    members += [
      ("count", .count(tally.count(of: id))),
      ("delta", JSON(tally.delta(of: id))),
      ("rate", JSON(tally.rate(of: id))),
      ("failed", JSON(tally.failed(of: id))),
      (
        "errors",
        tally.errors(of: id).map { errors in
          .object(errors.map { (ErrorName.of($0.error), .count($0.count)) })
        } ?? .null
      ),
    ]
    return .object(members)
  }
}

/// RFC 4648, section 4.
enum Base64 {
  static func encode(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0..<4 {
        text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=")
      }
    }
    return text
  }
}
