/// What the snapshots so far tell: counts, rates, peaks and histories of each path.
///
/// A value: a copy of it is a frozen view.
public struct Tally: Sendable {
  /// By `PathID`.
  public private(set) var paths: [Path] = [.other]
  /// The last snapshot.
  public private(set) var latest: Snapshot
  /// Seconds between the last two snapshots. Nil after the first, or if no time went by.
  public private(set) var interval: Seconds?
  public private(set) var history = History()
  /// The last two snapshots found the same: only time went by.
  public private(set) var isStill = false
  /// How many `rows` there are. Kept, so that a screen costs no look at rows that it does not show.
  public private(set) var rowCount = 0
  /// When counting began.
  public let began: Seconds

  /// What counts are counted from: zero at first, and the state at a reset since then.
  private var epoch: Epoch
  private var epochsBefore: [Epoch] = []

  /// By `PathID`, what came over the last interval, or `unknown`.
  private var deltas: [UInt64] = []
  private var totalDelta: UInt64?
  /// By `PathID`: instants, or `never`.
  private var firstSeen: [Seconds] = []
  private var lastSeen: [Seconds] = []
  /// By path: the first of its failures in `links`; there: the next one. -1 ends.
  private var firstFailure: [Int32] = [-1]
  private var links: [FailureLink] = []
  /// A source that counts from zero knows its first rates; a map that was there before does not.
  private let countsFromZero: Bool

  private static let unknown = UInt64.max
  private static let never = -Seconds.infinity

  /// - Parameters:
  ///   - began: the instant when counting began.
  ///   - countsFromZero: nothing had been counted then. False for a map that something else fills.
  public init(began: Seconds, countsFromZero: Bool) {
    self.began = began
    self.countsFromZero = countsFromZero
    latest = Snapshot(time: began)
    epoch = Epoch(time: began)
  }
}

/// A point from which counts are counted.
private struct Epoch: Sendable {
  var time: Seconds
  var counts: [UInt64] = []
  var failures: [UInt64] = []
  var totals = Totals()
  /// By `PathID`, the highest rate since.
  var peaks: [Double] = []
  var totalPeak = 0.0
}

private struct FailureLink: Sendable {
  var error: Int32
  var next: Int32
}

// MARK: - Taking snapshots

extension Tally {
  /// Takes the next snapshot. Its time must not be before the last one's.
  public mutating func apply(_ snapshot: Snapshot) {
    let isSame = snapshot.finds(sameAs: latest)
    if isSame, isStill {
      // Nothing but zeros came of it the last time, and so it does now.
      interval = snapshot.time > latest.time ? snapshot.time - latest.time : nil
      _ = history.advance(to: Int(snapshot.time))
      latest.time = snapshot.time
      return
    }
    let isFirst = deltas.isEmpty
    grow(to: snapshot.counts.count)
    forget(snapshot.folded)
    for new in snapshot.newPaths { paths[new.id] = new.path }
    link(snapshot.newFailureKinds)

    let elapsed = snapshot.time - latest.time
    let comparable = elapsed > 0 && (!isFirst || countsFromZero)
    interval = comparable ? elapsed : nil
    let seconds = history.advance(to: Int(snapshot.time))
    for id in snapshot.counts.indices {
      let now = snapshot.counts[id]
      guard now != Snapshot.absent else {
        deltas[id] = Tally.unknown
        continue
      }
      if firstSeen[id] == Tally.never, now > 0 { firstSeen[id] = snapshot.time }
      let before = latest.count(of: id)
      guard comparable, now >= before else {
        deltas[id] = Tally.unknown
        continue
      }
      let delta = now - before
      deltas[id] = delta
      guard delta > 0 else { continue }
      lastSeen[id] = snapshot.time
      epoch.peaks[id] = max(epoch.peaks[id], Double(delta) / elapsed)
      history.add(delta, of: id, over: seconds, pathCount: paths.count)
    }
    let isFallen = snapshot.totals.execs < latest.totals.execs
    totalDelta = comparable && !isFallen ? snapshot.totals.execs - latest.totals.execs : nil
    if let totalDelta { history.addTotal(totalDelta, over: seconds) }
    if let totalRate { epoch.totalPeak = max(epoch.totalPeak, totalRate) }
    isStill = isSame && comparable
    // The news stand in `paths` and `links` now.
    latest = snapshot.withoutNews
    countRows()
  }

  /// What these had counted is in `(other)` from now on, and so is their part of what counting starts from.
  private mutating func forget(_ folded: Folded) {
    guard !folded.paths.isEmpty else { return }
    latest.counts.fold(folded.paths)
    latest.failures.fold(folded.failureKinds)
    for epoch in epochsBefore.indices { epochsBefore[epoch].forget(folded) }
    epoch.forget(folded)
    for id in folded.paths {
      lastSeen[.other] = max(lastSeen[.other], lastSeen[id])
      firstSeen[id] = Tally.never
      lastSeen[id] = Tally.never
      firstFailure[id] = -1
      history.fold(id)
    }
  }

  private mutating func link(_ newKinds: [NewFailureKind]) {
    for new in newKinds {
      let link = FailureLink(error: new.kind.error, next: firstFailure[new.kind.id])
      links.grow(to: new.index + 1, with: link)
      links[new.index] = link
      firstFailure[new.kind.id] = Int32(truncatingIfNeeded: new.index)
    }
  }

  /// Makes room for all numbers. One that was given away and taken back between two snapshots has no path here.
  private mutating func grow(to count: Int) {
    paths.grow(to: count, with: .other)
    firstFailure.grow(to: count, with: -1)
    deltas.grow(to: count, with: Tally.unknown)
    firstSeen.grow(to: count, with: Tally.never)
    lastSeen.grow(to: count, with: Tally.never)
    epoch.peaks.grow(to: count, with: 0)
  }
}

extension Array {
  /// Adds elements at the end until there are so many.
  fileprivate mutating func grow(to count: Int, with element: Element) {
    if self.count < count { self += repeatElement(element, count: count - self.count) }
  }
}

extension Epoch {
  fileprivate mutating func forget(_ folded: Folded) {
    counts.fold(folded.paths)
    failures.fold(folded.failureKinds)
    for id in folded.paths where id < peaks.count { peaks[id] = 0 }
  }
}

extension [UInt64] {
  /// Moves these sums to that of `(other)`.
  fileprivate mutating func fold(_ ids: [PathID]) {
    fold(ids.map { (from: $0, into: PathID.other) })
  }

  /// Moves sums to other places. Places beyond the end hold nothing.
  fileprivate mutating func fold(_ moves: [(from: Int, into: Int)]) {
    for move in moves where move.from < count && self[move.from] != Snapshot.absent {
      grow(to: move.into + 1, with: 0)
      if self[move.into] == Snapshot.absent { self[move.into] = 0 }
      self[move.into] = Snapshot.sum(self[move.into], self[move.from])
      self[move.from] = Snapshot.absent
    }
  }
}

extension Snapshot {
  /// A path's execs; 0 where it has no row.
  fileprivate func count(of id: PathID) -> UInt64 { counts.sum(at: id) }
}

extension [UInt64] {
  /// The sum at a place; 0 where there is none.
  fileprivate func sum(at index: Int) -> UInt64 {
    index < count && self[index] != Snapshot.absent ? self[index] : 0
  }
}

// MARK: - Reset

extension Tally {
  /// How many resets can be taken back.
  private static let undoLimit = 16

  /// Counts from zero from now on. Nothing is deleted anywhere: see `undoReset`.
  public mutating func reset() {
    epochsBefore.append(epoch)
    if epochsBefore.count > Tally.undoLimit { epochsBefore.removeFirst() }
    epoch = Epoch(
      time: latest.time, counts: latest.counts, failures: latest.failures, totals: latest.totals,
      peaks: Array(repeating: 0, count: epoch.peaks.count))
    countRows()
  }

  /// Takes the last reset back: the counts are as if it had not been. False if there is none.
  public mutating func undoReset() -> Bool {
    guard var before = epochsBefore.popLast() else { return false }
    before.peaks.grow(to: epoch.peaks.count, with: 0)
    for id in epoch.peaks.indices { before.peaks[id] = max(before.peaks[id], epoch.peaks[id]) }
    before.totalPeak = max(before.totalPeak, epoch.totalPeak)
    epoch = before
    countRows()
    return true
  }

  /// When the counts shown began: at the last reset, or when counting began.
  public var countedSince: Seconds { epoch.time }
}

// MARK: - What is known of a path

extension Tally {
  /// Paths that have a row: those run, or tried, since the last reset.
  public var rows: some Sequence<PathID> {
    latest.counts.indices.lazy.filter { count(of: $0) > 0 }
  }

  private mutating func countRows() {
    rowCount = rows.reduce(0) { count, _ in count + 1 }
  }

  /// Execs since the last reset. A counter that fell below its state then is counted whole.
  public func count(of id: PathID) -> UInt64 {
    since(epoch.counts.sum(at: id), latest.counts.sum(at: id))
  }

  /// Execs over the last interval. Nil on a first sample, and after a counter that fell.
  public func delta(of id: PathID) -> UInt64? {
    id < deltas.count && deltas[id] != Tally.unknown ? deltas[id] : nil
  }

  /// Execs a second over the last interval. Nil where `delta` is.
  public func rate(of id: PathID) -> Double? {
    guard let interval, let delta = delta(of: id) else { return nil }
    return Double(delta) / interval
  }

  /// The highest rate since the last reset. Nil where no rate is known yet.
  public func peak(of id: PathID) -> Double? {
    guard id < epoch.peaks.count, epoch.peaks[id] > 0 || delta(of: id) != nil else { return nil }
    return epoch.peaks[id]
  }

  /// The snapshot in which the path was first there.
  public func firstSeen(_ id: PathID) -> Seconds? {
    id < firstSeen.count && firstSeen[id] != Tally.never ? firstSeen[id] : nil
  }

  /// The last snapshot that found it run again. Nil if none did while exectop looked.
  public func lastSeen(_ id: PathID) -> Seconds? {
    id < lastSeen.count && lastSeen[id] != Tally.never ? lastSeen[id] : nil
  }

  /// Failed execs since the last reset, by errno, the most frequent first. Nil where failures are not seen.
  public func errors(of id: PathID) -> [(error: Int32, count: UInt64)]? {
    guard latest.totals.failed != nil else { return nil }
    var errors: [(error: Int32, count: UInt64)] = []
    forEachFailure(of: id) { errors.append(($0, $1)) }
    return errors.sorted { ($1.count, $0.error) < ($0.count, $1.error) }
  }

  /// Failed execs since the last reset. Nil where failures are not seen.
  public func failed(of id: PathID) -> UInt64? {
    guard latest.totals.failed != nil else { return nil }
    var sum: UInt64 = 0
    forEachFailure(of: id) { sum = Snapshot.sum(sum, $1) }
    return sum
  }

  private func forEachFailure(of id: PathID, _ body: (Int32, UInt64) -> Void) {
    var index = Int(firstFailure[id])
    while index >= 0 {
      let failures = since(epoch.failures.sum(at: index), latest.failures.sum(at: index))
      if failures > 0 { body(links[index].error, failures) }
      index = Int(links[index].next)
    }
  }
}

// MARK: - What is known of all

extension Tally {
  /// The instant of the last snapshot as the screen tells it: in whole seconds, so that what it shows is true until the
  /// next one if nothing is run.
  public var shownTime: Seconds { latest.time.rounded(.down) }

  /// Sums since the last reset.
  public var totals: Totals {
    let (then, now) = (epoch.totals, latest.totals)
    func since(_ then: UInt64?, _ now: UInt64?) -> UInt64? {
      now.map { self.since(then ?? 0, $0) }
    }
    return Totals(
      execs: self.since(then.execs, now.execs), failed: since(then.failed, now.failed),
      unattributed: Unattributed(
        unreadable: since(then.unattributed.unreadable, now.unattributed.unreadable),
        mapFull: since(then.unattributed.mapFull, now.unattributed.mapFull),
        missed: since(then.unattributed.missed, now.unattributed.missed),
        refusedLate: since(then.unattributed.refusedLate, now.unattributed.refusedLate),
        missedAtEntry: since(then.unattributed.missedAtEntry, now.unattributed.missedAtEntry)),
      failedWithoutErrno: self.since(then.failedWithoutErrno, now.failedWithoutErrno),
      // Lost is lost: no reset makes that good.
      unaccounted: now.unaccounted)
  }

  /// Execs of all paths a second over the last interval. Nil on a first sample.
  public var totalRate: Double? {
    guard let interval, let totalDelta else { return nil }
    return Double(totalDelta) / interval
  }

  /// The highest total rate since the last reset. Nil where no rate is known yet.
  public var totalPeak: Double? { totalRate == nil && epoch.totalPeak == 0 ? nil : epoch.totalPeak }

  private func since(_ then: UInt64, _ now: UInt64) -> UInt64 {
    now >= then ? now - then : now
  }
}
