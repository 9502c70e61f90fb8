/// Makes snapshots of what is read from the maps, and keeps what has been moved out of them.
///
/// A map is handed in in the order of its walk, in chunks of any size. As long as nothing is inserted that order is the
/// same each time, so a row is known again by comparing its key with the one that was at its place before; only where
/// that fails is a key hashed.
public struct Collector: Sendable {
  /// Paths with a row of their own; beyond it the coldest go into `(other)`.
  public let pathLimit: Int
  private var paths = Rows<Path>()
  private var kinds = Rows<FailureKind>()

  /// 65,536 paths: four times what the map holds.
  public static let defaultPathLimit = 65_536

  public init(pathLimit: Int = Collector.defaultPathLimit) {
    self.pathLimit = pathLimit
    _ = paths.number(of: .other)
    _ = paths.takeNew()
  }

  /// Starts a new snapshot. The failures must be handed in before the paths: what fails is counted first and found to
  /// fail later, so this order never shows more failed execs than execs.
  ///
  /// - Parameter walksFailures: false if the map of failures is as the last walk over it found it. Its rows are not
  ///   handed in then.
  public mutating func beginWalk(walksFailures: Bool = true) {
    paths.beginWalk()
    if walksFailures { kinds.beginWalk() }
  }

  /// Takes the next rows of the walk over the map of paths: keys of `keySize` bytes, padded with NUL.
  public mutating func add(keys: RawSpan, keySize: Int, values: Span<UInt64>) {
    for row in values.indices {
      let key = keys.extracting(droppingFirst: row * keySize).extracting(first: keySize)
      paths.walk(value: values[row]) {
        $0.fills(key)
      } key: {
        Path(paddedKey: key)
      }
    }
  }

  /// Takes the next rows of the walk over a map that may hold keys of any kind.
  ///
  /// - Parameter path: the path as which a key is shown; asked only where the key is not the expected path, padded.
  public mutating func add(keys: RawSpan, keySize: Int, values: Span<UInt64>, path: (RawSpan) -> Path) {
    for row in values.indices {
      let key = keys.extracting(droppingFirst: row * keySize).extracting(first: keySize)
      paths.walk(value: values[row]) {
        $0.fills(key) && key.isZero(from: $0.bytes.count)
      } key: {
        path(key)
      }
    }
  }

  /// Takes the next rows of the walk over the map of failures: its keys end in the errno (struct failure_key).
  public mutating func addFailures(keys: RawSpan, keySize: Int, values: Span<UInt64>) {
    for row in values.indices {
      let path = keys.extracting(droppingFirst: row * keySize).extracting(first: keySize - errnoSize)
      let error = keys.unsafeLoadUnaligned(fromByteOffset: (row + 1) * keySize - errnoSize, as: Int32.self)
      kinds.walk(value: values[row]) { kind in
        kind.error == error && paths.keys[kind.id].fills(path)
      } key: {
        FailureKind(id: paths.number(of: Path(paddedKey: path)), error: error)
      }
    }
  }

  /// Takes rows that have just been deleted from the map of paths.
  public mutating func move(keys: RawSpan, keySize: Int, values: Span<UInt64>) {
    for row in values.indices {
      let key = keys.extracting(droppingFirst: row * keySize).extracting(first: keySize)
      paths.move(Path(paddedKey: key), value: values[row])
    }
  }

  /// Takes rows that have just been deleted from the map of failures.
  public mutating func moveFailures(keys: RawSpan, keySize: Int, values: Span<UInt64>) {
    for row in values.indices {
      let path = keys.extracting(droppingFirst: row * keySize).extracting(first: keySize - errnoSize)
      let error = keys.unsafeLoadUnaligned(fromByteOffset: (row + 1) * keySize - errnoSize, as: Int32.self)
      kinds.move(
        FailureKind(id: paths.number(of: Path(paddedKey: path)), error: error), value: values[row]
      )
    }
  }

  /// Ends the walk.
  ///
  /// - Parameters:
  ///   - time: when the walk began, on the monotonic clock.
  ///   - execsBefore: the kernel side's own total, read before the walk: each exec in it had its row or its reason by
  ///     then, so the walk must account for at least as many. Nil where there is no such total.
  ///   - failed: the kernel side's total of failed execs. Nil where failures are not seen.
  ///   - unattributed: the kernel side's reasons, read after that total and before the walk.
  ///   - isExact: the rows should hold all. Otherwise what they lack was missed at the entry.
  public mutating func finish(
    time: Seconds, execsBefore: UInt64?, failed: UInt64?, unattributed: Unattributed, failedWithoutErrno: UInt64 = 0,
    isExact: Bool = true
  ) -> Snapshot {
    let folded = foldColdest()
    var counts = paths.sums
    if counts[.other] == Snapshot.absent { counts[.other] = 0 }
    let inRows = counts.reduce(0) { $1 == Snapshot.absent ? $0 : Snapshot.sum($0, $1) }
    var unattributed = unattributed
    if !isExact {
      let execs = execsBefore ?? 0
      unattributed = Unattributed(missedAtEntry: execs > inRows ? execs - inRows : 0)
    }
    let accounted = Snapshot.sum(inRows, unattributed.sum)
    let execs = max(accounted, execsBefore ?? 0)
    return Snapshot(
      time: time, counts: counts, failures: kinds.sums,
      totals: Totals(
        execs: execs, failed: failed, unattributed: unattributed, failedWithoutErrno: failedWithoutErrno,
        unaccounted: execs - accounted),
      folded: folded, newPaths: paths.takeNew().map { NewPath(id: $0, path: paths.keys[$0]) },
      newFailureKinds: kinds.takeNew().map { NewFailureKind(index: $0, kind: kinds.keys[$0]) })
  }

  /// Keeps the number of rows bounded: the paths with the fewest execs that are no longer in the map go into
  /// `(other)`, with their failures. A tenth more than needed, so that this is not done at every snapshot.
  private mutating func foldColdest() -> Folded {
    guard paths.count > pathLimit else { return Folded() }
    let excess = paths.count - pathLimit * 9 / 10
    // A path may have gone from its map before the last of its failures.
    let failing = Set(kinds.keys.indices.filter { !kinds.isOutsideMap($0) }.map { kinds.keys[$0].id })
    // Some have gone from a foreign map altogether: they hold nothing but their number.
    let candidates = paths.keys.indices.filter {
      $0 != .other && paths.isOutsideMap($0) && paths.isUsed($0) && !failing.contains($0)
    }
    let coldest = candidates.sorted { paths.movedSum($0) < paths.movedSum($1) }.prefix(excess)
    var folded = Folded(paths: Array(coldest))
    let ids = Set(coldest)
    for index in kinds.keys.indices where ids.contains(kinds.keys[index].id) && kinds.isUsed(index) {
      let other = kinds.number(of: FailureKind(id: .other, error: kinds.keys[index].error))
      kinds.fold(index, into: other)
      folded.failureKinds.append((index, other))
    }
    for id in coldest { paths.fold(id, into: .other) }
    return folded
  }
}

private let errnoSize = MemoryLayout<Int32>.size

extension Path {
  /// The bytes of a key up to its first NUL.
  init(paddedKey key: RawSpan) {
    self.init(key.withUnsafeBytes { $0.prefix { $0 != 0 } })
  }

  /// The key holds just this path, padded with NUL.
  fileprivate func fills(_ key: RawSpan) -> Bool {
    guard bytes.count <= key.byteCount else { return false }
    // Both buffers live through the closures, and every load is within the count just checked.
    return key.withUnsafeBytes { key in
      bytes.withUnsafeBytes { own in
        var offset = 0
        while offset + 8 <= own.count {
          guard
            own.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
              == key.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          else { return false }
          offset += 8
        }
        while offset < own.count {
          guard own[offset] == key[offset] else { return false }
          offset += 1
        }
        return offset == key.count || key[offset] == 0
      }
    }
  }
}

extension RawSpan {
  /// Nothing but zeros stands from this byte on.
  public func isZero(from start: Int) -> Bool {
    withUnsafeBytes { bytes in
      // Every load is within the buffer. All bits together rather than one test a word: the compiler makes vectors of it.
      var bits: UInt64 = 0
      var offset = start
      while offset + 8 <= bytes.count {
        bits |= bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 8
      }
      while offset < bytes.count {
        bits |= UInt64(bytes[offset])
        offset += 1
      }
      return bits == 0
    }
  }
}
