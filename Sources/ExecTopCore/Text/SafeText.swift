/// Bytes from outside as characters that are safe to show: whatever prints and can be seen, as it is; every other byte as
/// `\xNN`.
///
/// It can be undone: a backslash that would look like the beginning of such an escape is written as `\x5c`.
public struct SafeText: Equatable, Sendable {
  public struct Piece: Equatable, Sendable {
    public var scalar: Unicode.Scalar
    /// One of the four characters that stand for a byte that does not print.
    public var isEscape: Bool

    /// One of them that is not the first.
    package var continuesEscape: Bool { isEscape && scalar != "\\" }
  }

  public private(set) var pieces: [Piece] = []

  /// Combining marks that are shown on one character. A reader takes more for fewer, and a cell of ncurses holds no more
  /// (CCHARW_MAX is 5).
  static let marksOnOne = 4

  /// - Parameters:
  ///   - bytes: from anyone on the machine.
  ///   - canShow: whether this terminal, or file, can show a character that prints.
  public init(_ bytes: some Collection<UInt8>, canShow: (Unicode.Scalar) -> Bool = { _ in true }) {
    self.init(bytes, isOutside: true, canShow: canShow)
  }

  /// What the user typed, or what has been made safe before: a backslash stays one.
  public init(typed text: String, canShow: (Unicode.Scalar) -> Bool = { _ in true }) {
    self.init(text.utf8, isOutside: false, canShow: canShow)
  }

  private init(_ bytes: some Collection<UInt8>, isOutside: Bool, canShow: (Unicode.Scalar) -> Bool) {
    pieces.reserveCapacity(bytes.count)
    var rest = bytes[...]
    // Nothing from outside looks like one of the names of exectop's own rows.
    if isOutside, rest.first == UInt8(ascii: "("), SafeText.own.contains(where: { rest.elementsEqual($0.utf8) }),
      let first = rest.popFirst()
    {
      escape(first)
    }
    // Marks on the character before. Nil where there is none that could take one.
    var marks: Int?
    while let first = rest.first {
      let scalar = SafeText.scalar(at: rest)
      let length = scalar.map(UTF8.width) ?? 1
      if let scalar, scalar.prints, canShow(scalar), !(isOutside && SafeText.looksEscaped(rest)) {
        if !scalar.isMark {
          marks = 0
          pieces.append(Piece(scalar: scalar, isEscape: false))
        } else if let count = marks, count < SafeText.marksOnOne {
          marks = count + 1
          pieces.append(Piece(scalar: scalar, isEscape: false))
        } else {
          marks = nil
          for byte in rest.prefix(length) { escape(byte) }
        }
      } else {
        marks = nil
        if length == 1 {
          escape(first)
        } else {
          for byte in rest.prefix(length) { escape(byte) }
        }
      }
      rest = rest.dropFirst(length)
    }
  }

  /// The name of the row `PathID.other`, in exectop's own words.
  package static let other = "(other)"

  /// Names of rows that stand for no path, user or unit: of what has no row of its own; of the kernel's threads; of
  /// processes whose path has no row, for which the table of processes had no place, or the map of launches.
  package static let kernel = "(kernel)"
  package static let noPath = "(no path)"
  package static let noSlot = "(no slot)"
  package static let mapFull = "(map full)"
  private static let own = [other, kernel, noPath, noSlot, mapFull]

  /// Nothing had to be escaped.
  public var isFaithful: Bool { !pieces.contains { $0.isEscape } }

  public var string: String {
    var string = ""
    for piece in pieces { string.unicodeScalars.append(piece.scalar) }
    return string
  }

  private mutating func escape(_ byte: UInt8) {
    for scalar in ["\\", "x", SafeText.digits[Int(byte >> 4)], SafeText.digits[Int(byte & 15)]] as [Unicode.Scalar] {
      pieces.append(Piece(scalar: scalar, isEscape: true))
    }
  }

  private static let digits = Array("0123456789abcdef".unicodeScalars)

  /// The bytes begin with the characters of an escape.
  private static func looksEscaped(_ bytes: some Collection<UInt8>) -> Bool {
    guard bytes.first == UInt8(ascii: "\\") else { return false }
    let next = bytes.dropFirst().prefix(3)
    return next.count == 3 && next.first == UInt8(ascii: "x") && next.dropFirst().allSatisfy(isHexDigit)
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
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
  /// Shows itself, can be seen, and does nothing else: no control, no format control (which includes the bidirectional
  /// ones), no space but U+0020, no separator, nothing that Unicode says to ignore (variation selectors, tags, fillers),
  /// no surrogate, nothing private or unassigned.
  var prints: Bool {
    if isASCII { return (0x20..<0x7f).contains(value) }
    let properties = properties
    if properties.isDefaultIgnorableCodePoint || isBlank || isJoiningJamo { return false }
    switch properties.generalCategory {
    case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
      return false
    default: return true
    }
  }

  /// Combines with the character before.
  var isMark: Bool {
    if isASCII { return false }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return false
    }
  }

  /// A character, by its properties, whose glyph has nothing to see: the empty braille pattern, the object replacement
  /// character, the null notehead, blank hieroglyphs, the filler of Khitan small script.
  private var isBlank: Bool {
    switch value {
    case 0x2800, 0xfffc, 0x1d159, 0x13441, 0x13442, 0x16fe4: true
    default: false
    }
  }

  /// Vowels and final consonants of Hangul that show only as part of the letter before them, and take no cell of their
  /// own. Composed syllables are other characters.
  private var isJoiningJamo: Bool { 0x1160...0x11ff ~= value || 0xd7b0...0xd7ff ~= value }
}
