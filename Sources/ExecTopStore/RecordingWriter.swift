import ExecTopCounting
import ExecTopRecording
import ExecTopText

/// What is counted from one start on: the sessions of a recording follow one another.
public struct RecordedSession: Equatable, Sendable {
  /// When counting began.
  public var began: WallTime
  /// Likewise, on the monotonic clock.
  public var beganAt: Seconds
  public var mode: Mode
  /// Entries of the map of paths. Nil where there is no such bound.
  public var capacity: Int?
  public var countsFromZero: Bool

  public init(began: WallTime, beganAt: Seconds, mode: Mode, capacity: Int?, countsFromZero: Bool) {
    self.began = began
    self.beganAt = beganAt
    self.mode = mode
    self.capacity = capacity
    self.countsFromZero = countsFromZero
  }
}

/// Writes snapshots into a recording: each interval whole or not at all, whatever ends the program.
public final class RecordingWriter {
  private let file: RecordingFile
  // Both are let go of before the file is, in deinit.
  private var database: Database?
  private var statements: Statements?
  private var session: Int64 = 0
  private var lastInterval: Int64 = 0
  private var retention: Retention

  /// A place in a recording.
  public struct Mark: Equatable, Sendable {
    var session: Int64
    var interval: Int64
    var began: WallTime
  }

  /// Opens a recording, or makes one.
  public init(_ path: String, retention: Retention = Retention()) throws(StoreError) {
    file = try RecordingFile(path)
    self.retention = retention
    do throws(StoreError) {
      let database = try Database(file.path, named: path, .readWrite)
      // Of one that was killed before it had written anything there is a file without tables.
      let isNew = try database.isEmpty
      if isNew {
        try database.run("PRAGMA page_size = 4096")
      } else {
        try database.checkForm()
      }
      // Committed is committed when exectop is killed; only a power failure can take the last seconds back.
      try database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY")
      try database.run("PRAGMA cache_size = -2000; PRAGMA journal_size_limit = 4194304")
      try database.run(isNew ? "BEGIN IMMEDIATE;" + Schema.creation + "COMMIT" : Schema.checkpoints)
      try file.checkBeside()
      lastInterval = try database.number("SELECT coalesce(max(id), 0) FROM interval")
      statements = try Statements(database)
      self.database = database
    } catch {
      statements = nil
      database = nil
      file.close()
      throw error
    }
  }

  deinit {
    statements = nil
    database = nil
    file.close()
  }

  /// Where the next interval follows.
  public func mark(of session: RecordedSession) -> Mark {
    Mark(session: self.session, interval: lastInterval, began: session.began)
  }

  /// Goes on behind a mark, after it was opened again. False if this is not the recording that was left there.
  public func resume(_ mark: Mark) throws(StoreError) -> Bool {
    guard let database else { return false }
    let began = try database.number("SELECT coalesce(max(began), 0) FROM session WHERE id = \(mark.session)")
    guard began == mark.began.milliseconds, lastInterval == mark.interval else { return false }
    session = mark.session
    return true
  }

  /// Begins a session.
  ///
  /// - Parameter recorder: where it has written before, into another recording, this one begins with all that.
  public func begin(_ session: RecordedSession, recorder: inout SnapshotRecorder) throws {
    guard let database else { return }
    try transaction(&recorder) { statements, recorder in
      try statements.session.run([
        .integer(session.began.milliseconds), .real(session.beganAt), .text(session.mode.rawValue),
        Statement.Value(session.capacity), .integer(session.countsFromZero ? 1 : 0),
      ])
      self.session = database.lastRow
      statements.keys.session = self.session
      recorder.beginSession(began: session.beganAt, countsFromZero: session.countsFromZero)
      var base = try recorder.base(at: recorder.written?.wallTime ?? session.began, keys: &statements.keys)
      if base.isEmpty { base = [RecordedInterval(kind: .base, wallTime: session.began, time: session.beganAt)] }
      for interval in base { try statements.write(interval, id: nextInterval(), session: self.session) }
    }
  }

  /// Writes what has changed up to a snapshot.
  ///
  /// - Parameter gap: why there is nothing of the time before it.
  public func write(
    _ snapshot: Snapshot, at wallTime: WallTime, gap: String?, recorder: inout SnapshotRecorder
  ) throws {
    try file.checkPlace()
    try transaction(&recorder) { statements, recorder in
      statements.keys.session = session
      if let checkpoint = try recorder.checkpoint(keys: &statements.keys) {
        try statements.checkpoint.run([.integer(lastInterval), .blob(checkpoint.bytes)])
      }
      var intervals = try recorder.encode(snapshot, at: wallTime, keys: &statements.keys)
      intervals[intervals.count - 1].gap = gap
      for interval in intervals { try statements.write(interval, id: nextInterval(), session: session) }
    }
    recorder.didWrite()
    if let database { try retention.apply(to: database, now: wallTime, session: session, last: lastInterval) }
  }

  /// The session ends here.
  public func end(at wallTime: WallTime) throws {
    try file.checkPlace()
    try database?.run("UPDATE session SET ended = \(wallTime.milliseconds) WHERE id = \(session)")
  }

  private func nextInterval() -> Int64 {
    lastInterval += 1
    return lastInterval
  }

  private func transaction(
    _ recorder: inout SnapshotRecorder, _ body: (Statements, inout SnapshotRecorder) throws -> Void
  ) throws {
    guard let database, let statements else { return }
    let before = lastInterval
    do {
      try database.transaction { try body(statements, &recorder) }
    } catch {
      lastInterval = before
      recorder.didLose()
      throw error
    }
  }
}
