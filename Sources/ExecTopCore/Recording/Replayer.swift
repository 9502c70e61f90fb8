import ExecTopCounting
import ExecTopText

/// Makes the snapshots of one session again, of the changes that `SnapshotRecorder` told. A value: a copy goes on from
/// where it was made.
public struct Replayer: Sendable {
  private var paths = RecordedFamily<Path>(other: .other)
  private var failures = RecordedFamily<Failure>()
  private var launches = RecordedFamily<Launch>(UseFigure.allCases.map(\.kind))
  private var endings = RecordedFamily<Ending>()
  private var names = LaunchNames()
  /// What numbers mean, as far as it has been asked.
  private var pathKeys: [Int64: Path] = [:]
  private var launchKeys: [Int64: Launch] = [:]

  public init() {}

  /// Takes what was written next.
  ///
  /// - Returns: the snapshot that it completes. Nil where it only prepares one.
  /// - Throws: `RecordingFault`, and what `keys` throws.
  public mutating func apply(_ interval: RecordedInterval, keys: inout some RecordedNames) throws -> Snapshot? {
    for place in interval.rows.pathPlaces {
      guard paths.place(try path(place.key, &keys), at: Int(place.row)) else { throw Replayer.badPlace }
    }
    for place in interval.rows.launchPlaces {
      guard launches.place(try launch(place.key, &keys), at: Int(place.row)) else { throw Replayer.badPlace }
    }
    for (user, name) in interval.rows.users { names.users[user] = name }
    for (group, path) in interval.rows.units { names.groups[group] = path }
    switch interval.kind {
    case .base, .interval, .moved: try change(interval.rows, &keys)
    // What refers to a path goes before the path does.
    case .gone:
      for row in interval.rows.failures { failures.remove(try failure(row, &keys)) }
      for row in interval.rows.endings { endings.remove(try ending(row, &keys)) }
      for row in interval.rows.uses {
        launches.remove(try launch(row.launch, &keys))
        launchKeys[row.launch] = nil
      }
      for row in interval.rows.execs where row.path > 0 {
        paths.remove(try path(row.path, &keys))
        pathKeys[row.path] = nil
      }
    case .vanished:
      for row in interval.rows.failures { failures.vanish(try failure(row, &keys)) }
      for row in interval.rows.endings { endings.vanish(try ending(row, &keys)) }
      for row in interval.rows.uses { launches.vanish(try launch(row.launch, &keys)) }
      for row in interval.rows.execs where row.path > 0 { paths.vanish(try path(row.path, &keys)) }
    case .restart:
      paths.restart()
      failures.restart()
      launches.restart()
      endings.restart()
    }
    guard interval.kind == .interval || interval.kind == .base else { return nil }
    return Snapshot(
      time: interval.time, wallTime: interval.wallTime, series: interval.series, paths: paths.sums,
      failures: failures.sums, totals: interval.totals,
      uses: interval.machine.map {
        Uses(launches: launches.sums, names: names, endings: endings.sums, machine: $0)
      }, mapRows: interval.mapRows, notice: interval.notice)
  }

  /// Goes on from a checkpoint.
  ///
  /// - Parameters:
  ///   - interval: the one at which it was made, without its rows.
  ///   - began: when the session began, on its monotonic clock.
  /// - Returns: what makes the snapshots that follow, and what a tally of all up to here knows. The tally does not know
  ///   the last minute yet: `Checkpoint.memory`.
  /// - Throws: as `apply`.
  public static func resumed(
    from checkpoint: Checkpoint, at interval: RecordedInterval, began: Seconds, countsFromZero: Bool,
    keys: inout some RecordedNames
  ) throws -> (replayer: Replayer, tally: Tally) {
    var replayer = Replayer()
    var base = interval
    base.kind = .base
    base.rows = checkpoint.rows
    for number in checkpoint.launchesOfOther {
      let recorded = try keys.launch(number)
      replayer.launchKeys[number] = Launch(
        number: recorded.number, parent: recorded.parent, owner: .path(.other), user: recorded.user,
        group: recorded.group)
    }
    guard let snapshot = try replayer.apply(base, keys: &keys) else { throw RecordingFault("a checkpoint is empty") }
    var past = TallyPast()
    past.totalPeak = checkpoint.totalPeak
    past.paths = try checkpoint.paths.map { path in
      let id = try replayer.owner(path.path, &keys).path ?? .other
      return TallyPast.OfPath(id: id, row: path.row, counted: path.counted, peak: path.peak)
    }
    past.failures = try checkpoint.failures.map { row in
      let key = try replayer.failure(RecordedRows.Failures(path: row.path, error: row.error, count: 0), &keys)
      return TallyPast.OfFailure(id: replayer.failures.id(of: key), counted: row.counted)
    }
    past.launches = try checkpoint.launches.map { row in
      let key = try replayer.launch(row.launch, &keys)
      return TallyPast.OfLaunch(id: replayer.launches.id(of: key), last: row.last)
    }
    return (replayer, Tally(began: began, countsFromZero: countsFromZero, at: snapshot, past: past))
  }

  private static var badPlace: RecordingFault { RecordingFault("two keys have one place") }

  private mutating func change(_ rows: RecordedRows, _ keys: inout some RecordedNames) throws {
    for row in rows.execs {
      if row.path == ReservedNumber.other.rawValue {
        paths.changeOther(by: [row.count])
      } else {
        paths.change(try path(row.path, &keys), by: [row.count])
      }
    }
    for row in rows.failures { failures.change(try failure(row, &keys), by: [row.count]) }
    for row in rows.uses {
      guard row.figures.count == UseFigure.allCases.count else { throw RecordingFault("a launch lacks figures") }
      launches.change(try launch(row.launch, &keys), by: row.figures)
    }
    for row in rows.endings { endings.change(try ending(row, &keys), by: [row.count]) }
  }

  private mutating func path(_ number: Int64, _ keys: inout some RecordedNames) throws -> Path {
    if let known = pathKeys[number] { return known }
    guard number > 0 else { throw RecordingFault("a number is no path's") }
    let path = try keys.path(number)
    pathKeys[number] = path
    return path
  }

  private mutating func owner(_ number: Int64, _ keys: inout some RecordedNames) throws -> Owner {
    if let reserved = ReservedNumber(rawValue: number) { return reserved.owner }
    // One that has lost its row since: what refers to it has no claim to the place of another one.
    return .path(paths.known(try path(number, &keys)) ?? .other)
  }

  private mutating func failure(_ row: RecordedRows.Failures, _ keys: inout some RecordedNames) throws -> Failure {
    guard let path = try owner(row.path, &keys).path else { throw RecordingFault("a failure is of no path") }
    return Failure(path: path, error: row.error)
  }

  private mutating func ending(_ row: RecordedRows.Endings, _ keys: inout some RecordedNames) throws -> Ending {
    guard let bucket = UInt8(exactly: row.bucket) else { throw RecordingFault("a time is out of range") }
    return Ending(
      owner: try owner(row.path, &keys), status: ExitStatus(word: row.status), wall: WallBucket(number: bucket))
  }

  private mutating func launch(_ number: Int64, _ keys: inout some RecordedNames) throws -> Launch {
    if let known = launchKeys[number] { return known }
    let recorded = try keys.launch(number)
    let launch = Launch(
      number: recorded.number, parent: recorded.parent, owner: try owner(recorded.path, &keys), user: recorded.user,
      group: recorded.group)
    launchKeys[number] = launch
    return launch
  }
}
