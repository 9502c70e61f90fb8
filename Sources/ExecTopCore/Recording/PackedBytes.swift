import ExecTopText

/// Numbers as few bytes: seven bits a byte, the lowest first.
struct PackedBytes {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ number: UInt64) {
    var left = number
    while left >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: left) | 0x80)
      left >>= 7
    }
    bytes.append(UInt8(left))
  }

  /// Small numbers of either sign are short.
  mutating func append(signed number: Int64) {
    append(UInt64(bitPattern: number << 1 ^ number >> 63))
  }

  mutating func append(_ number: Double) {
    let pattern = number.bitPattern
    for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: pattern >> UInt64(8 * byte))) }
  }

  mutating func append(_ text: some Collection<UInt8>) {
    append(UInt64(text.count))
    bytes += text
  }

  /// A number of rows, and these.
  mutating func append<Row>(_ rows: some Collection<Row>, _ body: (inout PackedBytes, Row) -> Void) {
    append(UInt64(rows.count))
    for row in rows { body(&self, row) }
  }
}

/// Reads what `PackedBytes` has written, or finds that it is something else.
struct PackedReader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private static let fault = RecordingFault("a checkpoint cannot be read")

  var isAtEnd: Bool { place == bytes.count }

  mutating func number() throws(RecordingFault) -> UInt64 {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard place < bytes.count else { throw PackedReader.fault }
      let byte = bytes[place]
      place += 1
      number |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return number }
    }
    throw PackedReader.fault
  }

  mutating func signed() throws(RecordingFault) -> Int64 {
    let number = try number()
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }

  mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type) throws(RecordingFault) -> Integer {
    guard let integer = Integer(exactly: try signed()) else { throw PackedReader.fault }
    return integer
  }

  private mutating func double() throws(RecordingFault) -> Double {
    guard bytes.count - place >= 8 else { throw PackedReader.fault }
    var pattern: UInt64 = 0
    for byte in 0..<8 { pattern |= UInt64(bytes[place + byte]) << UInt64(8 * byte) }
    place += 8
    return Double(bitPattern: pattern)
  }

  /// An instant or a rate, or `never`: within what snapshots can hold.
  mutating func figure() throws(RecordingFault) -> Double {
    let figure = try double()
    guard figure == .never || (0..<1e20).contains(figure) else { throw PackedReader.fault }
    return figure
  }

  mutating func text() throws(RecordingFault) -> [UInt8] {
    let count = try count()
    defer { place += count }
    return Array(bytes[place..<place + count])
  }

  /// How many of something follow, each of a byte at least.
  private mutating func count() throws(RecordingFault) -> Int {
    let count = try number()
    guard count <= UInt64(bytes.count - place) else { throw PackedReader.fault }
    return Int(count)
  }

  mutating func rows<Row>(
    _ body: (inout PackedReader) throws(RecordingFault) -> Row
  ) throws(RecordingFault) -> [Row] {
    var rows: [Row] = []
    for _ in 0..<(try count()) { rows.append(try body(&self)) }
    return rows
  }
}
