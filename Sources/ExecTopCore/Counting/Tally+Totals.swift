import ExecTopText

// What is known of all.
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
