import ExecTopText

extension Tally {
  /// Counts from zero from now on. Nothing is deleted anywhere: see `undoReset`.
  public mutating func reset() {
    epochsBefore.append(epoch)
    if epochsBefore.count > undoLimit { epochsBefore.removeFirst() }
    epoch = Epoch(
      time: last.time, isFromZero: true, totals: last.totals, peaks: Array(repeating: 0, count: epoch.peaks.count),
      isReset: true)
    paths.reset()
    failures.reset()
    uses?.reset()
    // An interval of which a part came before the reset would give a peak, and a mean, that is none of the new counts.
    dropCarried()
    intervalStart = last.time
    countRows()
  }

  /// Takes the last reset back: the counts are as if it had not been. False if there is none.
  public mutating func undoReset() -> Bool {
    guard var before = epochsBefore.popLast() else { return false }
    before.peaks.grow(to: epoch.peaks.count, with: 0)
    for slot in epoch.peaks.indices { before.peaks[slot] = max(before.peaks[slot], epoch.peaks[slot]) }
    before.totalPeak = max(before.totalPeak, epoch.totalPeak)
    epoch.sightings.precede(by: before.sightings)
    before.sightings = epoch.sightings
    epoch.failureSightings.precede(by: before.failureSightings)
    before.failureSightings = epoch.failureSightings
    epoch = before
    paths.undoReset()
    failures.undoReset()
    uses?.undoReset()
    countRows()
    return true
  }

  /// They began at a reset.
  public var isReset: Bool { epoch.isReset }

  /// When the counts shown began: at the last reset, or when counting began.
  public var countedSince: Seconds { epoch.time }
}
