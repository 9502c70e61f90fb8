/// The number by which the BPF programs refer to a path wherever they count by something else than by its bytes.
///
/// SipHash-1-3 (Aumasson, Bernstein: "SipHash: a fast short-input PRF") under a key that nobody else knows, so that
/// nobody can make two paths that share a number. path_number in bpf/path_number.bpf.h is the other half.
public struct PathHash: Sendable {
  private let key: (UInt64, UInt64)

  /// - Parameter key: to be chosen at random, anew for each start.
  public init(key: (UInt64, UInt64)) {
    self.key = key
  }

  /// Numbers below it are no path's: the programs have other uses for them (enum exec_owner in bpf/exec_count.h).
  public static let firstPath: UInt64 = 16

  /// The number of a path.
  ///
  /// Its bytes are taken in words of eight, in the order of a little-endian machine, up to the first word that ends in
  /// a NUL. A path has no NUL, and its key is padded with them: no path's words begin another's.
  public func number(of path: Path) -> UInt64 {
    var state = SipState(key: key)
    path.bytes.withUnsafeBytes { bytes in
      let count = min(bytes.count, Path.keptBytes)
      var start = 0
      while start + 8 <= count {
        // The eight bytes are within the buffer.
        state.take(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
        start += 8
      }
      var last: UInt64 = 0
      for place in start..<count { last |= UInt64(bytes[place]) << (8 * UInt64(place - start)) }
      state.take(last)
    }
    let number = state.end()
    return number < Self.firstPath ? number + Self.firstPath : number
  }
}

/// The number of a launch, made of what it is. launch_number in bpf/path_number.bpf.h is the other half, and says why this
/// is no SipHash.
public struct LaunchHash: Sendable {
  private let key: (UInt64, UInt64)

  /// - Parameter key: that of the source's `PathHash`.
  public init(key: (UInt64, UInt64)) {
    self.key = key
  }

  /// - Parameters:
  ///   - parent: the launcher's number; 0 if there is none.
  ///   - owner: the number of what it runs.
  public func number(parent: UInt64, owner: UInt64, user: UInt32, group: UInt64) -> UInt64 {
    var number = key.0
    number.mix(parent)
    number.mix(owner)
    number ^= key.1
    number.mix(group)
    number.mix(UInt64(user))
    number.mix(key.1)
    return number < PathHash.firstPath ? number + PathHash.firstPath : number
  }
}

private struct SipState {
  private var v0, v1, v2, v3: UInt64

  init(key: (UInt64, UInt64)) {
    // The constants are those of the paper.
    v0 = key.0 ^ 0x736f_6d65_7073_6575
    v1 = key.1 ^ 0x646f_7261_6e64_6f6d
    v2 = key.0 ^ 0x6c79_6765_6e65_7261
    v3 = key.1 ^ 0x7465_6462_7974_6573
  }

  mutating func take(_ word: UInt64) {
    v3 ^= word
    round()
    v0 ^= word
  }

  mutating func end() -> UInt64 {
    v2 ^= 0xff
    for _ in 0..<3 { round() }
    return v0 ^ v1 ^ v2 ^ v3
  }

  private mutating func round() {
    v0 &+= v1
    v1 = v1.rotated(13) ^ v0
    v0 = v0.rotated(32)
    v2 &+= v3
    v3 = v3.rotated(16) ^ v2
    v0 &+= v3
    v3 = v3.rotated(21) ^ v0
    v2 &+= v1
    v1 = v1.rotated(17) ^ v2
    v2 = v2.rotated(32)
  }
}

extension UInt64 {
  fileprivate mutating func mix(_ word: UInt64) {
    self = (self ^ word) &* 0x9e37_79b9_7f4a_7c15
    self ^= self >> 32
  }

  fileprivate func rotated(_ bits: UInt64) -> UInt64 { self << bits | self >> (64 - bits) }
}
