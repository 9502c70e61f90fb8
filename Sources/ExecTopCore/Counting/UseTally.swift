import ExecTopText

/// What snapshots tell of processes: what they used and how they ended, since the last reset and over the last interval.
///
/// A value: a copy is a frozen view.
public struct UseTally: Sendable {
  private(set) var launches = FamilyTally<Launch>(keepsDeltas: true)
  /// Execs, by the slots of launches.
  private(set) var launchHistory = History()
  /// By the slots of launches: when a snapshot last found it launched again, or `never`.
  var launchSeen: [Seconds] = []
  /// Names of users and groups.
  public private(set) var names = LaunchNames()
  private var endings = FamilyTally<Ending>(keepsDeltas: false)
  private var launchesByPath = RowIndex()
  private var endingsByPath = RowIndex()
  /// Of the last snapshot.
  private(set) var paths = Identities<Path>()
  /// By the slots of paths: it has used CPU time since the last reset, or runs.
  private(set) var used: [Bool] = []
  private var latest = MachineCPU()
  private var base = MachineCPU()
  private var basesBefore: [MachineCPU] = []
  /// What all CPUs had done when the interval that is under way began.
  private var machineBefore: UInt64?
  /// Where the machine's CPU time over the last whole interval went. Nil on a first sample.
  public private(set) var audit: CPUAudit?
  /// Seconds of the last whole interval. Nil if nothing could be compared.
  private(set) var interval: Seconds?

  init() {}

  /// A snapshot comes, whether or not it finds anything.
  mutating func advance(to time: Seconds) { _ = launchHistory.advance(to: time) }

  mutating func apply(_ uses: Uses, paths: Identities<Path>, step: Step, elapsed: Seconds?, time: Seconds) {
    let launchFolds = uses.launches.folds(since: launches.sums, referents: ())
    let endingFolds = uses.endings.folds(since: endings.sums, referents: paths)
    let isSameLaunches =
      uses.launches.identities.isSame(as: launches.sums.identities) && paths.isSame(as: self.paths)
    let isSameEndings =
      uses.endings.identities.isSame(as: endings.sums.identities) && paths.isSame(as: self.paths)
    self.paths = paths
    names = uses.names
    apply(uses.launches, folds: launchFolds, step: step, time: time)
    endings.apply(uses.endings, folds: endingFolds, step: step)
    if !isSameLaunches {
      launchesByPath = RowIndex(of: launches.sums.identities, by: paths) { $0.owner.path.map { paths.current($0) } }
    }
    if !isSameEndings {
      endingsByPath = RowIndex(of: endings.sums.identities, by: paths) { $0.owner.path }
    }
    latest = uses.machine
    if step.endsInterval {
      interval = elapsed
      audit = elapsed.map { audit(over: $0) }
      machineBefore = latest.busy
    }
    findUsed()
  }

  private mutating func apply(_ now: Sums<Launch>, folds: [Fold], step: Step, time: Seconds) {
    let slots = now.identities.count
    launchSeen.grow(to: slots, with: .never)
    for fold in folds {
      launchHistory.fold(fold)
      if let into = fold.into { launchSeen[into] = max(launchSeen[into], launchSeen[fold.from]) }
      launchSeen[fold.from] = .never
    }
    let width = now.width
    launches.apply(now, folds: folds, step: step) { index, came, _ in
      let figure = index % width
      guard came > 0, figure == UseFigure.execs.rawValue || figure == UseFigure.failed.rawValue else { return }
      launchSeen[index / width] = time
      launchHistory.add(came, of: index / width, over: step.seconds, slotCount: slots)
    }
  }

  private func audit(over interval: Seconds) -> CPUAudit {
    var counted = CPUByKind()
    let identities = launches.sums.identities
    for row in identities.keys.indices where identities.isUsed(row) {
      counted.add(launches.delta(at: index(of: .cpu, row)) ?? 0, of: identities.keys[row].owner)
    }
    let busy = machineBefore.flatMap { before in latest.busy.map { Saturating.difference($0, before) } }
    return CPUAudit(counted: counted, busy: busy, cpus: latest.cpus, interval: interval)
  }

  private mutating func findUsed() {
    used = Array(repeating: false, count: paths.count)
    for slot in used.indices {
      launchesByPath.forEach(of: slot) { row in
        used[slot] = count(.cpu, at: row) > 0 || level(.running, at: row) > 0
      }
    }
  }

  mutating func dropCarried() {
    launches.dropCarried()
    machineBefore = latest.busy
  }

  mutating func forgetBases() {
    launches.forgetBases()
    endings.forgetBases()
    base = MachineCPU()
    basesBefore = basesBefore.map { _ in MachineCPU() }
  }

  mutating func reset() {
    basesBefore.append(base)
    if basesBefore.count > undoLimit { basesBefore.removeFirst() }
    base = latest
    launches.reset()
    endings.reset()
    dropCarried()
    findUsed()
  }

  mutating func undoReset() {
    if let before = basesBefore.popLast() { base = before }
    launches.undoReset()
    endings.undoReset()
    findUsed()
  }

  /// Of the last snapshot.
  var uses: Uses { Uses(launches: launches.sums, names: names, endings: endings.sums, machine: latest) }

  /// Whether the path in a slot has used CPU time since the last reset, or runs.
  func isUsed(_ slot: Int) -> Bool { slot < used.count && used[slot] }

  func count(_ figure: UseFigure, at row: Int) -> UInt64 { launches.count(at: index(of: figure, row)) }

  func level(_ figure: UseFigure, at row: Int) -> UInt64 {
    launches.sums.figures.figure(at: index(of: figure, row))
  }

  func index(of figure: UseFigure, _ row: Int) -> Int { row * UseFigure.allCases.count + figure.rawValue }
}

// MARK: - Of a path

extension UseTally {
  /// Nanoseconds of CPU time since the last reset.
  public func cpu(of id: PathID) -> UInt64 { sum(of: id) { count(.cpu, at: $0) } }

  /// CPU seconds a second over the last interval. Nil on a first sample.
  public func cpuRate(of id: PathID) -> Double? {
    guard let interval, paths.contains(id) else { return nil }
    var delta: UInt64? = 0
    launchesByPath.forEach(of: id.index) { row in
      // A launcher of which none of the processes has been counted yet has no figures.
      guard launches.sums.isRow(row) else { return }
      // What is new since the last sample is known whole.
      let came = launches.delta(at: index(of: .cpu, row))
      delta = delta.flatMap { sum in came.map { Saturating.sum(sum, $0) } }
    }
    return delta.map { Double($0) / 1e9 / interval }
  }

  /// Processes that run now.
  public func running(of id: PathID) -> UInt64 { sum(of: id) { level(.running, at: $0) } }

  /// Nanoseconds of CPU time that these have used since their exec, or since counting began.
  public func runningCPU(of id: PathID) -> UInt64 { sum(of: id) { level(.runningCPU, at: $0) } }

  /// Page faults that needed a device, of the processes that ended since the last reset.
  public func majorFaults(of id: PathID) -> UInt64 { sum(of: id) { count(.majorFaults, at: $0) } }

  /// Failed execs of the same name in the same process before one of its execs, since the last reset.
  public func searches(of id: PathID) -> UInt64 { sum(of: id) { count(.searches, at: $0) } }

  /// The most memory that one of its processes had resident, in bytes. Nil where no process has ended, and where that is
  /// not known since the last reset.
  public func resident(of id: PathID) -> UInt64? { maximum(.resident, of: id) }

  /// Processes that ended since the last reset, by status, the most frequent first.
  public func exits(of id: PathID) -> [(status: ExitStatus, count: UInt64)] {
    var counts: [ExitStatus: UInt64] = [:]
    forEachEnding(of: id) { counts[$0.status] = Saturating.sum(counts[$0.status] ?? 0, $1) }
    return counts.map { (status: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.status.word) < ($0.count, $1.status.word) }
  }

  /// Processes that ended since the last reset.
  public func ended(of id: PathID) -> UInt64 {
    var sum: UInt64 = 0
    forEachEnding(of: id) { sum = Saturating.sum(sum, $1) }
    return sum
  }

  /// Of those, the ones that did not end by exit(0).
  public func endedWithError(of id: PathID) -> UInt64 {
    var sum: UInt64 = 0
    forEachEnding(of: id) { if !$0.status.isSuccess { sum = Saturating.sum(sum, $1) } }
    return sum
  }

  /// How long the processes took that ended since the last reset. Nil if of none of them that is known.
  public func wall(of id: PathID) -> WallTimes? {
    var buckets = [UInt64](repeating: 0, count: WallBucket.count)
    var isWhole = true
    forEachEnding(of: id) { ending, count in
      let bucket = Int(ending.wall.number)
      if bucket < buckets.count { buckets[bucket] = Saturating.sum(buckets[bucket], count) }
      if ending.status == .notKept { isWhole = false }
    }
    return WallTimes(
      buckets: buckets, sum: isWhole ? sum(of: id) { count(.wall, at: $0) } : nil, longest: maximum(.longest, of: id))
  }

  /// Hands over the slots of the launches of a path.
  func forEachLaunch(of id: PathID, _ body: (Int) -> Void) {
    if paths.contains(id) { launchesByPath.forEach(of: id.index, body) }
  }

  private func sum(of id: PathID, _ figure: (Int) -> UInt64) -> UInt64 {
    guard paths.contains(id) else { return 0 }
    var sum: UInt64 = 0
    launchesByPath.forEach(of: id.index) { sum = Saturating.sum(sum, figure($0)) }
    return sum
  }

  /// A maximum that has not risen since the last reset tells nothing of what came since.
  private func maximum(_ figure: UseFigure, of id: PathID) -> UInt64? {
    guard paths.contains(id) else { return nil }
    var highest: UInt64?
    launchesByPath.forEach(of: id.index) { row in
      if count(figure, at: row) > 0 { highest = max(highest ?? 0, level(figure, at: row)) }
    }
    return highest
  }

  private func forEachEnding(of id: PathID, _ body: (Ending, UInt64) -> Void) {
    guard paths.contains(id) else { return }
    endingsByPath.forEach(of: id.index) { row in
      let count = endings.count(at: row)
      if count > 0 { body(endings.sums.identities.keys[row], count) }
    }
  }
}

// MARK: - Of all

extension UseTally {
  /// The CPU time of all processes since the last reset, by kind.
  public var totals: UseTotals {
    var totals = UseTotals(machine: latest.since(base))
    let identities = launches.sums.identities
    for row in identities.keys.indices where identities.isUsed(row) {
      totals.cpu.add(count(.cpu, at: row), of: identities.keys[row].owner)
      totals.running = Saturating.sum(totals.running, level(.running, at: row))
    }
    for row in endings.sums.identities.keys.indices where endings.sums.identities.isUsed(row) {
      totals.ended = Saturating.sum(totals.ended, endings.count(at: row))
    }
    return totals
  }

  /// CPU seconds a second over the last interval, of everything that is counted. Nil on a first sample.
  public var totalRate: Double? { audit.map { Double($0.counted.sum) / 1e9 / $0.interval } }

  /// CPU seconds a second that all CPUs were busy over the last interval. Nil where that is not known.
  public var machineRate: Double? {
    audit.flatMap { audit in audit.busy.map { Double($0) / 1e9 / audit.interval } }
  }
}
