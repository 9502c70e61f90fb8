import ExecTopText

/// The one owner of identity: takes the rows that a source reads, gives each key an id that no other key ever gets,
/// keeps what has been moved out of the maps, folds the coldest paths into `(other)`, and makes snapshots.
///
/// A source has one ledger for as long as it counts. To count by another key: declare the key (`FamilyKey`), hold a
/// `Family` of it here, and hand it the rows; where it refers to paths, tell it in `fold` what has gone.
public struct Ledger: Sendable {
  /// Paths with a row of their own; beyond it the coldest go into `(other)`.
  public let pathLimit: Int
  private var paths = Family<Path>(other: .other)
  private var failures = Family<Failure>()
  private var launches = Family<Launch>(
    UseFigure.allCases.map(\.kind), coldFigures: [UseFigure.execs.rawValue, UseFigure.failed.rawValue])
  private var endings = Family<Ending>()
  private var numbers: PathNumbers
  private let launchHash: LaunchHash
  private let launchLimit: Int
  private let knowsGroups: Bool
  private var folded = FoldedRows()
  /// See `Snapshot.series`.
  private var series = 0

  /// 65,536 paths: four times what the map holds.
  public static let defaultPathLimit = 65_536

  /// Different endings of processes that are kept apart; beyond it the rarest become those of no known status.
  private static let endingLimit = 4 * defaultPathLimit

  /// Launches that are kept apart. Beyond it the coldest of those that launch nothing themselves become `(other)` under
  /// their launcher.
  public static let defaultLaunchLimit = 2 * 16_384

  /// - Parameters:
  ///   - hashKey: that of the numbers by which the source's rows refer to paths and launches, if any do.
  ///   - knowsGroups: the control groups of launches tell something. Otherwise they are unknown.
  public init(
    pathLimit: Int = Ledger.defaultPathLimit, launchLimit: Int = Ledger.defaultLaunchLimit,
    hashKey: HashKey = .known, knowsGroups: Bool = true
  ) {
    self.pathLimit = pathLimit
    self.launchLimit = launchLimit
    self.knowsGroups = knowsGroups
    numbers = PathNumbers(PathHash(key: hashKey))
    launchHash = LaunchHash(key: hashKey)
  }

  /// What a walk reads anew. Of the others, what the last walk over them found holds.
  public struct Parts: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) {
      self.rawValue = rawValue
    }

    public static let paths = Parts(rawValue: 1)
    public static let failures = Parts(rawValue: 2)
    public static let endings = Parts(rawValue: 4)
    /// What processes used, of those that have ended and of those that run.
    public static let uses = Parts(rawValue: 8)
    public static let all: Parts = [.paths, .failures, .endings, .uses]
  }

  /// Starts a walk over the maps.
  ///
  /// The paths are to be read first. Those that fail meanwhile are then among the failures and not yet in their row: a
  /// snapshot has no more failures of a path than execs, so what only ever fails never seems to have run. Failures refer
  /// to launches, and are read after them.
  public mutating func beginWalk(_ parts: Parts = .all) {
    if parts.contains(.paths) { paths.beginWalk() }
    if parts.contains(.failures) {
      failures.beginWalk()
      launches.beginWalk(over: UseFigure.failed.rawValue)
    }
    if parts.contains(.endings) { endings.beginWalk() }
    if parts.contains(.uses) { launches.beginWalk(apart: UseFigure.failed.rawValue) }
  }

  /// Takes the next rows of the walk over the map of paths: keys of `keySize` bytes, padded with NUL.
  public mutating func readPaths(keys: RawSpan, keySize: Int, values: Span<UInt64>) {
    paths.read(keys: keys, keySize: keySize, values: values) {
      $0.fills($1)
    } key: { key, _ in
      Path(paddedKey: key)
    }
  }

  /// Takes the next rows of the walk over a map that may hold keys of any kind.
  ///
  /// - Parameter path: the path as which a key is shown; asked only where the key is not the expected path, padded.
  public mutating func readPaths(keys: RawSpan, keySize: Int, values: Span<UInt64>, path: (RawSpan) -> Path) {
    paths.read(
      keys: keys, keySize: keySize, values: values, isKey: { $0.fills($1) && $1.isZero(from: $0.bytes.count) },
      key: { key, _ in path(key) })
  }

  /// Takes the next row of a walk over paths that are no bytes of a map.
  public mutating func read(_ path: Path, count: UInt64) {
    paths.read(path, figures: [count])
  }

  /// Takes the next row of a walk over failures that are no bytes of a map.
  public mutating func read(_ path: Path, error: Int32, count: UInt64) {
    failures.read(Failure(path: paths.id(of: path), error: error), figures: [count])
  }

  /// Takes rows that have just been deleted from the map of paths.
  public mutating func movePaths(keys: RawSpan, keySize: Int, values: Span<UInt64>) {
    paths.move(keys: keys, keySize: keySize, values: values) { key, _ in Path(paddedKey: key) }
  }

  /// What has been counted by now: the end of a walk.
  ///
  /// - Parameters:
  ///   - time: when the walk began, on the monotonic clock.
  ///   - execsBefore: the kernel side's own total, read before the walk: each exec in it had its row or its reason by
  ///     then, so the walk must account for at least as many. Nil where there is no such total.
  ///   - failed: the kernel side's total of failed execs. Nil where failures are not seen.
  ///   - unattributed: the kernel side's reasons, read after that total and before the walk.
  ///   - machine: what the machine's CPUs did since counting began. Nil where nothing is known of processes.
  ///   - isExact: the rows should hold all. Otherwise what they lack was missed at the entry, and no other reason counts.
  public mutating func snapshot(
    at time: Seconds, execsBefore: UInt64?, failed: UInt64?, unattributed: Unattributed,
    failedWithoutErrno: UInt64 = 0, begun: UInt64? = nil, underWay: UInt64? = nil, isExact: Bool = true,
    machine: MachineCPU? = nil
  ) -> Snapshot {
    if !folded.hasNoPath { followPaths() }
    fold()
    let paths = paths.sums
    let failures = failures.sums.bounded(by: paths)
    let inRows = paths.total()
    let unattributed =
      isExact ? unattributed : [.missedAtEntry: Saturating.difference(min(execsBefore ?? 0, Saturating.most), inRows)]
    let accounted = Saturating.sum(inRows, unattributed.sum)
    let execs = max(accounted, min(execsBefore ?? 0, Saturating.most))
    return Snapshot(
      time: time, series: series, paths: paths, failures: failures,
      totals: Totals(
        execs: execs, failed: failed.map { max($0, failures.total()) }, unattributed: unattributed,
        failedWithoutErrno: failedWithoutErrno, unaccounted: execs - accounted, begun: begun, underWay: underWay),
      uses: machine.map { Uses(launches: launches.sums, endings: endings.sums, machine: $0) },
      mapRows: self.paths.walkedCount)
  }

  /// Begins from zero, where what was read up to now has gone: the counters that are read from now on are others.
  public mutating func restart() {
    paths.restart()
    failures.restart()
    launches.restart()
    endings.restart()
    series += 1
  }

  private mutating func fold() {
    var gone: [PathID: UInt64] = [:]
    let hasFolded = paths.foldColdest(beyond: pathLimit) { _ in
      // A path may have gone from its map before the last of what refers to it.
      var held: Set<Int32> = []
      failures.forEachInMap { held.insert($0.path.slot) }
      launches.forEachInMap { if let path = $0.owner.path { held.insert(path.slot) } }
      endings.forEachInMap { if let path = $0.owner.path { held.insert(path.slot) } }
      return held
    } gone: { id, path in
      gone[id] = numbers.number(of: path)
    }
    if hasFolded {
      failures.follow(paths.identities)
      endings.follow(paths.identities)
      keepNumbers(of: gone)
    }
    _ = endings.foldColdest(beyond: Ledger.endingLimit)
    // A launcher keeps its row as long as something that it launched has one.
    _ = launches.foldColdest(beyond: launchLimit) { slots in
      Set(slots.keys.compactMap { slots[Launch(number: $0.parent, of: .noPath)] })
    } gone: { _, launch in
      if !launch.isCoarse { folded.lose(launch) }
    }
  }

  /// Launches of paths that have gone belong to them again where they come back.
  private mutating func keepNumbers(of gone: [PathID: UInt64]) {
    folded.forget { !launches.contains(Launch(number: $0, of: .noPath)) }
    let rows = launches.identities
    for slot in rows.keys.indices where rows.isUsed(slot) {
      if let path = rows.keys[slot].owner.path, let number = gone[path] {
        folded.lose(path: number, of: rows.keys[slot].number)
      }
    }
  }

  /// Takes in the paths that have come. Launches of one that had gone follow it.
  private mutating func followPaths() {
    let came = numbers.follow(paths.identities)
    guard !folded.hasNoPath else { return }
    for slot in came {
      for number in folded.find(path: numbers.number(at: slot)) {
        guard let launch = launches.known(Launch(number: number, of: .noPath)) else { continue }
        launches.renew(
          Launch(
            number: number, parent: launch.parent, owner: .path(paths.identities.id(at: slot)), user: launch.user,
            group: launch.group))
      }
    }
  }

  /// Gives a launcher that has lost its row one again, for it launches something; and so those above it.
  private mutating func restore(launchers: [UInt64]) {
    guard !folded.hasNoLauncher else { return }
    for number in launchers {
      var next = number
      while next != 0, !launches.contains(Launch(number: next, of: .noPath)),
        let launch = folded.find(launch: next)
      {
        _ = launches.id(of: launch)
        next = launch.parent
      }
    }
  }
}

// MARK: - Rows that refer to paths by number

// A row whose path has no row yet is left out: its path came after the walk over the paths, and the next walk finds both.
extension Ledger {
  /// Gives paths that are in a map their ids, so that rows can refer to them. Changes no figure.
  public mutating func meetPaths(keys: RawSpan, keySize: Int) {
    for start in stride(from: 0, to: keys.byteCount, by: keySize) {
      _ = paths.id(of: Path(paddedKey: keys.extracting(droppingFirst: start).extracting(first: keySize)))
    }
  }

  /// Gives a path its id.
  ///
  /// - Returns: its number.
  public mutating func meet(_ path: Path) -> UInt64 {
    let id = paths.id(of: path)
    followPaths()
    return numbers.number(at: id.index)
  }

  /// Takes the next rows of the walk over the map of failures (struct failure_key).
  public mutating func readFailures(keys: RawSpan, values: Span<UInt64>) {
    followPaths()
    FailureRow.forEach(keys: keys, values: values) { row in
      guard let slot = numbers.slot(of: row.path) else { return }
      failures.add(row.count, of: Failure(path: paths.identities.id(at: slot), error: row.error))
      if row.launch == Launch.withoutRow.number {
        launches.add(row.count, to: UseFigure.failed.rawValue, of: .withoutRow)
      } else if row.launch != 0 {
        // A launch that has no row yet came after the walk over launches.
        launches.add(row.count, to: UseFigure.failed.rawValue, ofKnown: Launch(number: row.launch, of: .noPath))
      }
    }
  }

  /// Takes the next rows of the walk over the map of launches: its keys are numbers, its values struct exec_launch.
  public mutating func readLaunches(keys: RawSpan, values: Span<UInt64>) {
    followPaths()
    var launchers: [UInt64] = []
    launches.read(keys: keys, keySize: Ledger.launchKeySize, values: values, shape: LaunchRow.shape) { launch, key in
      launch.number == key.number
    } key: { key, values in
      let row = LaunchRow(number: key.number, values: values)
      launchers.append(row.parent)
      return numbers.owner(of: row.owner, paths: paths.identities).map { row.launch($0, knowsGroup: knowsGroups) }
    }
    restore(launchers: launchers)
  }

  /// Gives a launch its row before it is met in the map.
  ///
  /// - Parameters:
  ///   - parent: the launcher's number; 0 if there is none.
  ///   - owner: the number of what it runs, which must have been met.
  /// - Returns: its number.
  public mutating func meetLaunch(parent: UInt64, owner: UInt64, user: UInt32, group: UInt64) -> UInt64 {
    followPaths()
    let number = launchHash.number(parent: parent, owner: owner, user: user, group: group)
    let ran = numbers.owner(of: owner, paths: paths.identities) ?? .noPath
    _ = launches.id(
      of: Launch(number: number, parent: parent, owner: ran, user: user, group: knowsGroups ? group : 0))
    return number
  }

  /// Takes the next rows of the walk over the map of endings (struct ending_key).
  public mutating func readEndings(keys: RawSpan, values: Span<UInt64>) {
    followPaths()
    endings.read(keys: keys, keySize: Ledger.endingKeySize, values: values) { ending, key in
      ending.status.word == key.word(at: 8) && ending.wall == key.wall && numbers.isNumber(key.number, of: ending.owner)
    } key: { key, _ in
      numbers.owner(of: key.number, paths: paths.identities).map { Ending(owner: $0, key: key) }
    }
  }

  /// Takes processes that run now, after what those used that have ended.
  ///
  /// - Parameters:
  ///   - number: that of their launch.
  ///   - cpu: nanoseconds of CPU time that they have used for it.
  public mutating func readRunning(_ number: UInt64, count: UInt64, cpu: UInt64) {
    let owner = Owner(reserved: number)
    let launch = Launch(number: number, of: owner ?? .noPath)
    guard owner != nil || launches.contains(launch) else { return }
    readRunning(launch, count: count, cpu: cpu)
  }

  /// Takes rows that have just been deleted from the map of failures. All their paths must have been met, and their
  /// launches moved.
  public mutating func moveFailures(keys: RawSpan, values: Span<UInt64>) {
    followPaths()
    FailureRow.forEach(keys: keys, values: values) { row in
      let path = numbers.slot(of: row.path).map { paths.identities.id(at: $0) } ?? .other
      failures.move(row.count, of: Failure(path: path, error: row.error))
      guard row.launch != 0 else { return }
      let launch = launches.known(Launch(number: row.launch, of: .noPath)) ?? .withoutRow
      launches.move(row.count, to: UseFigure.failed.rawValue, of: launch)
    }
  }

  /// Likewise, from the map of launches.
  public mutating func moveLaunches(keys: RawSpan, values: Span<UInt64>) {
    followPaths()
    var launchers: [UInt64] = []
    launches.move(keys: keys, keySize: Ledger.launchKeySize, values: values, shape: LaunchRow.shape) { key, values in
      let row = LaunchRow(number: key.number, values: values)
      launchers.append(row.parent)
      return row.launch(
        numbers.owner(of: row.owner, paths: paths.identities) ?? .path(.other), knowsGroup: knowsGroups)
    }
    restore(launchers: launchers)
  }

  /// Likewise, from the map of endings.
  public mutating func moveEndings(keys: RawSpan, values: Span<UInt64>) {
    followPaths()
    endings.move(keys: keys, keySize: Ledger.endingKeySize, values: values) { key, _ in
      Ending(owner: numbers.owner(of: key.number, paths: paths.identities) ?? .path(.other), key: key)
    }
  }

  /// Bytes.
  private static var launchKeySize: Int { 8 }
  private static var endingKeySize: Int { 16 }
}

// MARK: - Rows that are no bytes of a map

extension Ledger {
  /// Takes what is known of a launch beside the processes that run: nothing of it may have been read in this walk.
  public mutating func read(_ launch: Launch, _ figures: [UseFigure: UInt64]) {
    for (figure, value) in figures { launches.add(value, to: figure.rawValue, of: launch) }
  }

  /// Takes processes of a launch that run now.
  ///
  /// - Parameter cpu: nanoseconds of CPU time that they have used for it.
  public mutating func readRunning(_ launch: Launch, count: UInt64, cpu: UInt64) {
    launches.add(cpu, to: UseFigure.cpu.rawValue, of: launch)
    launches.add(count, to: UseFigure.running.rawValue, of: launch)
    launches.add(cpu, to: UseFigure.runningCPU.rawValue, of: launch)
  }

  /// A launch of a path of which nothing else is known.
  public mutating func launch(of path: Path) -> Launch { Launch(number: meet(path), of: owner(of: path)) }

  /// Takes processes that have ended alike.
  public mutating func read(_ ending: Ending, count: UInt64) {
    endings.read(ending, figures: [count])
  }

  /// The owner that stands for a path.
  public mutating func owner(of path: Path) -> Owner { .path(paths.id(of: path)) }
}

extension Sums<Failure> {
  /// No more failures of a path than execs. What exceeds is taken from the errnos that come last.
  fileprivate func bounded(by paths: Sums<Path>) -> Sums<Failure> {
    var left = paths.figures
    // A copy only where something exceeds.
    var bounded = figures
    for slot in figures.indices where figures[slot] != Self.absent {
      let path = paths.identities.current(identities.keys[slot].path).index
      let most = left.figure(at: path)
      if figures[slot] > most { bounded[slot] = most }
      if path < left.count { left[path] = most - bounded[slot] }
    }
    return Sums(identities: identities, figures: bounded, kinds: kinds, hasOther: hasOther)
  }
}
