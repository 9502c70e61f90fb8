import ExecTopApp
import ExecTopText

/// Makes keys of bytes and of the sequences that ncurses has recognised.
struct KeyDecoder {
  /// What ncurses hands over.
  enum Input {
    case byte(UInt8)
    case key(Key)
  }

  /// Whether bytes above 0x7f are UTF-8; otherwise they are characters of an encoding that is not known here.
  let isUnicode: Bool
  /// The beginning of a UTF-8 character whose rest has not come yet.
  private var partial: [UInt8] = []

  init(isUnicode: Bool) {
    self.isUnicode = isUnicode
  }

  /// The keys in what has come by now.
  ///
  /// ncurses waits for the rest of an escape sequence, so an Escape at the end is the key of that name. One with
  /// more behind it is Meta or a sequence that terminfo does not list; its letters must not count as typed.
  mutating func decode(_ inputs: [Input]) -> [Key] {
    var keys: [Key] = []
    var rest = inputs[...]
    while let input = rest.popFirst() {
      switch input {
      case .key(let key):
        if dropPartial() { keys.append(.unknown) }
        keys.append(key)
      case .byte(0x1b):
        if dropPartial() { keys.append(.unknown) }
        keys.append(Self.escape(&rest))
      case .byte(let byte):
        decode(byte, into: &keys)
      }
    }
    return keys
  }

  /// Takes the rest of what an Escape began.
  private static func escape(_ rest: inout ArraySlice<Input>) -> Key {
    guard case .byte(let byte)? = rest.first else {
      // Meta and a key that ncurses knows is neither of the two.
      return rest.popFirst() == nil ? .escape : .unknown
    }
    // A second Escape begins anew.
    guard byte != 0x1b else { return .escape }
    rest.removeFirst()
    switch byte {
    case UInt8(ascii: "["):
      // ECMA-48: parameters and intermediates up to a final byte.
      while case .byte(let byte)? = rest.first, 0x20...0x7e ~= byte {
        rest.removeFirst()
        if byte >= 0x40 { break }
      }
    case UInt8(ascii: "O"):
      if case .byte? = rest.first { rest.removeFirst() }
    default:
      // The rest of Meta and a UTF-8 character.
      while case .byte(0x80...0xbf)? = rest.first { rest.removeFirst() }
    }
    return .unknown
  }

  private mutating func decode(_ byte: UInt8, into keys: inout [Key]) {
    let continues = 0x80...0xbf ~= byte
    if !continues, dropPartial() { keys.append(.unknown) }
    switch byte {
    case 0..<0x80:
      keys.append(Self.ascii(byte))
    case _ where !isUnicode || (continues && partial.isEmpty):
      keys.append(.unknown)
    default:
      partial.append(byte)
      guard partial.count == Self.length(first: partial[0]) else { return }
      keys.append(Self.character(partial))
      partial.removeAll()
    }
  }

  /// Forgets a character that breaks off; true if there was one.
  private mutating func dropPartial() -> Bool {
    defer { partial.removeAll() }
    return !partial.isEmpty
  }

  /// Bytes of a UTF-8 character that begins so; 1 for a byte that begins none.
  private static func length(first byte: UInt8) -> Int {
    switch byte {
    case 0xc2...0xdf: 2
    case 0xe0...0xef: 3
    case 0xf0...0xf4: 4
    default: 1
    }
  }

  private static func character(_ bytes: [UInt8]) -> Key {
    guard let scalar = String(validating: bytes, as: UTF8.self)?.unicodeScalars.first,
      scalar.properties.generalCategory != .control
    else { return .unknown }
    return .character(scalar)
  }

  private static func ascii(_ byte: UInt8) -> Key {
    switch byte {
    // Ctrl-J is what Enter sends where something translates carriage returns.
    case 0x0a, 0x0d: .enter
    case 0x09: .tab
    case 0x08, 0x7f: .backspace
    case 0x01...0x1a: .control(Unicode.Scalar(byte + 0x60))
    case 0x20..<0x7f: .character(Unicode.Scalar(byte))
    default: .unknown
    }
  }
}
