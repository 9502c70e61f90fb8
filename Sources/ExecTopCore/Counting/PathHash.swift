/// What the numbers of paths and launches are made with: random words that nobody else knows, so that nobody can make two
/// paths that share a number (struct exec_hash_key in bpf/exec_count.h).
public struct HashKey: Sendable {
  /// Two words that both sums of a path's number begin with, and four for each 64-bit word of a path.
  public let words: [UInt64]

  public init(using random: inout some RandomNumberGenerator) {
    words = (0..<2 + 4 * (Path.keptBytes + 1) / 8).map { _ in random.next() }
  }

  /// For a source that makes its numbers and its paths itself: the same each time.
  public static let known: HashKey = {
    var random = SplitMix(state: 0)
    return HashKey(using: &random)
  }()
}

/// The number by which the BPF programs refer to a path wherever they count by something else than by its bytes.
///
/// Two multilinear hashes of 32 bits each (Lemire, Kaser: "Strongly universal string hashing is fast"): two paths share a
/// number under one key in 2 to the power of 64. path_number in bpf/path_number.bpf.h is the other half.
public struct PathHash: Sendable {
  private let key: [UInt64]

  /// - Parameter key: to be chosen at random, anew for each start.
  public init(key: HashKey) {
    self.key = key.words
  }

  /// Numbers below it are no path's: the programs have other uses for them (enum exec_owner in bpf/exec_count.h).
  public static let firstPath: UInt64 = 16

  /// The number of a path: of its bytes in words of eight, in the order of a little-endian machine.
  public func number(of path: Path) -> UInt64 {
    var (first, second) = (key[0], key[1])
    path.bytes.withUnsafeBytes { bytes in
      let count = min(bytes.count, Path.keptBytes)
      for start in stride(from: 0, to: count, by: 8) {
        var word: UInt64 = 0
        for place in start..<min(start + 8, count) { word |= UInt64(bytes[place]) << (8 * UInt64(place - start)) }
        let (low, high, factors) = (word & 0xffff_ffff, word >> 32, 2 + start / 2)
        first &+= low &* key[factors] &+ high &* key[factors + 1]
        second &+= low &* key[factors + 2] &+ high &* key[factors + 3]
      }
    }
    return (first & 0xffff_ffff_0000_0000 | second >> 32).unreserved
  }
}

/// The number of a launch, made of what it is. launch_number in bpf/path_number.bpf.h is the other half.
public struct LaunchHash: Sendable {
  private let first: UInt64
  private let second: UInt64

  /// - Parameter key: that of the source's `PathHash`.
  public init(key: HashKey) {
    self.init(key.words[0], key.words[1])
  }

  init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  /// - Parameters:
  ///   - parent: the launcher's number; 0 if there is none.
  ///   - owner: the number of what it runs.
  public func number(parent: UInt64, owner: UInt64, user: UInt32, group: UInt64) -> UInt64 {
    var number = first
    number.mix(parent)
    number.mix(owner)
    number ^= second
    number.mix(group)
    number.mix(UInt64(user))
    number.mix(second)
    return number.unreserved
  }
}

extension UInt64 {
  /// Numbers below the first path's have uses of their own.
  fileprivate var unreserved: UInt64 { self < PathHash.firstPath ? self + PathHash.firstPath : self }

  fileprivate mutating func mix(_ word: UInt64) {
    self = (self ^ word) &* 0x9e37_79b9_7f4a_7c15
    self ^= self >> 32
  }
}
