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
  private var uses = Family<Owner>(UseFigure.allCases.map(\.kind))
  private var endings = Family<Ending>()
  private var numbers: PathNumbers
  /// See `Snapshot.series`.
  private var series = 0

  /// 65,536 paths: four times what the map holds.
  public static let defaultPathLimit = 65_536

  /// Different endings of processes that are kept apart; beyond it the rarest become those of no known status.
  private static let endingLimit = 4 * defaultPathLimit

  /// - Parameter pathHash: that by which the source's rows refer to paths, if any do.
  public init(pathLimit: Int = Ledger.defaultPathLimit, pathHash: PathHash = PathHash(key: (0, 0))) {
    self.pathLimit = pathLimit
    numbers = PathNumbers(pathHash)
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
  /// snapshot has no more failures of a path than execs, so what only ever fails never seems to have run.
  public mutating func beginWalk(_ parts: Parts = .all) {
    if parts.contains(.paths) { paths.beginWalk() }
    if parts.contains(.failures) { failures.beginWalk() }
    if parts.contains(.endings) { endings.beginWalk() }
    if parts.contains(.uses) { uses.beginWalk() }
  }

  /// Takes the next rows of the walk over the map of paths: keys of `keySize` bytes, padded with NUL.
  public mutating func readPaths(keys: RawSpan, keySize: Int, values: Span<UInt64>) {
    paths.read(keys: keys, keySize: keySize, values: values) {
      $0.fills($1)
    } key: {
      Path(paddedKey: $0)
    }
  }

  /// Takes the next rows of the walk over a map that may hold keys of any kind.
  ///
  /// - Parameter path: the path as which a key is shown; asked only where the key is not the expected path, padded.
  public mutating func readPaths(keys: RawSpan, keySize: Int, values: Span<UInt64>, path: (RawSpan) -> Path) {
    paths.read(
      keys: keys, keySize: keySize, values: values, isKey: { $0.fills($1) && $1.isZero(from: $0.bytes.count) },
      key: path)
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
    paths.move(keys: keys, keySize: keySize, values: values) { Path(paddedKey: $0) }
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
      uses: machine.map { Uses(owners: uses.sums, endings: endings.sums, machine: $0) },
      mapRows: self.paths.walkedCount)
  }

  /// Begins from zero, where what was read up to now has gone: the counters that are read from now on are others.
  public mutating func restart() {
    paths.restart()
    failures.restart()
    uses.restart()
    endings.restart()
    series += 1
  }

  private mutating func fold() {
    let hasFolded = paths.foldColdest(beyond: pathLimit) {
      // A path may have gone from its map before the last of what refers to it.
      var held: Set<Int32> = []
      failures.forEachInMap { held.insert($0.path.slot) }
      uses.forEachInMap { if let path = $0.path { held.insert(path.slot) } }
      endings.forEachInMap { if let path = $0.owner.path { held.insert(path.slot) } }
      return held
    }
    if hasFolded {
      failures.follow(paths.identities)
      uses.follow(paths.identities)
      endings.follow(paths.identities)
    }
    _ = endings.foldColdest(beyond: Ledger.endingLimit)
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
    numbers.follow(paths.identities)
    return numbers.number(at: id.index)
  }

  /// Takes the next rows of the walk over the map of failures (struct failure_key).
  public mutating func readFailures(keys: RawSpan, values: Span<UInt64>) {
    numbers.follow(paths.identities)
    failures.read(keys: keys, keySize: Ledger.longKeySize, values: values) { failure, key in
      failure.error == key.word(at: 8) && numbers.number(at: failure.path.index) == key.number
    } key: { key in
      numbers.slot(of: key.number).map { Failure(path: paths.identities.id(at: $0), error: key.word(at: 8)) }
    }
  }

  /// Takes the next rows of the walk over the map of what processes used: its keys are numbers, its values struct
  /// exec_cost.
  public mutating func readUses(keys: RawSpan, values: Span<UInt64>) {
    numbers.follow(paths.identities)
    uses.read(keys: keys, keySize: Ledger.shortKeySize, values: values, figureCount: UseFigure.inMap) { owner, key in
      numbers.isNumber(key.number, of: owner)
    } key: {
      numbers.owner(of: $0.number, paths: paths.identities)
    }
  }

  /// Takes the next rows of the walk over the map of endings (struct ending_key).
  public mutating func readEndings(keys: RawSpan, values: Span<UInt64>) {
    numbers.follow(paths.identities)
    endings.read(keys: keys, keySize: Ledger.longKeySize, values: values) { ending, key in
      ending.status.word == key.word(at: 8) && ending.wall == key.wall && numbers.isNumber(key.number, of: ending.owner)
    } key: { key in
      numbers.owner(of: key.number, paths: paths.identities).map { Ending(owner: $0, key: key) }
    }
  }

  /// Takes processes that run now, after what those used that have ended.
  ///
  /// - Parameters:
  ///   - number: that of their owner.
  ///   - cpu: nanoseconds of CPU time that they have used for it.
  public mutating func readRunning(_ number: UInt64, count: UInt64, cpu: UInt64) {
    numbers.follow(paths.identities)
    guard let owner = numbers.owner(of: number, paths: paths.identities) else { return }
    readRunning(owner, count: count, cpu: cpu)
  }

  /// Takes rows that have just been deleted from the map of failures. All their paths must have been met.
  public mutating func moveFailures(keys: RawSpan, values: Span<UInt64>) {
    numbers.follow(paths.identities)
    failures.move(keys: keys, keySize: Ledger.longKeySize, values: values) { key in
      Failure(
        path: numbers.slot(of: key.number).map { paths.identities.id(at: $0) } ?? .other, error: key.word(at: 8))
    }
  }

  /// Likewise, from the map of what processes used.
  public mutating func moveUses(keys: RawSpan, values: Span<UInt64>) {
    numbers.follow(paths.identities)
    uses.move(keys: keys, keySize: Ledger.shortKeySize, values: values, figureCount: UseFigure.inMap) {
      numbers.owner(of: $0.number, paths: paths.identities) ?? .path(.other)
    }
  }

  /// Likewise, from the map of endings.
  public mutating func moveEndings(keys: RawSpan, values: Span<UInt64>) {
    numbers.follow(paths.identities)
    endings.move(keys: keys, keySize: Ledger.longKeySize, values: values) {
      Ending(owner: numbers.owner(of: $0.number, paths: paths.identities) ?? .path(.other), key: $0)
    }
  }

  /// Bytes of a key that is a number, and of one that is a number and 64 bits more.
  private static var shortKeySize: Int { 8 }
  private static var longKeySize: Int { 16 }
}

// MARK: - Uses of owners by name

extension Ledger {
  /// Takes what processes of an owner used that have ended: nothing of it may have been read in this walk.
  public mutating func readEnded(_ owner: Owner, _ figures: [UseFigure: UInt64]) {
    for (figure, value) in figures { uses.add(value, to: figure.rawValue, of: owner) }
  }

  /// Takes processes of an owner that run now.
  ///
  /// - Parameter cpu: nanoseconds of CPU time that they have used for it.
  public mutating func readRunning(_ owner: Owner, count: UInt64, cpu: UInt64) {
    uses.add(cpu, to: UseFigure.cpu.rawValue, of: owner)
    uses.add(count, to: UseFigure.running.rawValue, of: owner)
    uses.add(cpu, to: UseFigure.runningCPU.rawValue, of: owner)
  }

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

extension Ending {
  /// - Parameter key: struct ending_key.
  fileprivate init(owner: Owner, key: RawSpan) {
    self.init(owner: owner, status: ExitStatus(word: key.word(at: 8)), wall: key.wall)
  }
}

// The loads are checked against the span's bounds, and any bits are an integer.
extension RawSpan {
  /// The number with which a key begins.
  fileprivate var number: UInt64 { unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self) }

  fileprivate func word(at offset: Int) -> Int32 { unsafeLoadUnaligned(fromByteOffset: offset, as: Int32.self) }

  /// The bucket at the end of the key of an ending.
  fileprivate var wall: WallBucket { WallBucket(number: UInt8(truncatingIfNeeded: word(at: 12))) }
}
