/// Reads all that a program writes on an xterm with 256 colours, and finds what it should not write there.
///
/// Allowed is what prints and can be seen, and of the control sequences those that terminfo has for xterm-256color and
/// that ncurses uses to draw, to enter and to leave: nothing that sets a title, answers, prints, or reprograms a key.
public struct TerminalStream {
  /// What should not have been written, with the bytes around it; the first ones only.
  public private(set) var offences: [String] = []
  /// The private modes that are set now, by their numbers.
  public private(set) var modes: Set<Int> = [25]
  /// Bytes taken so far.
  public private(set) var count = 0

  private let isUnicode: Bool
  private var state = State.text
  /// Marks since the last character that is none.
  private var marks = 0
  /// What has been taken last.
  private var tail: [UInt8] = []
  /// Scalars that were found to be allowed.
  private var allowed: Set<Unicode.Scalar> = []

  private enum State: Equatable {
    case text
    case escape
    case character([UInt8])
    case characterSet
    case sequence([UInt8])
    case palette([UInt8])
  }

  /// The rest of the sequence that gives the palette its own colours again (oc), at the start and at the end.
  private static let paletteReset = Array("104\u{7}".utf8)

  /// - Parameter isUnicode: whether anything but ASCII may be written.
  public init(isUnicode: Bool) {
    self.isUnicode = isUnicode
  }

  /// Whether the last sequence or character is complete.
  public var isComplete: Bool { state == .text }

  public mutating func take(_ bytes: [UInt8]) {
    for byte in bytes {
      tail.append(byte)
      count += 1
      if tail.count > 400 { tail.removeFirst(200) }
      take(byte)
    }
  }

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .text: takeText(byte)
    case .character(let bytes): takeCharacter(bytes + [byte])
    case .escape: takeEscape(byte)
    case .characterSet:
      state = .text
      if !"B0".utf8.contains(byte) { offend("a character set") }
    case .palette(let bytes):
      state = bytes + [byte] == Self.paletteReset ? .text : .palette(bytes + [byte])
      if !Self.paletteReset.starts(with: bytes + [byte]) { offend("an operating system command") }
    case .sequence(let bytes):
      switch byte {
      case 0x40...0x7e:
        state = .text
        takeSequence(bytes, final: Character(Unicode.Scalar(byte)))
      case 0x20..<0x40 where bytes.count < 64: state = .sequence(bytes + [byte])
      default: offend("a byte within a sequence")
      }
    }
  }

  private mutating func takeText(_ byte: UInt8) {
    switch byte {
    case 0x20..<0x7f: marks = 0
    case 0x1b:
      marks = 0
      state = .escape
    // The cursor's movements.
    case 0x08, 0x09, 0x0a, 0x0d: marks = 0
    case 0xc2...0xf4 where isUnicode: state = .character([byte])
    default: offend("a byte")
    }
  }

  private mutating func takeCharacter(_ bytes: [UInt8]) {
    let length = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4
    guard bytes.count == length else {
      state = .character(bytes)
      return
    }
    state = .text
    guard let scalar = String(validating: bytes, as: UTF8.self)?.unicodeScalars.first else {
      return offend("what is no UTF-8")
    }
    if !allowed.contains(scalar) {
      guard Self.isAllowed(scalar) else { return offend("U+" + String(scalar.value, radix: 16)) }
      allowed.insert(scalar)
    }
    marks = Self.isMark(scalar) ? marks + 1 : 0
    if marks > 4 { offend("more than four marks on a character") }
  }

  private mutating func takeEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "["): state = .sequence([])
    case UInt8(ascii: "("): state = .characterSet
    case UInt8(ascii: "]"): state = .palette([])
    // The keypad's modes, a line up, and the cursor kept and brought back around a change of the margins.
    case UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "M"), UInt8(ascii: "7"), UInt8(ascii: "8"): state = .text
    default: offend("an escape sequence")
    }
  }

  private mutating func takeSequence(_ parameters: [UInt8], final: Character) {
    let text = String(decoding: parameters, as: UTF8.self)
    let isPrivate = text.hasPrefix("?")
    let fields = text.dropFirst(isPrivate ? 1 : 0).split(separator: ";", omittingEmptySubsequences: false)
    let numbers = fields.compactMap { Int($0) }
    guard fields == [""] || numbers.count == fields.count else { return offend("a sequence's parameters") }
    let isAllowed =
      switch final {
      case "h" where isPrivate, "l" where isPrivate: setModes(numbers, final == "h")
      // The window's title is kept and brought back.
      case "t": !isPrivate && (numbers == [22, 0, 0] || numbers == [23, 0, 0])
      case "h", "l": numbers == [4]
      // A character is repeated; the cursor moves; lines and characters are erased, inserted, deleted and scrolled.
      case "m", "b", "A", "B", "C", "D", "G", "H", "d", "Z", "J", "K", "X", "@", "P", "L", "M", "S", "T", "r":
        !isPrivate
      default: false
      }
    if !isAllowed { offend("a control sequence") }
  }

  /// The cursor's keys, its blinking and it, the mouse and its form, the alternate screen, the margin, Meta.
  private static let knownModes: Set<Int> = [1, 7, 12, 25, 1000, 1006, 1034, 1049]

  private mutating func setModes(_ numbers: [Int], _ isSet: Bool) -> Bool {
    if isSet { modes.formUnion(numbers) } else { modes.subtract(numbers) }
    return !numbers.isEmpty && Self.knownModes.isSuperset(of: numbers)
  }

  private mutating func offend(_ what: String) {
    state = .text
    guard offences.count < 5 else { return }
    let context = tail.suffix(60).map { 0x20..<0x7f ~= $0 ? String(Unicode.Scalar($0)) : "<\(String($0, radix: 16))>" }
    offences.append("\(what) at \(count): \(context.joined())")
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  /// Whether it prints and can be seen.
  public static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return 0x20..<0x7f ~= scalar.value }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: return false
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: return false
    // The fillers of Hangul are ignorable; the empty pattern of Braille is not.
    default: return !scalar.properties.isDefaultIgnorableCodePoint && scalar.value != 0x2800
    }
  }
}
