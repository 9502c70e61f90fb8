import ExecTopText

/// What had been counted at one instant of the monotonic clock: sums since counting began, never differences.
///
/// It stands alone: it can be kept, taken twice, or left out. Two of one ledger make a view: see `Tally`.
public struct Snapshot: Sendable {
  /// Seconds on the monotonic clock, from any origin.
  public var time: Seconds
  /// The civil time then. Nil as long as nobody has asked for it: a source does not know it, unless it plays what was
  /// recorded.
  public var wallTime: WallTime?
  /// Another number once the counters have begun from zero again: sums of two series are not compared.
  public var series: Int
  /// Execs of each path.
  public var paths: Sums<Path>
  /// Failed execs of each path, by errno.
  public var failures: Sums<Failure>
  public var totals: Totals
  /// What the processes used. Nil where nothing is known of them.
  public var uses: Uses?
  /// Rows that the map of paths held when it was read. Nil where there is no map.
  public var mapRows: Int?
  /// What the user should know of the source by now. Nil if all is well.
  public var notice: String?

  package init(
    time: Seconds, wallTime: WallTime? = nil, series: Int = 0, paths: Sums<Path> = Sums(),
    failures: Sums<Failure> = Sums(),
    totals: Totals = Totals(), uses: Uses? = nil, mapRows: Int? = nil, notice: String? = nil
  ) {
    self.time = time
    self.wallTime = wallTime
    self.series = series
    self.paths = paths
    self.failures = failures
    self.totals = totals
    self.uses = uses
    self.mapRows = mapRows
    self.notice = notice
  }

  /// Nothing but the times differs.
  func finds(sameAs other: Snapshot) -> Bool {
    series == other.series && totals == other.totals && mapRows == other.mapRows && notice == other.notice
      && paths.isSame(as: other.paths)
      && failures.isSame(as: other.failures) && Uses.areSame(uses, other.uses)
  }
}
