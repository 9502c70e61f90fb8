import ExecTopCounting
import ExecTopRecording
import ExecTopText

/// A recording as a source: its snapshots come in their order, and any of them can be gone to.
public final class Replay: ExecSource {
  private var reader: RecordingReader
  /// The session that is played.
  private var playing: RecordingReader.Session
  /// What has been read of it.
  private var lastID: Int64 = 0
  private var replayer = Replayer()
  /// The last snapshot.
  public private(set) var current: Snapshot?
  /// States to go on from, in the order of their places.
  private var keyframes: [Keyframe] = []

  private struct Keyframe {
    /// An interval that has been read.
    var id: Int64
    var session: Int64
    var replayer: Replayer
    var tally: Tally
  }

  private static let keyframeEvery = 500
  private static let mostKeyframes = 24

  /// - Throws: `StoreError` if there is no recording, or nothing in it.
  public init(_ file: String) throws {
    reader = try RecordingReader(file)
    guard let first = try reader.sessions().first else { throw ReplayError(file: file) }
    playing = first
  }

  private var session: RecordedSession { playing.session }

  public var mode: Mode { session.mode }
  public var capacity: Int? { session.capacity }
  public var countsFromZero: Bool { session.countsFromZero }
  public var began: Seconds? { session.beganAt }
  public var pressureDescriptor: Int32? { nil }
  public var isRecorded: Bool { true }

  /// Nothing more comes, and nothing more is being written.
  public private(set) var hasEnded = false
  /// All that is written has come.
  public private(set) var isAtEnd = false

  public func relieve() {}

  /// The next snapshot, or the last one once more where there is none.
  public func sample(at time: Seconds) throws -> Snapshot {
    if let next = try next() { return next }
    return current ?? Snapshot(time: session.beganAt, wallTime: session.began)
  }

  /// A tally of nothing yet.
  public var emptyTally: Tally { Tally(began: session.beganAt, countsFromZero: session.countsFromZero) }

  /// The next snapshot. Nil where there is none, or none yet. With it the session can be another one.
  public func next() throws -> Snapshot? {
    if let snapshot = try nextOfSession() {
      isAtEnd = false
      return snapshot
    }
    let sessions = try reader.sessions()
    guard let following = sessions.first(where: { $0.id > playing.id }) else {
      isAtEnd = true
      hasEnded = sessions.last?.isEnded ?? true
      return nil
    }
    begin(following)
    return try next()
  }

  private func begin(_ session: RecordingReader.Session) {
    playing = session
    lastID = 0
    replayer = Replayer()
    current = nil
    isAtEnd = false
    hasEnded = false
  }

  private func nextOfSession() throws -> Snapshot? {
    while let read = try reader.next(in: playing.id, after: lastID) {
      // The base is part of the first snapshot behind it.
      let snapshot = try replayer.apply(read.interval, keys: &reader)
      lastID = read.id
      guard read.interval.kind == .interval, let snapshot else { continue }
      if let current, snapshot.time < current.time { throw RecordingFault("time runs backwards") }
      current = snapshot
      return snapshot
    }
    return nil
  }

  /// When the next snapshot of this session was taken. Nil if there is none, or none yet.
  public func timeOfNext() throws -> Seconds? { try reader.timeOfNext(in: playing.id, after: lastID) }

  // MARK: Going to a place

  /// The civil times of the first and the last interval, in milliseconds.
  public func extent() throws -> ClosedRange<Int64>? { try reader.extent() }

  /// Goes to the last interval by a civil time.
  ///
  /// - Returns: what is known there.
  public func go(to time: WallTime) throws -> Tally? {
    guard let instant = try reader.instant(by: time) else { return nil }
    return try go(to: instant)
  }

  /// Goes one interval back.
  public func goBack() throws -> Tally? {
    try reader.instant(before: lastID).map { try go(to: $0) }
  }

  /// Goes to where the next spike begins. Nil if there is none.
  public func goToSpike() throws -> Tally? {
    guard let now = current?.wallTime else { return nil }
    var finder = SpikeFinder()
    var session: Int64?
    var found: RecordingReader.Instant?
    // From where its median is of.
    try reader.forEachInstant(from: WallTime(milliseconds: now.milliseconds - 400_000)) { instant in
      if instant.session != session { finder = SpikeFinder() }
      session = instant.session
      let begins = finder.begins(at: instant.time, execs: instant.execs)
      if begins, instant.wallTime.milliseconds > now.milliseconds { found = instant }
      return found == nil
    }
    return try found.map { try go(to: $0) }
  }

  private func go(to instant: RecordingReader.Instant) throws -> Tally {
    guard let target = try reader.sessions().first(where: { $0.id == instant.session }) else {
      throw RecordingFault("a session is missing")
    }
    begin(target)
    var tally = emptyTally
    // From when on the last minute is known.
    var isWhole = -Seconds.infinity
    // Of a recording that is being written, what stood behind a place can have been added up before it since.
    if let frame = keyframes.last(where: { $0.id <= instant.id }), frame.session == target.id,
      try reader.contains(frame.id)
    {
      lastID = frame.id
      replayer = frame.replayer
      tally = frame.tally
      current = tally.latest
    }
    if let found = try reader.checkpoint(in: target.id, by: instant.id, at: instant.time - Checkpoint.memory),
      found.id > lastID
    {
      lastID = found.id
      (replayer, tally) = try Replayer.resumed(
        from: found.checkpoint, at: found.interval, began: target.session.beganAt,
        countsFromZero: target.session.countsFromZero, keys: &reader)
      current = tally.latest
      isWhole = found.interval.time + Checkpoint.memory
    }
    var count = 0
    while lastID < instant.id, let snapshot = try nextOfSession() {
      tally.apply(snapshot)
      count += 1
      if count >= Replay.keyframeEvery, snapshot.time >= isWhole {
        keep(tally)
        count = 0
      }
    }
    return tally
  }

  private func keep(_ tally: Tally) {
    let index = keyframes.firstIndex { $0.id >= lastID } ?? keyframes.count
    if index < keyframes.count, keyframes[index].id == lastID { return }
    keyframes.insert(Keyframe(id: lastID, session: playing.id, replayer: replayer, tally: tally), at: index)
    // Every second one is left: the further, the wider apart.
    if keyframes.count > Replay.mostKeyframes {
      keyframes = keyframes.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }
  }
}

/// There is nothing to play.
public struct ReplayError: Error, CustomStringConvertible {
  let file: String
  public var description: String { "read \(file): nothing has been recorded in it" }
}
