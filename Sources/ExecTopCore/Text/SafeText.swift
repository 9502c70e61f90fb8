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
    self.init(bytes: Array(bytes), isOutside: true, canShow: canShow)
  }

  /// What the user typed, or what has been made safe before: a backslash stays one.
  public init(typed text: String, canShow: (Unicode.Scalar) -> Bool = { _ in true }) {
    self.init(bytes: Array(text.utf8), isOutside: false, canShow: canShow)
  }

  /// By index, and not over any collection: as generic code this was a quarter of what a refresh costs.
  private init(bytes: [UInt8], isOutside: Bool, canShow: (Unicode.Scalar) -> Bool) {
    pieces.reserveCapacity(bytes.count)
    var place = 0
    // Nothing from outside looks like one of the names of exectop's own rows.
    if isOutside, bytes.first == UInt8(ascii: "("), SafeText.own.contains(where: { bytes.elementsEqual($0.utf8) }) {
      escape(bytes[place])
      place += 1
    }
    // Marks on the character before. Nil where there is none that could take one.
    var marks: Int?
    while place < bytes.count {
      let scalar = SafeText.scalar(at: place, of: bytes)
      let length = scalar.map(UTF8.width) ?? 1
      if let scalar, scalar.prints, canShow(scalar), !(isOutside && SafeText.looksEscaped(bytes, at: place)),
        !scalar.isMark || marks.map({ $0 < SafeText.marksOnOne }) ?? false
      {
        marks = scalar.isMark ? marks.map { $0 + 1 } : 0
        pieces.append(Piece(scalar: scalar, isEscape: false))
      } else {
        marks = nil
        for byte in bytes[place..<place + length] { escape(byte) }
      }
      place += length
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

  /// The characters of an escape stand there.
  private static func looksEscaped(_ bytes: [UInt8], at place: Int) -> Bool {
    bytes[place] == UInt8(ascii: "\\") && place + 3 < bytes.count && bytes[place + 1] == UInt8(ascii: "x")
      && isHexDigit(bytes[place + 2]) && isHexDigit(bytes[place + 3])
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  /// The character that begins there; nil if no valid UTF-8 does.
  private static func scalar(at place: Int, of bytes: [UInt8]) -> Unicode.Scalar? {
    if bytes[place] < 0x80 { return Unicode.Scalar(bytes[place]) }
    var iterator = bytes[place..<min(place + 4, bytes.count)].makeIterator()
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
