import ExecTopCounting
import ExecTopRecording
import ExecTopText
import Glibc

/// Reads a recording, also one that is still being written. It changes nothing.
public final class RecordingReader: RecordedNames {
  let database: Database
  private let intervals: Statement
  private let nextTime: Statement
  private let execs: Statement
  private let failures: Statement
  private let uses: Statement
  private let endings: Statement
  private let pathRows: Statement
  private let launchRows: Statement
  private let users: Statement
  private let units: Statement
  private let pathName: Statement
  private let launchKey: Statement
  /// Nil where the recording has none: an exectop that made none has written it.
  private let checkpoints: Statement?

  /// A session, and what it goes by.
  public struct Session: Equatable, Sendable {
    public let id: Int64
    public let session: RecordedSession
    /// It was ended, and not killed; nothing more comes of it.
    public let isEnded: Bool
  }

  /// An interval and the place behind which the next one is.
  public struct Read: Sendable {
    public let id: Int64
    public let interval: RecordedInterval
  }

  /// Opens a recording. A link to one is followed.
  public init(_ file: String) throws(StoreError) {
    guard let resolved = realpath(file, nil) else { throw StoreError("open", file, errno: errno) }
    let path = String(cString: resolved)
    free(resolved)
    let database = try RecordingReader.open(path, named: file)
    try database.checkForm()
    func select(_ columns: String, _ table: String, order: String = "") throws(StoreError) -> Statement {
      try database.prepare("SELECT \(columns) FROM \(table) WHERE interval = ?\(order)", "read")
    }
    intervals = try database.prepare(
      "SELECT id, kind, time, seconds, \(Schema.totals.joined(separator: ", ")) FROM interval "
        + "WHERE session = ? AND id > ? ORDER BY id LIMIT 1", "read")
    nextTime = try database.prepare(
      "SELECT seconds FROM interval WHERE session = ? AND id > ? AND kind = 0 ORDER BY id LIMIT 1", "read")
    execs = try select("path, count", "execs")
    failures = try select("path, errno, count", "failures")
    uses = try select("launch, " + Schema.figures.joined(separator: ", "), "uses")
    endings = try select("path, status, bucket, count", "endings")
    pathRows = try select("row, path", "path_row")
    launchRows = try select("row, launch", "launch_row")
    users = try select("user, name", "user_name")
    units = try select("unit, name, bytes", "unit_name")
    pathName = try database.prepare("SELECT path, bytes, cut FROM path WHERE id = ?", "read")
    launchKey = try database.prepare("SELECT number, parent, path, user, unit FROM launch WHERE id = ?", "read")
    let hasCheckpoints = try database.number("SELECT count(*) FROM sqlite_master WHERE name = 'checkpoint'") > 0
    checkpoints =
      hasCheckpoints
      ? try database.prepare(
        "SELECT i.id, i.kind, i.time, i.seconds, \(Schema.totals.map { "i." + $0 }.joined(separator: ", ")), c.state "
          + "FROM checkpoint c JOIN interval i ON i.id = c.interval "
          + "WHERE i.session = ? AND i.kind = 0 AND c.interval <= ? AND i.seconds <= ? ORDER BY c.interval DESC LIMIT 1",
        "read") : nil
    self.database = database
  }

  /// Where the files that readers and writers share cannot be made, what was ended can be read all the same.
  private static func open(_ path: String, named file: String) throws(StoreError) -> Database {
    var status = stat()
    guard stat(path, &status) == 0 else { throw StoreError("open", file, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw StoreError("open", file, reason: "it is no file")
    }
    guard status.st_size > 0 else { throw StoreError("read", file, reason: StoreError.noRecording) }
    // Whoever has it open for writing has a log beside it. Where there is none, no file is left behind by reading.
    var log = stat()
    let isAtRest = lstat(path + "-wal", &log) != 0
    do throws(StoreError) {
      return try tried(path, file, isAtRest ? .immutable : .readOnly)
    } catch {
      guard !isAtRest, !error.isBusy, log.st_size == 0 else { throw error }
      return try tried(path, file, .immutable)
    }
  }

  /// Opens it and reads something: only that shows whether it can be read.
  private static func tried(_ path: String, _ file: String, _ access: Database.Access) throws(StoreError) -> Database {
    let database = try Database(path, named: file, access)
    _ = try database.number("PRAGMA application_id")
    _ = try database.number("SELECT count(*) FROM sqlite_master")
    return database
  }

  /// All that have an interval, in their order.
  public func sessions() throws -> [Session] {
    let statement = try database.prepare(
      "SELECT id, began, began_seconds, ended, mode, capacity, counts_from_zero FROM session ORDER BY id", "read")
    var sessions: [Session] = []
    while try statement.step() {
      guard let mode = Mode(rawValue: statement.text(4)) else { throw fault("an unknown mode") }
      sessions.append(
        Session(
          id: statement.integer(0),
          session: RecordedSession(
            began: try wallTime(statement.integer(1)), beganAt: try time(statement.real(2)), mode: mode,
            capacity: statement.optionalInteger(5).map { Int(clamping: $0) },
            countsFromZero: statement.integer(6) != 0),
          isEnded: !statement.isNull(3)))
    }
    return sessions
  }

  /// What follows in a session.
  ///
  /// - Parameter id: that of the interval before; 0 for the first one.
  public func next(in session: Int64, after id: Int64) throws -> Read? {
    try intervals.bind([.integer(session), .integer(id)])
    defer { intervals.reset() }
    guard try intervals.step() else { return nil }
    let found = intervals.integer(0)
    var interval = try interval(of: intervals)
    intervals.reset()
    interval.rows = try rows(of: found)
    return Read(id: found, interval: interval)
  }

  /// A checkpoint and the interval at which it was made, without its rows.
  public struct ReadCheckpoint: Sendable {
    public let id: Int64
    public let interval: RecordedInterval
    public let checkpoint: Checkpoint
  }

  /// The last checkpoint of a session by an interval, and by an instant of its monotonic clock. Nil if there is none.
  public func checkpoint(in session: Int64, by id: Int64, at time: Seconds) throws -> ReadCheckpoint? {
    guard let checkpoints else { return nil }
    try checkpoints.bind([.integer(session), .integer(id), .real(time)])
    defer { checkpoints.reset() }
    guard try checkpoints.step() else { return nil }
    return ReadCheckpoint(
      id: checkpoints.integer(0), interval: try interval(of: checkpoints),
      checkpoint: try Checkpoint(checkpoints.bytes(4 + Schema.totals.count)))
  }

  /// Its id, kind, times and totals, in this order.
  private func interval(of row: Statement) throws -> RecordedInterval {
    guard let kind = RecordedInterval.Kind(rawValue: row.integer(1)) else { throw fault("an unknown kind") }
    var interval = RecordedInterval(kind: kind, wallTime: try wallTime(row.integer(2)), time: try time(row.real(3)))
    if kind == .interval || kind == .base { readTotals(of: row, into: &interval) }
    return interval
  }

  /// The columns of `Schema.totals`, in their order.
  private func readTotals(of row: Statement, into interval: inout RecordedInterval) {
    var column = 4
    func place() -> Int {
      defer { column += 1 }
      return column
    }
    interval.series = Int(clamping: row.integer(place()))
    // Figures are bounded as everywhere: `UInt64.max` stands for none.
    func figure() -> UInt64? { row.optionalFigure(place()).map { min($0, Saturating.most) } }
    interval.totals.execs = figure() ?? 0
    interval.totals.failed = figure()
    for reason in Reason.allCases { interval.totals.unattributed[reason] = figure() }
    interval.totals.failedWithoutErrno = figure() ?? 0
    interval.totals.unaccounted = figure() ?? 0
    interval.totals.begun = figure()
    interval.totals.underWay = figure()
    interval.mapRows = row.optionalInteger(place()).map { Int(clamping: $0) }
    let cpus = row.optionalInteger(place())
    var machine = MachineCPU(
      busy: figure(), interrupts: figure(), steal: figure(),
      cpus: cpus.flatMap { (1...1 << 20).contains($0) ? Int($0) : nil })
    machine.unread = figure() ?? 0
    interval.machine = cpus == nil ? nil : machine
    interval.notice = row.optionalText(place())
    interval.gap = row.optionalText(place())
  }

  private func rows(of interval: Int64) throws -> RecordedRows {
    var rows = RecordedRows()
    func each(_ statement: Statement, _ body: (Statement) throws -> Void) throws {
      try statement.bind([.integer(interval)])
      defer { statement.reset() }
      while try statement.step() { try body(statement) }
    }
    func int32(_ number: Int64) throws -> Int32 {
      guard let number = Int32(exactly: number) else { throw fault("a number is out of range") }
      return number
    }
    try each(execs) { rows.execs.append(RecordedRows.Execs(path: $0.integer(0), count: $0.integer(1))) }
    try each(failures) {
      rows.failures.append(
        RecordedRows.Failures(path: $0.integer(0), error: try int32($0.integer(1)), count: $0.integer(2)))
    }
    try each(uses) { row in
      rows.uses.append(
        RecordedRows.Uses(launch: row.integer(0), figures: (1...Schema.figures.count).map { row.integer($0) }))
    }
    try each(endings) {
      rows.endings.append(
        RecordedRows.Endings(
          path: $0.integer(0), status: try int32($0.integer(1)), bucket: try int32($0.integer(2)), count: $0.integer(3))
      )
    }
    try each(pathRows) {
      rows.pathPlaces.append(RecordedRows.Place(row: try int32($0.integer(0)), key: $0.integer(1)))
    }
    try each(launchRows) {
      rows.launchPlaces.append(RecordedRows.Place(row: try int32($0.integer(0)), key: $0.integer(1)))
    }
    try each(users) { row in
      guard let user = UInt32(exactly: row.integer(0)) else { throw fault("a user is out of range") }
      rows.users[user] = .some(row.optionalText(1))
    }
    try each(units) { row in
      rows.units[row.figure(0)] = .some(row.isNull(1) ? nil : Path(row.isNull(2) ? row.bytes(1) : row.bytes(2)))
    }
    return rows
  }

  // MARK: Names

  public func path(_ number: Int64) throws -> Path {
    try pathName.bind([.integer(number)])
    defer { pathName.reset() }
    guard try pathName.step() else { throw fault("a path is missing") }
    let bytes = pathName.isNull(1) ? pathName.bytes(0) : pathName.bytes(1)
    return Path(bytes, isCut: pathName.integer(2) == 1)
  }

  public func launch(_ number: Int64) throws -> RecordedLaunch {
    try launchKey.bind([.integer(number)])
    defer { launchKey.reset() }
    guard try launchKey.step() else { throw fault("a launch is missing") }
    return RecordedLaunch(
      number: launchKey.figure(0), parent: launchKey.figure(1), path: launchKey.integer(2),
      user: launchKey.optionalInteger(3).map { UInt32(truncatingIfNeeded: $0) } ?? Launch.unknownUser,
      group: launchKey.optionalFigure(4) ?? 0)
  }

  // MARK: Bounds

  private func fault(_ reason: String) -> StoreError {
    StoreError("read", database.file, reason: "the file is damaged: \(reason)")
  }

  /// Within some thousand years.
  func wallTime(_ milliseconds: Int64) throws -> WallTime {
    guard (0..<1 << 48).contains(milliseconds) else { throw fault("a time is out of range") }
    return WallTime(milliseconds: milliseconds)
  }

  private func time(_ seconds: Seconds) throws -> Seconds {
    guard (0..<1e10).contains(seconds) else { throw fault("a time is out of range") }
    return seconds
  }
}

// MARK: - Finding places

extension RecordingReader {
  /// An interval, without what came in it.
  public struct Instant: Equatable, Sendable {
    public let session: Int64
    public let id: Int64
    public let wallTime: WallTime
    public let time: Seconds
    /// Since counting began.
    public let execs: UInt64
  }

  /// The first and the last interval. Nil if there is none.
  public func extent() throws -> ClosedRange<Int64>? {
    let statement = try database.prepare("SELECT min(time), max(time) FROM interval WHERE kind = 0", "read")
    guard try statement.step(), let first = statement.optionalInteger(0), let last = statement.optionalInteger(1) else {
      return nil
    }
    return try wallTime(first).milliseconds...wallTime(last).milliseconds
  }

  /// The last interval by a civil time, or the first one of all.
  public func instant(by time: WallTime) throws -> Instant? {
    try instants("WHERE kind = 0 AND time <= \(time.milliseconds) ORDER BY id DESC LIMIT 1").first
      ?? instants("WHERE kind = 0 ORDER BY id LIMIT 1").first
  }

  /// The interval before another one.
  public func instant(before id: Int64) throws -> Instant? {
    try instants("WHERE kind = 0 AND id < \(id) ORDER BY id DESC LIMIT 1").first
  }

  /// When the next interval of a session ends, on its monotonic clock.
  public func timeOfNext(in session: Int64, after id: Int64) throws -> Seconds? {
    try nextTime.bind([.integer(session), .integer(id)])
    defer { nextTime.reset() }
    return try nextTime.step() ? time(nextTime.real(0)) : nil
  }

  /// It is still there.
  public func contains(_ id: Int64) throws -> Bool {
    try database.number("SELECT count(*) FROM interval WHERE id = \(id)") > 0
  }

  /// The intervals from a civil time on, in their order, as long as the body wants more.
  public func forEachInstant(from time: WallTime, _ body: (Instant) throws -> Bool) throws {
    let statement = try instantStatement("WHERE kind = 0 AND time >= \(time.milliseconds) ORDER BY id")
    while try statement.step() {
      guard try body(instant(of: statement)) else { return }
    }
  }

  private func instantStatement(_ condition: String) throws -> Statement {
    try database.prepare("SELECT session, id, time, seconds, execs FROM interval \(condition)", "read")
  }

  private func instants(_ condition: String) throws -> [Instant] {
    let statement = try instantStatement(condition)
    var instants: [Instant] = []
    while try statement.step() { instants.append(try instant(of: statement)) }
    return instants
  }

  private func instant(of row: Statement) throws -> Instant {
    Instant(
      session: row.integer(0), id: row.integer(1), wallTime: try wallTime(row.integer(2)), time: try time(row.real(3)),
      execs: min(row.figure(4), Saturating.most))
  }
}
