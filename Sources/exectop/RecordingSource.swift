import ExecTopCounting
import ExecTopRecording
import ExecTopStore
import ExecTopSystem
import ExecTopText

/// Counts as another source does, and writes every snapshot that is taken into a recording.
///
/// What cannot be written stops nothing. It is said, in the notice of the snapshots; the recording is opened again and
/// again, and where that succeeds it goes on with what has changed since, so that its sums hold all.
final class RecordingSource: ExecSource {
  let source: any ExecSource
  private let file: String
  /// Also what SQLite makes beside the file, at any time, is made by them.
  private let rights: FileRights
  private let retention: Retention
  private let clock: Clock
  private let session: RecordedSession
  private var recorder = SnapshotRecorder()
  /// Nil while nothing can be written.
  private var writer: RecordingWriter?
  /// Where the recording goes on.
  private var mark: RecordingWriter.Mark?
  private var failure: Failure?

  private struct Failure {
    var reason: String
    var since: WallTime
    /// Snapshots that were not written.
    var missed = 0
    /// When to open the recording again, on the monotonic clock.
    var retriesAt: Seconds
  }

  /// How long a recording that cannot be opened is left alone, in seconds.
  private static let patience: Seconds = 5

  /// - Throws: `StoreError` if there can be no recording at all.
  init(_ source: any ExecSource, file: String, retention: Retention = Retention(), clock: Clock) throws {
    self.source = source
    self.file = file
    rights = FileRights.toMake(file)
    self.retention = retention
    self.clock = clock
    session = RecordedSession(
      began: clock.wallTime, beganAt: source.began ?? clock.now, mode: source.mode, capacity: source.capacity,
      countsFromZero: source.countsFromZero)
    try rights.act { try open() }
  }

  var mode: Mode { source.mode }
  var capacity: Int? { source.capacity }
  var countsFromZero: Bool { source.countsFromZero }
  var pressureDescriptor: Int32? { source.pressureDescriptor }
  var programTime: UInt64? { source.programTime }
  var began: Seconds? { session.beganAt }

  func timePrograms(_ isWanted: Bool) { source.timePrograms(isWanted) }
  func relieve() throws { try source.relieve() }
  func watch(_ watch: ExecWatch?) throws -> Bool { try source.watch(watch) }
  var eventDescriptor: Int32? { source.eventDescriptor }
  func takeEvents() -> ExecEvents { source.takeEvents() }

  func sample(at time: Seconds) throws -> Snapshot {
    var snapshot = try source.sample(at: time)
    let wallTime = snapshot.wallTime ?? clock.wallTime
    snapshot.wallTime = wallTime
    do {
      try rights.act { write(snapshot, at: wallTime) }
    } catch {
      // Nothing has been tried.
      fail("\(error)", at: wallTime, snapshot.time)
    }
    if let failure { snapshot.notice = "not recorded since \(failure.since.text): \(failure.reason)" }
    return snapshot
  }

  /// Nothing more is written.
  func end() {
    try? rights.act {
      try? writer?.end(at: clock.wallTime)
      writer = nil
    }
  }

  private func write(_ snapshot: Snapshot, at wallTime: WallTime) {
    do {
      if writer == nil {
        guard let failure, snapshot.time >= failure.retriesAt else {
          self.failure?.missed += 1
          return
        }
        try open()
      }
      let gap = failure.map { "\($0.reason); \($0.missed) intervals are one" }
      try writer?.write(snapshot, at: wallTime, gap: gap, recorder: &recorder)
      mark = writer?.mark(of: session)
      failure = nil
    } catch {
      fail("\(error)", at: wallTime, snapshot.time)
    }
  }

  private func fail(_ reason: String, at wallTime: WallTime, _ time: Seconds) {
    writer = nil
    failure = Failure(
      // What it was at first is what counts: later ones may only follow from it.
      reason: failure?.reason ?? reason, since: failure?.since ?? wallTime, missed: (failure?.missed ?? 0) + 1,
      retriesAt: time + RecordingSource.patience)
  }

  private func open() throws {
    let writer = try RecordingWriter(file, retention: retention)
    if let mark, try writer.resume(mark) {
      self.writer = writer
      return
    }
    try writer.begin(session, recorder: &recorder)
    self.writer = writer
    mark = writer.mark(of: session)
  }
}
