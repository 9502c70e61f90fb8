/// What a row says of a path, or of all paths below a directory.
public struct RowFigures: Equatable, Sendable {
  /// Execs since the last reset.
  public var count: UInt64 = 0
  /// Nil where failures are not seen.
  public var failed: UInt64? = 0
  /// Execs a second over the last interval. Nil where that is not known.
  public var rate: Double? = 0
  /// The highest rate since the last reset. Nil where that is not known, as for a directory: its paths peak at
  /// different times.
  public var peak: Double?
  /// The last snapshot that found it run again. Nil if none did.
  public var lastSeen: Seconds?

  public init() {}

  public init(of id: PathID, in tally: Tally) {
    count = tally.count(of: id)
    failed = tally.failed(of: id)
    rate = tally.rate(of: id)
    peak = tally.peak(of: id)
    lastSeen = tally.lastSeen(id)
  }

  /// Adds those of another path. A sum with something unknown in it is unknown.
  mutating func add(_ other: RowFigures) {
    // A map that something else fills can hold any number.
    count = Saturating.sum(count, other.count)
    failed = failed.flatMap { failed in other.failed.map { Saturating.sum(failed, $0) } }
    rate = rate.flatMap { rate in other.rate.map { rate + $0 } }
    peak = nil
    lastSeen = [lastSeen, other.lastSeen].compactMap { $0 }.max()
  }
}
