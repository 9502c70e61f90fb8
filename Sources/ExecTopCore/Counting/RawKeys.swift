extension Path {
  /// The bytes of a key up to its first NUL.
  init(paddedKey key: RawSpan) {
    self.init(key.withUnsafeBytes { $0.prefix { $0 != 0 } })
  }

  /// The key holds just this path, padded with NUL.
  func fills(_ key: RawSpan) -> Bool {
    guard bytes.count <= key.byteCount else { return false }
    // Both buffers live through the closures, and every load is within the count just checked.
    return key.withUnsafeBytes { key in
      bytes.withUnsafeBytes { own in
        var offset = 0
        while offset + 8 <= own.count {
          guard
            own.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
              == key.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          else { return false }
          offset += 8
        }
        while offset < own.count {
          guard own[offset] == key[offset] else { return false }
          offset += 1
        }
        return offset == key.count || key[offset] == 0
      }
    }
  }
}

extension RawSpan {
  /// Nothing but zeros stands from this byte on.
  public func isZero(from start: Int) -> Bool {
    withUnsafeBytes { bytes in
      // Every load is within the buffer. All bits together rather than one test a word: the compiler makes vectors of it.
      var bits: UInt64 = 0
      var offset = start
      while offset + 8 <= bytes.count {
        bits |= bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 8
      }
      while offset < bytes.count {
        bits |= UInt64(bytes[offset])
        offset += 1
      }
      return bits == 0
    }
  }
}
