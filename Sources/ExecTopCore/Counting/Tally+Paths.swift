import ExecTopText

// What is known of a path.
extension Tally {
  /// Paths that have a row: those run, or tried, since the last reset, and those whose processes use the CPU.
  public var rows: some Sequence<PathID> {
    let used = used
    return paths.sums.identities.keys.indices.lazy.filter { hasRow($0, used) }.map { paths.sums.identities.id(at: $0) }
  }

  private func hasRow(_ slot: Int, _ used: [Bool]) -> Bool {
    paths.count(at: slot) > 0 || slot < used.count && used[slot]
  }

  /// By slot: its processes have used CPU time since the last reset, or run. Looked up once for many slots.
  private var used: [Bool] { uses?.used ?? [] }

  /// Hands over every row with its count.
  package func forEachRow(_ body: (_ id: PathID, _ count: UInt64) -> Void) {
    let identities = paths.sums.identities
    let used = used
    for slot in 0..<identities.count {
      if hasRow(slot, used) { body(identities.id(at: slot), paths.count(at: slot)) }
    }
  }

  mutating func countRows() {
    let used = used
    rowCount = paths.sums.identities.keys.indices.reduce(0) { $0 + (hasRow($1, used) ? 1 : 0) }
  }

  /// Whether it still goes by this id. One that has gone into `(other)` does not, and never will again.
  public func contains(_ id: PathID) -> Bool { paths.sums.identities.contains(id) }

  /// The path of a row. Of the row `(other)`, and of a path that has gone into it, the name of that row.
  public func path(of id: PathID) -> Path { paths.sums.key(of: id) ?? .other }

  /// Execs since the last reset. A counter that fell below its state then is counted whole.
  public func count(of id: PathID) -> UInt64 { paths.count(of: id) }

  /// Execs over the last interval. Nil on a first sample, and after a counter that fell.
  public func delta(of id: PathID) -> UInt64? {
    paths.delta(of: id) ?? (interval != nil && onlyRuns(id) ? 0 : nil)
  }

  /// Its processes are known, and none of its execs has ever been counted.
  private func onlyRuns(_ id: PathID) -> Bool {
    contains(id) && paths.sums.figures[id.index] == Sums<Path>.absent && uses?.isUsed(id.index) ?? false
  }

  /// Execs a second over the last interval. Nil where `delta` is.
  public func rate(of id: PathID) -> Double? {
    guard let interval, let delta = delta(of: id) else { return nil }
    return Double(delta) / interval
  }

  /// The highest rate since the last reset. Nil where no rate is known yet.
  public func peak(of id: PathID) -> Double? {
    guard contains(id), id.index < epoch.peaks.count, epoch.peaks[id.index] > 0 || delta(of: id) != nil else {
      return nil
    }
    return epoch.peaks[id.index]
  }

  /// Execs a second since the last reset. Nil where it is not known when those counted came, and in less time than a
  /// rate can be told of.
  public func mean(of id: PathID) -> Double? {
    let elapsed = last.time - epoch.time
    guard epoch.isFromZero, elapsed >= Tally.shortestInterval, let peak = peak(of: id) else { return nil }
    // The interval under way has no rate yet, and so no part in the peak.
    return min(Double(count(of: id)) / elapsed, peak)
  }

  /// The snapshot in which the path was first there.
  public func firstSeen(_ id: PathID) -> Seconds? { seen(id, firstSeen) }

  /// The last snapshot that found it run again. Nil if none did while exectop looked.
  public func lastSeen(_ id: PathID) -> Seconds? { seen(id, lastSeen) }

  private func seen(_ id: PathID, _ instants: [Seconds]) -> Seconds? {
    contains(id) && instants[id.index] != .never ? instants[id.index] : nil
  }

  /// The snapshot that first found it run since the last reset. Without a reset, also one that was there before exectop
  /// looked.
  public func firstCounted(_ id: PathID) -> Seconds? {
    guard epoch.isReset else { return firstSeen(id) }
    return contains(id) ? epoch.sightings.first(of: id.index) : nil
  }

  /// The last snapshot that found it run again since the last reset.
  public func lastCounted(_ id: PathID) -> Seconds? {
    contains(id) ? epoch.sightings.last(of: id.index) : nil
  }

  /// Failed execs since the last reset, by errno, the most frequent first. Nil where failures are not seen.
  public func errors(of id: PathID) -> [(error: Int32, count: UInt64)]? {
    guard last.totals.failed != nil else { return nil }
    var errors: [(error: Int32, count: UInt64)] = []
    forEachFailure(of: id) { errors.append(($0, $1)) }
    return errors.sorted { ($1.count, $0.error) < ($0.count, $1.error) }
  }

  /// What is known of a path's failed execs since the last reset, by errno, the most frequent first. Nil where failures
  /// are not seen.
  public func errorFigures(of id: PathID) -> [ErrorFigures]? {
    guard last.totals.failed != nil else { return nil }
    var errors: [ErrorFigures] = []
    guard contains(id) else { return errors }
    failuresByPath.forEach(of: id.index) { slot in
      let count = failures.count(at: slot)
      guard count > 0 else { return }
      let lastMinute = sinceReset(failureHistory.values(of: [slot])).reduce(0) { Saturating.sum($0, $1 ?? 0) }
      errors.append(
        ErrorFigures(
          error: failures.sums.identities.keys[slot].error, count: count,
          first: epoch.failureSightings.first(of: slot), last: epoch.failureSightings.last(of: slot),
          lastMinute: isResetWithinMinute ? count : min(lastMinute, count)))
    }
    return errors.sorted { ($1.count, $0.error) < ($0.count, $1.error) }
  }

  /// Failed execs of a path in each of the last 60 seconds, as `history` has them.
  public func failureHistory(of id: PathID) -> [UInt64?] {
    var slots: [Int] = []
    if contains(id) { failuresByPath.forEach(of: id.index) { slots.append($0) } }
    return sinceReset(failureHistory.values(of: slots))
  }

  /// Execs of a path in each of the last 60 seconds; nil also for seconds before the last reset.
  public func historySinceReset(of id: PathID) -> [UInt64?] { sinceReset(history(of: id)) }

  private var isResetWithinMinute: Bool {
    epoch.isReset && last.time - epoch.time < Seconds(History.seconds - 1)
  }

  /// Without the seconds up to the one in which the last reset was.
  package func sinceReset(_ values: [UInt64?]) -> [UInt64?] {
    guard isResetWithinMinute else { return values }
    let kept = Int(max(0, last.time.rounded(.down) - epoch.time.rounded(.down)))
    let dropped = max(0, values.count - kept)
    return Array(repeating: nil, count: dropped) + values.dropFirst(dropped)
  }

  /// Failed execs since the last reset. Nil where failures are not seen.
  public func failed(of id: PathID) -> UInt64? {
    guard last.totals.failed != nil else { return nil }
    var sum: UInt64 = 0
    forEachFailure(of: id) { sum = Saturating.sum(sum, $1) }
    return sum
  }

  /// Some of its failures since the last reset are others than that the path was not found, as in a search of PATH.
  package func failsOtherwise(_ id: PathID) -> Bool {
    var isOther = false
    forEachFailure(of: id) { error, _ in isOther = isOther || !Failure.isNotFound(error) }
    return isOther
  }

  private func forEachFailure(of id: PathID, _ body: (Int32, UInt64) -> Void) {
    guard contains(id) else { return }
    failuresByPath.forEach(of: id.index) { row in
      let count = failures.count(at: row)
      if count > 0 { body(failures.sums.identities.keys[row].error, count) }
    }
  }

  /// Execs in each of the last 60 seconds, oldest first; nil for seconds before the first snapshot.
  public func history(of id: PathID) -> [UInt64?] { history(of: [id]) }

  /// The sums over several paths.
  public func history(of ids: [PathID]) -> [UInt64?] {
    history.values(of: ids.filter(contains).map(\.index))
  }
}
