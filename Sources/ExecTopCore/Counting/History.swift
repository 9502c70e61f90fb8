/// Execs of each path, and of all together, in each of the last 60 seconds.
///
/// Kept as one column a second, each as long as there are paths: a second in which a path was not run costs a zero, and
/// a new second costs no look at the rows.
public struct History: Equatable, Sendable {
  /// How many seconds are kept.
  public static let seconds = 60

  /// Rings: what belongs to second `s` is at `s % seconds`.
  private var columns: [HistoryColumn] = Array(repeating: HistoryColumn(), count: History.seconds)
  private var totals: [UInt64] = Array(repeating: 0, count: History.seconds)
  /// The oldest and the newest second since the first snapshot; nil before it.
  private var known: ClosedRange<Int>?

  public init() {}

  /// Begins the columns of the seconds up to this one.
  ///
  /// - Returns: the seconds since the last call, over which what came since then is to be spread.
  mutating func advance(to second: Int) -> ClosedRange<Int> {
    guard let last = known else {
      known = second...second
      return second...second
    }
    guard second > last.upperBound else { return last.upperBound...last.upperBound }
    let passed = max(last.upperBound + 1, second - History.seconds + 1)...second
    for second in passed {
      columns[second % History.seconds].clear()
      totals[second % History.seconds] = 0
    }
    known = last.lowerBound...second
    return passed
  }

  /// Adds a path's execs, as evenly as they go, to the seconds in which they came.
  ///
  /// - Parameter pathCount: how many paths there are, at least.
  mutating func add(_ execs: UInt64, of id: PathID, over seconds: ClosedRange<Int>, pathCount: Int) {
    History.spread(execs, over: seconds) { part, slot in columns[slot].add(part, of: id, pathCount: pathCount) }
  }

  /// Adds execs of all paths, with and without a row.
  mutating func addTotal(_ execs: UInt64, over seconds: ClosedRange<Int>) {
    History.spread(execs, over: seconds) { part, slot in totals[slot] &+= part }
  }

  private static func spread(_ execs: UInt64, over seconds: ClosedRange<Int>, _ body: (UInt64, Int) -> Void) {
    let count = UInt64(seconds.count)
    for (place, second) in seconds.enumerated() {
      // What does not go evenly goes to the latest seconds.
      let part = execs / count + (UInt64(place) >= count - execs % count ? 1 : 0)
      if part > 0 { body(part, second % History.seconds) }
    }
  }

  /// A path has gone into `(other)`, and so does what its number held: it is not that of the next path.
  mutating func fold(_ id: PathID) {
    for slot in columns.indices { columns[slot].fold(id) }
  }

  /// Execs in each of the last seconds, oldest first; nil for seconds before the first snapshot.
  public func values(of id: PathID) -> [UInt64?] {
    lastSeconds { columns[$0][id] }
  }

  /// The sums over several paths.
  public func values(of ids: [PathID]) -> [UInt64?] {
    lastSeconds { slot in
      ids.reduce(0) { $0 + columns[slot][$1] }
    }
  }

  /// Execs of all paths in each of the last seconds, oldest first; nil for seconds before the first snapshot.
  public var totalValues: [UInt64?] {
    lastSeconds { totals[$0] }
  }

  private func lastSeconds(_ value: (_ slot: Int) -> UInt64) -> [UInt64?] {
    guard let known else { return Array(repeating: nil, count: History.seconds) }
    return ((known.upperBound - History.seconds + 1)...known.upperBound).map { second in
      second >= known.lowerBound ? value(second % History.seconds) : nil
    }
  }
}
