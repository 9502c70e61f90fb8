import ExecTopText

/// How long processes took: from the fork that led to their exec, or from a later exec of the same process, to the end.
public struct WallTimes: Equatable, Sendable {
  /// Processes by `WallBucket`.
  public let buckets: [UInt64]
  /// Nanoseconds, all together. Nil if some of them are in no bucket.
  private let sum: UInt64?
  /// The longest one. Nil if it is not known, as where the longest of all came before the last reset.
  public let longest: Seconds?

  /// Nil if there are no processes in the buckets.
  init?(buckets: [UInt64], sum: UInt64?, longest: UInt64?) {
    guard buckets.contains(where: { $0 > 0 }) else { return nil }
    self.buckets = buckets
    self.sum = sum
    self.longest = longest.map { Seconds($0) / 1e9 }
  }

  /// Processes.
  public var count: UInt64 { buckets.reduce(0, Saturating.sum) }

  /// Nil where the times of some were not kept: see `Ending.coarser`.
  public var mean: Seconds? { sum.map { Seconds($0) / 1e9 / Double(count) } }

  /// The time within which this part of the processes had ended, from 0 to 1. Within a bucket they are taken to be
  /// spread evenly, so it is true to about a fifth.
  public func quantile(_ part: Double) -> Seconds {
    let wanted = part * Double(count)
    var passed = 0.0
    for (number, processes) in buckets.enumerated() where processes > 0 {
      let bucket = WallBucket(number: UInt8(number))
      if passed + Double(processes) >= wanted {
        let (start, end) = (Seconds(bucket.start) / 1e9, Seconds(bucket.end) / 1e9)
        let time = start + (end - start) * max(0, wanted - passed) / Double(processes)
        return min(time, longest ?? time)
      }
      passed += Double(processes)
    }
    return longest ?? 0
  }
}
