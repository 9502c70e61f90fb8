import TestSupport
import Testing

@testable import ExecTopCounting
@testable import ExecTopRecording
@testable import ExecTopRecords
@testable import ExecTopTable
@testable import ExecTopText

/// A replay that begins at a checkpoint knows what one knows that has read everything.
@Suite("Checkpoints")
struct CheckpointTests {
  private var keys = NumberedKeys()
  private var recorder = SnapshotRecorder()
  private var replayer = Replayer()
  private var tally = Tally(began: 0, countsFromZero: true)
  /// What goes on from a checkpoint.
  private var resumed: (replayer: Replayer, tally: Tally)?
  private var resumedAt = 0.0
  private var checkpoints = 0
  private var bytes: [UInt8]?

  init() { recorder.beginSession(began: 0, countsFromZero: true) }

  /// Writes and reads it, with and without a checkpoint.
  private mutating func take(_ snapshot: Snapshot) throws {
    let wall = WallTime(milliseconds: Int64(snapshot.time * 1000))
    if let checkpoint = try recorder.checkpoint(keys: &keys) {
      checkpoints += 1
      bytes = checkpoint.bytes
      let written = try #require(recorder.written)
      var interval = RecordedInterval(kind: .interval, wallTime: wall, time: written.time)
      interval.series = written.series
      interval.totals = written.totals
      interval.machine = written.uses?.machine
      interval.mapRows = written.mapRows
      #expect(try Checkpoint(checkpoint.bytes) == checkpoint)
      resumed = try Replayer.resumed(
        from: try Checkpoint(checkpoint.bytes), at: interval, began: 0, countsFromZero: true, keys: &keys)
      resumedAt = written.time
    }
    let intervals = try recorder.encode(snapshot, at: wall, keys: &keys)
    recorder.didWrite()
    for interval in intervals {
      if let snapshot = try replayer.apply(interval, keys: &keys) { tally.apply(snapshot) }
      if let snapshot = try resumed?.replayer.apply(interval, keys: &keys) { resumed?.tally.apply(snapshot) }
    }
  }

  private func json(_ tally: Tally) -> String {
    var decisions = Decisions()
    return Record(
      time: WallTime(milliseconds: 0), mode: .demo, tally: tally,
      query: Query(sort: .path, isInverted: false, filter: nil), decisions: &decisions, limit: nil, isUnicode: true
    ).json
  }

  private func expectSame() throws {
    let found = try #require(resumed?.tally)
    #expect(tally.time > resumedAt + Checkpoint.memory)
    #expect(json(found) == json(tally))
    #expect(found.totalHistory == tally.totalHistory)
    #expect(found.latest.uses?.names == tally.latest.uses?.names)
    let ids = tally.latest.paths.keyIDs.map { $0 }
    let places = Dictionary(
      uniqueKeysWithValues: found.latest.paths.keyIDs.compactMap { id in
        found.latest.paths.key(of: id).map { ($0, id) }
      })
    for id in ids {
      let path = tally.path(of: id)
      let other = id == .other ? id : try #require(places[path])
      #expect(other.slot == id.slot)
      #expect(found.history(of: other) == tally.history(of: id))
      #expect(found.failureHistory(of: other) == tally.failureHistory(of: id))
      #expect(found.firstSeen(other) == tally.firstSeen(id) && found.lastSeen(other) == tally.lastSeen(id))
      #expect(found.firstCounted(other) == tally.firstCounted(id))
      #expect(found.lastCounted(other) == tally.lastCounted(id))
      #expect(found.peak(of: other) == tally.peak(of: id))
      #expect(found.errorFigures(of: other) == tally.errorFigures(of: id))
    }
    #expect(found.past.launches.map(\.last).sorted() == tally.past.launches.map(\.last).sorted())
    #expect(found.totalPeak == tally.totalPeak)
  }

  @Test("of the demo: the same records, peaks, first and last times, and last minute")
  mutating func demo() throws {
    let demo = Demo(began: 0)
    for second in 1...1500 {
      try take(demo.sample(at: Seconds(second)))
      if [720, 1400].contains(second) { try expectSame() }
    }
    #expect(checkpoints >= 2)
  }

  @Test("where keys go into (other) and places are used again", arguments: 1...2)
  mutating func churn(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var ledger = Ledger(pathLimit: 30)
    var counts: [String: UInt64] = [:]
    for second in 1...900 {
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        counts["/p\(Int.random(in: 0..<90, using: &random))", default: 0] += UInt64.random(in: 1...3, using: &random)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        for name in counts.keys.sorted().shuffled(using: &random).prefix(8) {
          ledger.move([name: counts[name] ?? 0])
          counts[name] = nil
        }
      }
      ledger.beginWalk()
      for name in counts.keys.sorted() {
        let path = Path(name)
        ledger.read(path, count: counts[name] ?? 0)
        ledger.read(path, error: 2, count: (counts[name] ?? 0) / 2)
        ledger.read(ledger.launch(of: path), [.cpu: 1000 * (counts[name] ?? 0), .execs: counts[name] ?? 0])
      }
      try take(
        ledger.snapshot(
          at: Seconds(second), execsBefore: nil, failed: 5, unattributed: [:], machine: MachineCPU(busy: 1, cpus: 2)))
    }
    #expect(checkpoints >= 1)
    try expectSame()
  }

  @Test("after another file has been begun, it tells what that one tells")
  mutating func anotherFile() throws {
    let demo = Demo(began: 0)
    for second in 1...100 { try take(demo.sample(at: Seconds(second))) }
    keys = NumberedKeys()
    (replayer, tally) = (Replayer(), Tally(began: 0, countsFromZero: true))
    recorder.beginSession(began: 0, countsFromZero: true)
    for interval in try recorder.base(at: WallTime(milliseconds: 0), keys: &keys) {
      _ = try replayer.apply(interval, keys: &keys)
    }
    for second in 101...800 { try take(demo.sample(at: Seconds(second))) }
    #expect(checkpoints == 1)
    try expectSame()
  }

  @Test("bytes that are no checkpoint's are a fault, and never end the program")
  mutating func damaged() throws {
    var random = SeededGenerator(seed: 4)
    let demo = Demo(began: 0)
    for second in 1...700 { try take(demo.sample(at: Seconds(second))) }
    let bytes = try #require(bytes)
    let interval = RecordedInterval(kind: .interval, wallTime: WallTime(milliseconds: 0), time: 1)
    for _ in 0..<3000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { damaged.removeLast(Int.random(in: 1..<damaged.count, using: &random)) }
      do {
        var keys = AnyNames()
        _ = try Replayer.resumed(
          from: try Checkpoint(damaged), at: interval, began: 0, countsFromZero: true, keys: &keys)
      } catch is RecordingFault {}
    }
  }
}

/// Names for whatever numbers a damaged file holds.
private struct AnyNames: RecordedNames {
  func path(_ number: Int64) -> Path { Path("/\(number)") }
  func launch(_ number: Int64) -> RecordedLaunch {
    RecordedLaunch(number: UInt64(bitPattern: number), parent: 0, path: 1, user: 0, group: 0)
  }
}
