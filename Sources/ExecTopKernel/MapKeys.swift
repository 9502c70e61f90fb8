import ExecTopCounting
import ExecTopText

/// The keys of a map as paths: text padded with NUL as it is, everything else as hex.
struct MapKeys {
  /// Bytes of a key.
  let size: Int
  let kind: MapShape.Keys

  /// The path as which a key is shown. `0x` and its digits are longer than any text in a key, so no two keys share one.
  func path(of key: RawSpan) -> Path {
    key.withUnsafeBytes { bytes in
      let text = bytes.prefix { $0 != 0 }
      guard isText(text), key.isZero(from: text.count) else { return Path(MapKeys.hex(bytes), isCut: false) }
      return Path(text, isCut: text.count >= size - 1)
    }
  }

  /// Where nobody says that keys are characters, controls speak against it.
  private func isText(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    switch kind {
    case .text: true
    case .numbers: false
    case .unknown: bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }
  }

  private static func hex(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return [UInt8(ascii: "0"), UInt8(ascii: "x")] + bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }
}
