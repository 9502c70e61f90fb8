import ExecTopText

/// What the snapshots so far tell: counts, rates, peaks and histories of each path.
///
/// It takes the snapshots of one ledger. Any of them may be left out or come twice: rates then span the gap, and no sum
/// changes. A value: a copy of it is a frozen view.
public struct Tally: Sendable {
  /// The last snapshot, without its rows.
  private var last: Snapshot
  private var paths = FamilyTally<Path>(keepsDeltas: true)
  private var failures = FamilyTally<Failure>(keepsDeltas: true)
  private var failuresByPath = RowIndex()
  /// What is known of the processes. Nil where nothing is.
  public internal(set) var uses: UseTally?
  private var hasSnapshot = false

  /// It can be known of a source in that mode, and the source tells it.
  package func sees(_ part: Mode.Part, in mode: Mode) -> Bool {
    mode.sees(part) && (part != .uses || !hasSnapshot || uses != nil)
  }

  /// Seconds of the last whole interval: what rates are of. Nil if there was none, or if nothing could be compared.
  public private(set) var interval: Seconds?
  /// When the interval that is under way began.
  private(set) var intervalStart: Seconds
  /// Execs over the last whole interval, and those of the one that is under way; nil where a counter fell.
  private var totalDelta: UInt64?
  private var carriedTotal: UInt64? = 0
  /// The last two snapshots found the same: only time went by.
  public private(set) var isStill = false
  /// How many `rows` there are. Kept, so that a screen costs no look at rows that it does not show.
  public private(set) var rowCount = 0
  /// When counting began.
  public let began: Seconds
  /// A source that counts from zero knows its first rates; a map that was there before does not.
  private let countsFromZero: Bool

  /// What counts are counted from: zero at first, and the state at a reset since then.
  var epoch: Epoch
  private var epochsBefore: [Epoch] = []
  private var history = History()
  /// By the slots of failures.
  private var failureHistory = History()
  /// By slot: instants, or `never`.
  var firstSeen: [Seconds] = []
  var lastSeen: [Seconds] = []

  static let never = -Seconds.infinity

  /// In less time than this nothing can be said of a rate: a few execs a microsecond apart would be a million a second.
  /// Half of the shortest interval that a user can choose.
  public static let shortestInterval: Seconds = 0.05

  /// - Parameters:
  ///   - began: the instant when counting began.
  ///   - countsFromZero: nothing had been counted then. False for a map that something else fills.
  public init(began: Seconds, countsFromZero: Bool) {
    self.began = began
    self.countsFromZero = countsFromZero
    last = Snapshot(time: began)
    intervalStart = began
    epoch = Epoch(time: began, isFromZero: countsFromZero)
  }
}

/// A point from which counts are counted.
struct Epoch: Sendable {
  var time: Seconds
  /// Everything counted from it came after it.
  var isFromZero: Bool
  var totals = Totals()
  /// By slot, the highest rate since.
  var peaks: [Double] = []
  var totalPeak = 0.0
  /// A reset began it.
  var isReset = false
  /// What came since, by the slots of paths.
  var sightings = Sightings()
  /// Likewise, by the slots of failures.
  var failureSightings = Sightings()
}

// MARK: - Taking snapshots

extension Tally {
  /// Takes the next snapshot. One that is older than the last is left out: what it tells has been told.
  ///
  /// What comes in less than `shortestInterval` is carried on into the next interval: counts and history show it at
  /// once, rates and peaks when there is an interval to tell them of.
  public mutating func apply(_ snapshot: Snapshot) {
    let isFirst = !hasSnapshot
    guard isFirst || snapshot.time >= last.time else { return }
    let isNewSeries = !isFirst && snapshot.series != last.series
    // What a new series finds came at no known time: no interval goes on there.
    let endsInterval = isNewSeries || snapshot.time - intervalStart >= Tally.shortestInterval
    let isSame = !isFirst && snapshot.finds(sameAs: latest)
    let seconds = history.advance(to: snapshot.time)
    _ = failureHistory.advance(to: snapshot.time)
    uses?.advance(to: snapshot.time)
    if isSame, isStill {
      // Nothing but zeros came of it the last time, and so it does now.
      if endsInterval { beginInterval(after: snapshot.time - intervalStart, at: snapshot.time) }
      last.time = snapshot.time
      last.wallTime = snapshot.wallTime
      return
    }
    if isNewSeries { forgetBases() }
    let isComparable = isFirst ? countsFromZero : !isNewSeries
    isStill = isSame && isComparable && endsInterval && intervalStart == last.time
    let step = Step(isComparable: isComparable, endsInterval: endsInterval, seconds: seconds)
    let elapsed = endsInterval && isComparable ? snapshot.time - intervalStart : nil
    applyRows(of: snapshot, step: step, elapsed: elapsed)
    apply(snapshot.totals, step: step, elapsed: elapsed)
    if let found = snapshot.uses {
      if uses == nil {
        uses = UseTally()
        uses?.advance(to: snapshot.time)
      }
      uses?.apply(
        found, paths: snapshot.paths.identities, step: step, elapsed: elapsed, time: snapshot.time)
    }
    // What a first sample finds may have come before counting is said to have begun: it is not carried on.
    if isFirst { dropCarried() }
    if endsInterval || isFirst { beginInterval(after: elapsed, at: snapshot.time) }
    last = Snapshot(
      time: snapshot.time, wallTime: snapshot.wallTime, series: snapshot.series, totals: snapshot.totals,
      mapRows: snapshot.mapRows, notice: snapshot.notice)
    hasSnapshot = true
    countRows()
  }

  private mutating func beginInterval(after elapsed: Seconds?, at time: Seconds) {
    interval = elapsed
    intervalStart = time
  }

  private mutating func applyRows(of snapshot: Snapshot, step: Step, elapsed: Seconds?) {
    let slots = snapshot.paths.identities.count
    firstSeen.grow(to: slots, with: Tally.never)
    lastSeen.grow(to: slots, with: Tally.never)
    epoch.peaks.grow(to: slots, with: 0)
    let folds = snapshot.paths.folds(since: paths.sums, referents: ())
    forget(folds)
    let counts = snapshot.paths.figures
    paths.apply(snapshot.paths, folds: folds, step: step) { slot, came, delta in
      if firstSeen[slot] == Tally.never, counts[slot] != Sums<Path>.absent, counts[slot] > 0 {
        firstSeen[slot] = snapshot.time
      }
      if came > 0 {
        lastSeen[slot] = snapshot.time
        epoch.sightings.see(slot, at: snapshot.time)
        history.add(came, of: slot, over: step.seconds, slotCount: slots)
      }
      if delta > 0, let elapsed { epoch.peaks[slot] = max(epoch.peaks[slot], Double(delta) / elapsed) }
    }
    if !snapshot.failures.identities.isSame(as: failures.sums.identities) {
      failuresByPath = RowIndex(of: snapshot.failures.identities, by: snapshot.paths.identities, \.path)
    }
    applyFailures(of: snapshot, step: step)
  }

  private mutating func applyFailures(of snapshot: Snapshot, step: Step) {
    let folds = snapshot.failures.folds(since: failures.sums, referents: snapshot.paths.identities)
    for fold in folds {
      failureHistory.fold(fold)
      epoch.failureSightings.apply(fold)
      for place in epochsBefore.indices { epochsBefore[place].failureSightings.apply(fold) }
    }
    let slots = snapshot.failures.identities.count
    failures.apply(snapshot.failures, folds: folds, step: step) { slot, came, _ in
      guard came > 0 else { return }
      epoch.failureSightings.see(slot, at: snapshot.time)
      failureHistory.add(came, of: slot, over: step.seconds, slotCount: slots)
    }
  }

  /// What these paths were is that of `(other)` from now on, and not that of the next ones in their slots.
  private mutating func forget(_ folds: [Fold]) {
    for fold in folds {
      lastSeen[PathID.other.index] = max(lastSeen[PathID.other.index], lastSeen[fold.from])
      firstSeen[fold.from] = Tally.never
      lastSeen[fold.from] = Tally.never
      history.fold(fold)
      epoch.forget(fold)
      for place in epochsBefore.indices { epochsBefore[place].forget(fold) }
    }
  }

  private mutating func apply(_ totals: Totals, step: Step, elapsed: Seconds?) {
    let before = last.totals.execs
    let came = step.isComparable && totals.execs >= before ? totals.execs - before : nil
    if let came { history.addTotal(came, over: step.seconds) }
    carriedTotal = carriedTotal.flatMap { carried in came.map { Saturating.sum(carried, $0) } }
    guard step.endsInterval else { return }
    totalDelta = carriedTotal
    carriedTotal = 0
    if let totalDelta, let elapsed { epoch.totalPeak = max(epoch.totalPeak, Double(totalDelta) / elapsed) }
  }

  /// The counters have begun from zero again, and all counts with them.
  private mutating func forgetBases() {
    paths.forgetBases()
    failures.forgetBases()
    uses?.forgetBases()
    epoch.totals = Totals()
    for place in epochsBefore.indices { epochsBefore[place].totals = Totals() }
    dropCarried()
  }

  private mutating func dropCarried() {
    paths.dropCarried()
    uses?.dropCarried()
    carriedTotal = 0
  }
}

extension Epoch {
  fileprivate mutating func forget(_ fold: Fold) {
    if fold.from < peaks.count { peaks[fold.from] = 0 }
    sightings.apply(fold)
  }
}

// MARK: - Reset

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

// MARK: - What is known of a path

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

  private mutating func countRows() {
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
    contains(id) && instants[id.index] != Tally.never ? instants[id.index] : nil
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

// MARK: - What is known of all

extension Tally {
  /// The last snapshot.
  public var latest: Snapshot {
    var latest = last
    latest.paths = paths.sums
    latest.failures = failures.sums
    latest.uses = uses?.uses
    return latest
  }

  /// The instant of the last snapshot.
  public var time: Seconds { last.time }

  /// The civil time of the last snapshot. Nil where that was not asked for.
  public var wallTime: WallTime? { last.wallTime }

  /// The instant of the last snapshot as the screen tells it: in whole seconds, so that what it shows is true until the
  /// next one if nothing is run.
  public var shownTime: Seconds { last.time.rounded(.down) }

  /// What the user should know of the source. Nil if all is well.
  public var notice: String? { last.notice }

  /// Rows that the source's map of paths held at the last snapshot. Nil if it has none.
  public var mapRows: Int? { last.mapRows }

  /// Sums since the last reset.
  public var totals: Totals { last.totals.since(epoch.totals) }

  /// Execs of all paths over the last interval. Nil where `totalRate` is.
  package var execsOverInterval: UInt64? { interval == nil ? nil : totalDelta }

  /// Execs of all paths a second over the last interval. Nil on a first sample.
  public var totalRate: Double? {
    guard let interval, let totalDelta else { return nil }
    return Double(totalDelta) / interval
  }

  /// The highest total rate since the last reset. Nil where no rate is known yet.
  public var totalPeak: Double? { totalRate == nil && epoch.totalPeak == 0 ? nil : epoch.totalPeak }

  /// Execs of all paths in each of the last 60 seconds, oldest first; nil for seconds before the first snapshot.
  public var totalHistory: [UInt64?] { history.totalValues }
}
