/// What had been counted at one instant of the monotonic clock: sums since counting began, never differences.
///
/// Two of them make a view: see `Tally`.
public struct Snapshot: Equatable, Sendable {
  /// Seconds on the monotonic clock, from any origin.
  public var time: Seconds
  /// Execs of each path, by `PathID`; `Snapshot.absent` where the map held no row for it.
  public var counts: [UInt64]
  /// Failed execs of each `FailureKind`, by its index.
  public var failures: [UInt64]
  public var totals: Totals
  /// What went into `(other)` since the snapshot before this one. Comes before `newPaths`, which can use its numbers.
  public var folded: Folded
  /// Paths that got their number since the snapshot before this one.
  public var newPaths: [NewPath]
  /// Kinds of failure that got their index since the snapshot before this one.
  public var newFailureKinds: [NewFailureKind]
  /// What the user should know of the source by now. Nil if all is well.
  public var notice: String?

  public init(
    time: Seconds, counts: [UInt64] = [], failures: [UInt64] = [], totals: Totals = Totals(),
    folded: Folded = Folded(), newPaths: [NewPath] = [], newFailureKinds: [NewFailureKind] = []
  ) {
    self.time = time
    self.counts = counts
    self.failures = failures
    self.totals = totals
    self.folded = folded
    self.newPaths = newPaths
    self.newFailureKinds = newFailureKinds
  }

  /// The same sums once more: nothing in it is new.
  public var withoutNews: Snapshot {
    var snapshot = self
    snapshot.folded = Folded()
    snapshot.newPaths = []
    snapshot.newFailureKinds = []
    return snapshot
  }

  /// Nothing but the time differs from the snapshot before. Arrays that are the same in memory are not looked at.
  func finds(sameAs before: Snapshot) -> Bool {
    newPaths.isEmpty && newFailureKinds.isEmpty && folded.paths.isEmpty && totals == before.totals
      && counts == before.counts && failures == before.failures && notice == before.notice
  }

  /// In `counts`: this path has no row in the map.
  public static let absent = UInt64.max

  /// The highest count. A map that something else fills can hold any number, and sums stop here rather than overflow.
  static let most = absent - 1

  static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (sum, isOver) = left.addingReportingOverflow(right)
    return isOver ? most : min(sum, most)
  }
}

/// Seconds, as an interval or an instant on the monotonic clock.
public typealias Seconds = Double

/// Rows that gave their sums to those of `(other)` and their numbers back.
public struct Folded: Equatable, Sendable {
  public var paths: [PathID]
  /// From which index of `Snapshot.failures` to which.
  public var failureKinds: [(from: Int, into: Int)]

  public init(paths: [PathID] = [], failureKinds: [(from: Int, into: Int)] = []) {
    self.paths = paths
    self.failureKinds = failureKinds
  }

  public static func == (left: Folded, right: Folded) -> Bool {
    left.paths == right.paths && left.failureKinds.elementsEqual(right.failureKinds, by: ==)
  }
}

/// A path and the number it goes by from now on.
public struct NewPath: Equatable, Sendable {
  public var id: PathID
  public var path: Path

  public init(id: PathID, path: Path) {
    self.id = id
    self.path = path
  }
}

/// One path failing in one way.
public struct FailureKind: Hashable, Sendable {
  public var id: PathID
  /// The errno, positive.
  public var error: Int32

  public init(id: PathID, error: Int32) {
    self.id = id
    self.error = error
  }
}

/// A kind of failure and its index from now on.
public struct NewFailureKind: Equatable, Sendable {
  public var index: Int
  public var kind: FailureKind

  public init(index: Int, kind: FailureKind) {
    self.index = index
    self.kind = kind
  }
}

/// The sums over all execs, since counting began.
public struct Totals: Equatable, Sendable {
  /// Rows and unattributed execs together, as this snapshot holds them; more only by what is unaccounted.
  public var execs: UInt64
  /// Execs that the kernel refused. Nil where that cannot be seen.
  public var failed: UInt64?
  public var unattributed: Unattributed
  /// Failed execs whose errno has no place in a row.
  public var failedWithoutErrno: UInt64
  /// Execs that the kernel side counted before this snapshot was read, and that are in no row and under no reason:
  /// lost. Anything but 0 is a fault in exectop.
  public var unaccounted: UInt64

  public init(
    execs: UInt64 = 0, failed: UInt64? = 0, unattributed: Unattributed = Unattributed(), failedWithoutErrno: UInt64 = 0,
    unaccounted: UInt64 = 0
  ) {
    self.execs = execs
    self.failed = failed
    self.unattributed = unattributed
    self.failedWithoutErrno = failedWithoutErrno
    self.unaccounted = unaccounted
  }
}

/// Execs that the kernel side saw but could give no row, by reason. Nil: this source cannot know.
public struct Unattributed: Equatable, Sendable {
  /// The path could not be read: a bad pointer.
  public var unreadable: UInt64?
  /// The map took no further path.
  public var mapFull: UInt64?
  /// The kernel skipped the programs that would have counted it (bpf_prog_info.recursion_misses).
  public var missed: UInt64?
  /// Refused after the point of no return, when user memory holds the path no more and the kernel does not tell it.
  public var refusedLate: UInt64?
  /// With --tutorial: not counted at the entry.
  public var missedAtEntry: UInt64?

  public init(
    unreadable: UInt64? = 0, mapFull: UInt64? = 0, missed: UInt64? = 0, refusedLate: UInt64? = 0,
    missedAtEntry: UInt64? = 0
  ) {
    self.unreadable = unreadable
    self.mapFull = mapFull
    self.missed = missed
    self.refusedLate = refusedLate
    self.missedAtEntry = missedAtEntry
  }

  /// A source of which nothing is known.
  public static let unknown = Unattributed(
    unreadable: nil, mapFull: nil, missed: nil, refusedLate: nil, missedAtEntry: nil)

  /// Each reason by the name it has on the screen and in records.
  public var named: [(name: String, count: UInt64?)] {
    [
      ("unreadable", unreadable), ("map_full", mapFull), ("missed", missed), ("refused_late", refusedLate),
      ("missed_at_entry", missedAtEntry),
    ]
  }

  public var sum: UInt64 { named.reduce(0) { Snapshot.sum($0, $1.count ?? 0) } }
}
