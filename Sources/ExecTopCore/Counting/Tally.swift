import ExecTopText

/// What the snapshots so far tell: counts, rates, peaks and histories of each path.
///
/// It takes the snapshots of one ledger. Any of them may be left out or come twice: rates then span the gap, and no sum
/// changes. A value: a copy of it is a frozen view.
public struct Tally: Sendable {
  /// The last snapshot, without its rows.
  var last: Snapshot
  var paths = FamilyTally<Path>(keepsDeltas: true)
  var failures = FamilyTally<Failure>(keepsDeltas: true)
  private(set) var failuresByPath = RowIndex()
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
  var intervalStart: Seconds
  /// Execs over the last whole interval, and those of the one that is under way; nil where a counter fell.
  private(set) var totalDelta: UInt64?
  private var carriedTotal: UInt64? = 0
  /// The last two snapshots found the same: only time went by.
  public private(set) var isStill = false
  /// How many `rows` there are. Kept, so that a screen costs no look at rows that it does not show.
  public internal(set) var rowCount = 0
  /// When counting began.
  public let began: Seconds
  /// A source that counts from zero knows its first rates; a map that was there before does not.
  private let countsFromZero: Bool

  /// What counts are counted from: zero at first, and the state at a reset since then.
  var epoch: Epoch
  var epochsBefore: [Epoch] = []
  private(set) var history = History()
  /// By the slots of failures.
  private(set) var failureHistory = History()
  /// By slot: instants, or `never`.
  var firstSeen: [Seconds] = []
  var lastSeen: [Seconds] = []

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
    firstSeen.grow(to: slots, with: .never)
    lastSeen.grow(to: slots, with: .never)
    epoch.peaks.grow(to: slots, with: 0)
    let folds = snapshot.paths.folds(since: paths.sums, referents: ())
    forget(folds)
    let counts = snapshot.paths.figures
    paths.apply(snapshot.paths, folds: folds, step: step) { slot, came, delta in
      if firstSeen[slot] == .never, counts[slot] != Sums<Path>.absent, counts[slot] > 0 {
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
      firstSeen[fold.from] = .never
      lastSeen[fold.from] = .never
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

  mutating func dropCarried() {
    paths.dropCarried()
    uses?.dropCarried()
    carriedTotal = 0
  }
}
