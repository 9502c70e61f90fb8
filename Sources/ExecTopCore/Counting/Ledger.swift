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
  /// See `Snapshot.series`.
  private var series = 0

  /// 65,536 paths: four times what the map holds.
  public static let defaultPathLimit = 65_536

  public init(pathLimit: Int = Ledger.defaultPathLimit) {
    self.pathLimit = pathLimit
  }

  /// Starts a walk over the maps.
  ///
  /// The paths are to be read before the failures. Those that fail meanwhile are then among the failures and not yet in
  /// their row: a snapshot has no more failures of a path than execs, so what only ever fails never seems to have run.
  ///
  /// - Parameter readsFailures: false if the map of failures is as the last walk over it found it. Its rows are not read
  ///   then.
  public mutating func beginWalk(readsFailures: Bool = true) {
    paths.beginWalk()
    if readsFailures { failures.beginWalk() }
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

  /// Takes the next rows of the walk over the map of failures: its keys end in the errno (struct failure_key).
  public mutating func readFailures(keys: RawSpan, keySize: Int, values: Span<UInt64>) {
    failures.read(keys: keys, keySize: keySize, values: values) { failure, key in
      failure.error == key.error && paths.identities.keys[failure.path.index].fills(key.extracting(first: key.pathSize))
    } key: {
      Failure(path: paths.id(of: Path(paddedKey: $0.extracting(first: $0.pathSize))), error: $0.error)
    }
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

  /// Takes rows that have just been deleted from the map of failures.
  public mutating func moveFailures(keys: RawSpan, keySize: Int, values: Span<UInt64>) {
    failures.move(keys: keys, keySize: keySize, values: values) {
      Failure(path: paths.id(of: Path(paddedKey: $0.extracting(first: $0.pathSize))), error: $0.error)
    }
  }

  /// What has been counted by now: the end of a walk.
  ///
  /// - Parameters:
  ///   - time: when the walk began, on the monotonic clock.
  ///   - execsBefore: the kernel side's own total, read before the walk: each exec in it had its row or its reason by
  ///     then, so the walk must account for at least as many. Nil where there is no such total.
  ///   - failed: the kernel side's total of failed execs. Nil where failures are not seen.
  ///   - unattributed: the kernel side's reasons, read after that total and before the walk.
  ///   - isExact: the rows should hold all. Otherwise what they lack was missed at the entry, and no other reason counts.
  public mutating func snapshot(
    at time: Seconds, execsBefore: UInt64?, failed: UInt64?, unattributed: Unattributed,
    failedWithoutErrno: UInt64 = 0, begun: UInt64? = nil, underWay: UInt64? = nil, isExact: Bool = true
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
      mapRows: self.paths.walkedCount)
  }

  /// Begins from zero, where what was read up to now has gone: the counters that are read from now on are others.
  public mutating func restart() {
    paths.restart()
    failures.restart()
    series += 1
  }

  private mutating func fold() {
    let hasFolded = paths.foldColdest(beyond: pathLimit) {
      // A path may have gone from its map before the last of its failures.
      var failing: Set<Int32> = []
      failures.forEachInMap { failing.insert($0.path.slot) }
      return failing
    }
    if hasFolded { failures.follow(paths.identities) }
  }
}

extension Sums<Failure> {
  /// No more failures of a path than execs. What exceeds is taken from the errnos that come last.
  fileprivate func bounded(by paths: Sums<Path>) -> Sums<Failure> {
    var left = paths.figures
    var bounded = figures
    for slot in bounded.indices where bounded[slot] != Self.absent {
      let path = paths.identities.current(identities.keys[slot].path).index
      let most = left.figure(at: path)
      if bounded[slot] > most { bounded[slot] = most }
      if path < left.count { left[path] = most - bounded[slot] }
    }
    return Sums(identities: identities, figures: bounded, width: width, hasOther: hasOther)
  }
}

extension RawSpan {
  /// The errno at the end of the key of a failure.
  fileprivate var error: Int32 {
    // The load is checked against the span's bounds, and any bits are an integer.
    unsafeLoadUnaligned(fromByteOffset: pathSize, as: Int32.self)
  }

  /// Bytes of the path before the errno.
  fileprivate var pathSize: Int { byteCount - MemoryLayout<Int32>.size }
}
