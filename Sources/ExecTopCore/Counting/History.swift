import ExecTopText

/// Execs of each path, and of all together, in each of the last 60 seconds.
///
/// Kept as one column a second, each as long as there are paths: a second in which a path was not run costs a zero, and
/// a new second costs no look at the rows.
package struct History: Equatable, Sendable {
  /// How many seconds are kept.
  package static let seconds = 60

  /// Of more slots than these, all are looked through instead.
  private static let mostLookedUp = 1000

  /// Rings: what belongs to second `s` is at `s % seconds`.
  private var columns: [HistoryColumn] = Array(repeating: HistoryColumn(), count: History.seconds)
  private var totals: [UInt64] = Array(repeating: 0, count: History.seconds)
  /// The oldest and the newest second since the first snapshot; nil before it.
  private var known: ClosedRange<Int>?

  /// Begins the columns of the seconds up to this one.
  ///
  /// - Returns: the seconds since the last call, over which what came since then is to be spread.
  mutating func advance(to time: Seconds) -> ClosedRange<Int> {
    // Any number can come from outside; in seconds since a machine's start it stays far below this.
    let second = Int(min(max(0, time.rounded(.down)), 0x1p52))
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
  /// - Parameter slotCount: how many slots there are, at least.
  mutating func add(_ execs: UInt64, of slot: Int, over seconds: ClosedRange<Int>, slotCount: Int) {
    History.spread(execs, over: seconds) { part, column in
      columns[column].add(part, of: slot, slotCount: slotCount)
    }
  }

  /// Adds execs of all paths, with and without a row.
  mutating func addTotal(_ execs: UInt64, over seconds: ClosedRange<Int>) {
    History.spread(execs, over: seconds) { part, column in totals[column] = Saturating.sum(totals[column], part) }
  }

  private static func spread(_ execs: UInt64, over seconds: ClosedRange<Int>, _ body: (UInt64, Int) -> Void) {
    let count = UInt64(seconds.count)
    for (place, second) in seconds.enumerated() {
      // What does not go evenly goes to the latest seconds.
      let part = execs / count + (UInt64(place) >= count - execs % count ? 1 : 0)
      if part > 0 { body(part, second % History.seconds) }
    }
  }

  /// A row has lost its key, and what its slot held is that of the row into which it went, not of the slot's next key.
  mutating func fold(_ fold: Fold) {
    for column in columns.indices { columns[column].fold(fold) }
  }

  /// Execs in each of the last seconds, oldest first; nil for seconds before the first snapshot. The sums over the paths
  /// in these slots.
  func values(of slots: [Int]) -> [UInt64?] {
    guard slots.count > History.mostLookedUp else { return lastSeconds { columns[$0].sum(of: slots) } }
    var marks = [UInt8](repeating: 0, count: (slots.max() ?? 0) + 1)
    for slot in slots { marks[slot] = .max }
    return lastSeconds { columns[$0].sum(ofMarked: marks) }
  }

  /// Execs of all paths in each of the last seconds, oldest first; nil for seconds before the first snapshot.
  var totalValues: [UInt64?] {
    lastSeconds { totals[$0] }
  }

  private func lastSeconds(_ value: (_ column: Int) -> UInt64) -> [UInt64?] {
    guard let known else { return Array(repeating: nil, count: History.seconds) }
    return ((known.upperBound - History.seconds + 1)...known.upperBound).map { second in
      second >= known.lowerBound ? value(second % History.seconds) : nil
    }
  }
}
