import ExecTopText

/// Finds where many more programs begin to be run than before.
///
/// A spike is an interval with a rate of more than three times the median of the five minutes before it, and of at least
/// five execs a second more, which follows one that is none. Ten intervals must have been seen.
public struct SpikeFinder: Sendable {
  private var rates: [(time: Seconds, rate: Double)] = []
  private var last: (time: Seconds, execs: UInt64)?
  private var isInSpike = false

  private static let window: Seconds = 300
  private static let fewest = 10
  private static let factor = 3.0
  private static let least = 5.0

  public init() {}

  /// Takes the next interval.
  ///
  /// - Parameters:
  ///   - time: at its end, on the monotonic clock.
  ///   - execs: since counting began.
  /// - Returns: whether a spike begins with it.
  public mutating func begins(at time: Seconds, execs: UInt64) -> Bool {
    defer { last = (time, execs) }
    guard let last, time > last.time, execs >= last.execs else {
      rates = []
      isInSpike = false
      return false
    }
    let rate = Double(execs - last.execs) / (time - last.time)
    rates.removeAll { $0.time < time - Self.window }
    let sorted = rates.map(\.rate).sorted()
    rates.append((time, rate))
    let wasInSpike = isInSpike
    guard sorted.count >= Self.fewest else { return false }
    let median = sorted[sorted.count / 2]
    isInSpike = rate > Self.factor * median && rate >= median + Self.least
    return isInSpike && !wasInSpike
  }
}
