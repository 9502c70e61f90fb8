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
  /// Attempts, counted where they begin: with `underWay`, a second audit of what has ended. Nil where they are not seen.
  public var begun: UInt64?
  /// Attempts that have begun and not ended.
  public var underWay: UInt64?

  public init(
    execs: UInt64 = 0, failed: UInt64? = 0, unattributed: Unattributed = [:], failedWithoutErrno: UInt64 = 0,
    unaccounted: UInt64 = 0, begun: UInt64? = nil, underWay: UInt64? = nil
  ) {
    self.execs = execs
    self.failed = failed
    self.unattributed = unattributed
    self.failedWithoutErrno = failedWithoutErrno
    self.unaccounted = unaccounted
    self.begun = begun
    self.underWay = underWay
  }

  /// What came after an earlier instant.
  func since(_ then: Totals) -> Totals {
    func since(_ then: UInt64?, _ now: UInt64?) -> UInt64? { now.map { $0.since(then ?? 0) } }
    return Totals(
      execs: execs.since(then.execs), failed: since(then.failed, failed),
      unattributed: unattributed.since(then.unattributed),
      failedWithoutErrno: failedWithoutErrno.since(then.failedWithoutErrno),
      // What is lost stays lost: no reset makes that good.
      unaccounted: unaccounted, begun: since(then.begun, begun),
      // What is under way is so now, whenever it began.
      underWay: underWay)
  }
}

extension UInt64 {
  /// What a counter counted after it stood at `then`. One that fell has begun from zero since, and is counted whole.
  func since(_ then: UInt64) -> UInt64 { self >= then ? self - then : self }
}

/// Why an exec that the kernel side saw has no row. Each reason is an entry here and nowhere else: the audit, the header
/// and the records go through them in this order. The raw value is its name in records and on the screen.
public enum Reason: String, CaseIterable, Sendable {
  /// The path could not be read: a bad pointer.
  case unreadable
  /// The map took no further path.
  case mapFull = "map_full"
  /// The kernel skipped the program that would have counted it (bpf_prog_info.recursion_misses).
  case missed
  /// Refused after the point of no return, when user memory holds the path no more and the kernel does not tell it.
  case refusedLate = "refused_late"
  /// With --tutorial: not counted at the entry.
  case missedAtEntry = "missed_at_entry"
}

/// Execs that the kernel side saw but could give no row, by reason. A reason that a literal does not name has none.
public struct Unattributed: Equatable, Sendable, ExpressibleByDictionaryLiteral {
  /// In the order of `Reason.allCases`.
  private var counts: [UInt64?]

  public init(dictionaryLiteral elements: (Reason, UInt64?)...) {
    counts = Reason.allCases.map { _ in 0 }
    for (reason, count) in elements { self[reason] = count }
  }

  private init(counts: [UInt64?]) {
    self.counts = counts
  }

  /// Of a source that cannot know.
  public static let unknown = Unattributed(counts: Reason.allCases.map { _ in nil })

  /// Nil: this source cannot know.
  public subscript(reason: Reason) -> UInt64? {
    get { Unattributed.place(of: reason).flatMap { counts[$0] } }
    set { if let place = Unattributed.place(of: reason) { counts[place] = newValue } }
  }

  private static func place(of reason: Reason) -> Int? { Reason.allCases.firstIndex(of: reason) }

  /// Every reason with its count, in order.
  public var all: [(reason: Reason, count: UInt64?)] { zip(Reason.allCases, counts).map { ($0, $1) } }

  /// Something of it is known.
  public var isKnown: Bool { counts.contains { $0 != nil } }

  public var sum: UInt64 { counts.reduce(0) { Saturating.sum($0, $1 ?? 0) } }

  func since(_ then: Unattributed) -> Unattributed {
    Unattributed(counts: zip(then.counts, counts).map { then, now in now.map { $0.since(then ?? 0) } })
  }
}
