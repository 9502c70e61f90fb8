/// Bytes from outside as characters that are safe to show: whatever prints, as it is; every other byte as `\xNN`.
public struct SafeText: Equatable, Sendable {
  public struct Piece: Equatable, Sendable {
    public var scalar: Unicode.Scalar
    /// One of the four characters that stand for a byte that does not print.
    public var isEscape: Bool

    /// One of them that is not the first.
    var continuesEscape: Bool { isEscape && scalar != "\\" }
  }

  public private(set) var pieces: [Piece] = []

  /// - Parameters:
  ///   - bytes: from anyone on the machine.
  ///   - canShow: whether this terminal can show a character that prints.
  public init(_ bytes: some Collection<UInt8>, canShow: (Unicode.Scalar) -> Bool = { _ in true }) {
    pieces.reserveCapacity(bytes.count)
    var rest = bytes[...]
    while let first = rest.first {
      let scalar = SafeText.scalar(at: rest)
      let length = scalar.map(UTF8.width) ?? 1
      if let scalar, scalar.prints, canShow(scalar) {
        pieces.append(Piece(scalar: scalar, isEscape: false))
      } else if length == 1 {
        escape(first)
      } else {
        for byte in rest.prefix(length) { escape(byte) }
      }
      rest = rest.dropFirst(length)
    }
  }

  /// Nothing had to be escaped.
  public var isFaithful: Bool { !pieces.contains { $0.isEscape } }

  public var string: String {
    var string = ""
    for piece in pieces { string.unicodeScalars.append(piece.scalar) }
    return string
  }

  private mutating func escape(_ byte: UInt8) {
    let digits = Array("0123456789abcdef".unicodeScalars)
    for scalar in ["\\", "x", digits[Int(byte >> 4)], digits[Int(byte & 15)]] as [Unicode.Scalar] {
      pieces.append(Piece(scalar: scalar, isEscape: true))
    }
  }

  /// The character that begins the bytes; nil if they begin with no valid UTF-8.
  private static func scalar(at bytes: some Collection<UInt8>) -> Unicode.Scalar? {
    if let first = bytes.first, first < 0x80 { return Unicode.Scalar(first) }
    var iterator = bytes.prefix(4).makeIterator()
    var decoder = UTF8()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return scalar
  }
}

extension Unicode.Scalar {
  /// Shows itself and does nothing else: no control, no format control (which includes the bidirectional ones), no line
  /// separator, no surrogate, nothing private or unassigned.
  var prints: Bool {
    if isASCII { return (0x20..<0x7f).contains(value) }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return false
    default: return true
    }
  }
}
