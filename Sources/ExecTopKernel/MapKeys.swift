/// The keys of a map as paths: text padded with NUL as it is, everything else as hex.
struct MapKeys {
  /// Bytes of a key.
  let size: Int
  let kind: MapShape.Keys

  /// Bytes of a key as it is shown: `0x` and two digits a byte, which is more than any text has.
  var shownSize: Int { 2 + 2 * size }

  /// Every key of a chunk is text.
  func areText(_ keys: RawSpan) -> Bool {
    kind != .numbers
      && keys.withUnsafeBytes { keys in
        stride(from: 0, to: keys.count, by: size).allSatisfy { isText(keys, at: $0) }
      }
  }

  /// The keys of a chunk as they are shown, each padded with NUL to `shownSize`.
  func shown(_ keys: RawSpan) -> [UInt8] {
    keys.withUnsafeBytes { keys in
      var shown: [UInt8] = []
      shown.reserveCapacity(keys.count / size * shownSize)
      for start in stride(from: 0, to: keys.count, by: size) {
        let key = keys[start..<(start + size)]
        if kind != .numbers, isText(keys, at: start) {
          shown += key
          shown += repeatElement(0, count: shownSize - size)
        } else {
          shown += [UInt8(ascii: "0"), UInt8(ascii: "x")]
          for byte in key {
            shown.append(MapKeys.digits[Int(byte >> 4)])
            shown.append(MapKeys.digits[Int(byte & 15)])
          }
        }
      }
      return shown
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  /// Nothing but NUL stands behind the first NUL. Where nobody says that keys are characters, controls speak against it.
  private func isText(_ keys: UnsafeRawBufferPointer, at start: Int) -> Bool {
    let end = start + size
    var index = start
    while index < end, keys[index] != 0 {
      if kind == .unknown, keys[index] < 0x20 || keys[index] == 0x7f { return false }
      index += 1
    }
    // Eight at a time, within the key, which is within the buffer.
    while index + 8 <= end {
      guard keys.loadUnaligned(fromByteOffset: index, as: UInt64.self) == 0 else { return false }
      index += 8
    }
    while index < end {
      guard keys[index] == 0 else { return false }
      index += 1
    }
    return true
  }
}
