/// Processes that have ended alike: for the same owner, with the same status, after about the same time.
public struct Ending: FamilyKey {
  public var owner: Owner
  public var status: ExitStatus
  public var wall: WallBucket

  public init(owner: Owner, status: ExitStatus, wall: WallBucket) {
    self.owner = owner
    self.status = status
    self.wall = wall
  }

  public func following(_ paths: Identities<Path>) -> Ending {
    Ending(owner: owner.following(paths), status: status, wall: wall)
  }

  public var coarser: Ending? {
    let coarser = Ending(owner: owner, status: .notKept, wall: .unknown)
    return coarser == self ? nil : coarser
  }
}

/// How a process ended, as wait(2) tells it.
public struct ExitStatus: Hashable, Sendable {
  /// The status word of wait(2).
  public let word: Int32

  public init(word: Int32) {
    self.word = word
  }

  /// There were too many different endings to keep all of them apart.
  public static let notKept = ExitStatus(word: -1)

  /// The number that it gave to exit(3). Nil if a signal ended it.
  public var code: Int32? { word >= 0 && word & 0x7f == 0 ? word >> 8 & 0xff : nil }

  /// The signal that ended it. Nil if it called exit(3).
  public var signal: Int32? { word > 0 && word & 0x7f != 0 ? word & 0x7f : nil }

  /// Its memory was written to a file.
  public var isCoreDumped: Bool { signal != nil && word & 0x80 != 0 }

  /// It called exit(0).
  public var isSuccess: Bool { word == 0 }
}

/// About how long a process took: two buckets a power of two.
public struct WallBucket: Hashable, Sendable {
  public let number: UInt8

  public init(number: UInt8) {
    self.number = number
  }

  /// It ran before counting began, or its end was not seen.
  public static let unknown = WallBucket(number: 255)

  /// How many there are.
  public static let count = 64

  /// The first one holds all that is shorter than the second one's beginning: 2 to the power of 13 ns are some 8 µs.
  private static let firstPower = 13

  /// The one to which so many nanoseconds belong.
  public init(holding nanoseconds: UInt64) {
    let power = UInt64.bitWidth - 1 - (nanoseconds | 1).leadingZeroBitCount
    let half = nanoseconds >> UInt64(max(0, power - 1)) & 1
    let number = 2 * (power - Self.firstPower) + Int(half)
    self.init(number: UInt8(min(max(0, number), Self.count - 1)))
  }

  /// The nanoseconds with which it begins.
  public var start: UInt64 {
    let power = UInt64(1) << UInt64(Self.firstPower + Int(number) / 2)
    return number == 0 ? 0 : number % 2 == 0 ? power : power + power / 2
  }

  /// The nanoseconds with which the next one begins. The last one has no end.
  public var end: UInt64 { WallBucket(number: number + 1).start }
}
