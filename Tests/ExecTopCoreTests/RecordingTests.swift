import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecording
@testable import ExecTopRecords
@testable import ExecTopTable
@testable import ExecTopText

/// Keys numbered in memory, as a recording does it in a file.
struct NumberedKeys: RecordedKeys, RecordedNames {
  private var paths: [Path] = []
  private var launches: [RecordedLaunch] = []

  mutating func number(of path: Path) -> Int64 {
    if let known = paths.firstIndex(of: path) { return Int64(known) + 1 }
    paths.append(path)
    return Int64(paths.count)
  }

  mutating func number(of launch: RecordedLaunch) -> Int64 {
    if let known = launches.firstIndex(of: launch) { return Int64(known) + 1 }
    launches.append(launch)
    return Int64(launches.count)
  }

  func path(_ number: Int64) -> Path { paths[Int(number) - 1] }
  func launch(_ number: Int64) -> RecordedLaunch { launches[Int(number) - 1] }
}

@Suite("Recording")
struct RecordingTests {
  private var keys = NumberedKeys()
  private var recorder = SnapshotRecorder()
  private var replayer = Replayer()

  /// The snapshot as it comes out of the recording.
  private mutating func replayed(_ snapshot: Snapshot) throws -> Snapshot {
    let wall = WallTime(milliseconds: Int64(snapshot.time * 1000))
    let intervals = try recorder.encode(snapshot, at: wall, keys: &keys)
    recorder.didWrite()
    var last: Snapshot?
    for interval in intervals { last = try replayer.apply(interval, keys: &keys) }
    return try #require(last)
  }

  private static func record(_ tally: Tally, mode: Mode = .demo) -> Record {
    var decisions = Decisions()
    return Record(
      time: WallTime(milliseconds: 0), mode: mode, tally: tally,
      query: Query(sort: .rate, isInverted: false, filter: nil),
      decisions: &decisions, limit: nil, isUnicode: true)
  }

  /// Rows that differ, and the one they differ from; the first ends the test, for the next ones follow from it.
  private func expectSame(_ found: Tally, _ expected: Tally, mode: Mode = .demo, _ place: String) throws {
    func rows(_ tally: Tally) -> [Substring] {
      RecordingTests.record(tally, mode: mode).json.split(separator: "{\"path\"")
    }
    let (found, expected) = (rows(found), rows(expected))
    try #require(found.count == expected.count, "\(place)")
    for (found, expected) in zip(found, expected) { try #require(found == expected, "\(place)") }
  }

  @Test("the demo, recorded and replayed, gives the same records byte for byte", arguments: [0.1, 1, 7])
  mutating func demo(interval: Seconds) throws {
    let demo = Demo(began: 1000)
    var (then, now) = (Tally(began: 1000, countsFromZero: true), Tally(began: 1000, countsFromZero: true))
    for step in 1...100 {
      let snapshot = demo.sample(at: 1000 + Seconds(step) * interval)
      let again = try replayed(snapshot)
      then.apply(snapshot)
      now.apply(again)
      #expect(again.uses?.names == snapshot.uses?.names)
      guard step % 50 == 0 else { continue }
      try expectSame(now, then, "at \(step)")
      let (expected, found) = (RecordingTests.record(then), RecordingTests.record(now))
      #expect(found.json == expected.json)
      #expect(found.csv == expected.csv)
      #expect(found.text == expected.text)
    }
  }

  @Test("what has not changed is not written")
  mutating func onlyChanges() throws {
    let demo = Demo(began: 1000)
    let snapshot = demo.sample(at: 1001)
    _ = try replayed(snapshot)
    var later = snapshot
    later.time += 1
    let intervals = try recorder.encode(later, at: WallTime(milliseconds: 0), keys: &keys)
    #expect(intervals.count == 1)
    #expect(intervals[0].rows == RecordedRows())
  }

  @Test("keys that come, go into (other), come back and take others' places: the same records", arguments: 1...4)
  mutating func churn(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var ledger = Ledger(pathLimit: 30)
    var (then, now) = (Tally(began: 0, countsFromZero: true), Tally(began: 0, countsFromZero: true))
    var counts: [String: UInt64] = [:]
    var inMap: Set<String> = []
    for step in 1...120 {
      // Some run, some are moved out of the map, as under pressure.
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        let name = "/p\(Int.random(in: 0..<90, using: &random))"
        counts[name, default: 0] += UInt64.random(in: 1...3, using: &random)
        inMap.insert(name)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        let moved = inMap.sorted().shuffled(using: &random).prefix(8)
        for name in moved {
          ledger.move([name: counts[name] ?? 0])
          counts[name] = nil
          inMap.remove(name)
        }
      }
      ledger.beginWalk()
      for name in inMap.sorted() {
        let path = Path(name)
        ledger.read(path, count: counts[name] ?? 0)
        ledger.read(path, error: name.hasSuffix("1") ? 2 : 13, count: (counts[name] ?? 0) / 2)
        ledger.read(ledger.launch(of: path), [.cpu: 1000 * (counts[name] ?? 0), .execs: counts[name] ?? 0])
        ledger.read(
          Ending(owner: ledger.owner(of: path), status: ExitStatus(word: 256), wall: WallBucket(number: 3)),
          count: counts[name] ?? 0)
      }
      let snapshot = ledger.snapshot(
        at: Seconds(step), execsBefore: nil, failed: 5, unattributed: [:], machine: MachineCPU(busy: 1, cpus: 2))
      let again = try replayed(snapshot)
      // Any of them may be left out, as where the screen is paused or the disk is full.
      guard Int.random(in: 0..<3, using: &random) > 0 else { continue }
      then.apply(snapshot)
      now.apply(again)
      try expectSame(now, then, "at \(step)")
      #expect(again.paths.total() == snapshot.paths.total())
    }
    #expect(then.path(of: .other) == .other)
    #expect(then.count(of: .other) > 0)
  }

  @Test("what could not be written comes with the next that can")
  mutating func lost() throws {
    let demo = Demo(began: 1000)
    _ = try replayed(demo.sample(at: 1001))
    _ = try recorder.encode(demo.sample(at: 1002), at: WallTime(milliseconds: 0), keys: &keys)
    recorder.didLose()
    let snapshot = demo.sample(at: 1003)
    let again = try replayed(snapshot)
    #expect(
      again.paths.ids.map { again.paths.figure(of: $0) } == snapshot.paths.ids.map { snapshot.paths.figure(of: $0) })
    #expect(again.totals == snapshot.totals)
  }

  @Test("another recording begins with all that was in the one before")
  mutating func base() throws {
    let demo = Demo(began: 1000)
    var snapshot = demo.sample(at: 1001)
    for second in 2...5 {
      _ = try replayed(snapshot)
      snapshot = demo.sample(at: 1000 + Seconds(second))
    }
    keys = NumberedKeys()
    replayer = Replayer()
    let base = try recorder.base(at: WallTime(milliseconds: 0), keys: &keys)
    #expect(base.map(\.kind) == [.base])
    for interval in base { _ = try replayer.apply(interval, keys: &keys) }
    let again = try replayed(snapshot)
    #expect(again.paths.total() == snapshot.paths.total())
    #expect(again.uses?.launches.total(UseFigure.cpu.rawValue) == snapshot.uses?.launches.total(UseFigure.cpu.rawValue))
  }

  @Test("counters that fell and rows that were deleted, as of a map that something else fills, in a new series too")
  mutating func foreign() throws {
    var ledger = Ledger()
    var (then, now) = (Tally(began: 0, countsFromZero: false), Tally(began: 0, countsFromZero: false))
    let walks: [KeyValuePairs<String, UInt64>] = [
      ["/a": 5, "/b": 7], ["/a": 3, "/b": 7], ["/b": 8], ["/b": 8, "/a": 2, "/c": .max], [:], ["/c": 1],
    ]
    for (step, walk) in walks.enumerated() {
      if step == 3 { ledger.restart() }
      let snapshot = ledger.sample(walk, at: Seconds(step + 1))
      then.apply(snapshot)
      now.apply(try replayed(snapshot))
      try expectSame(now, then, mode: .map, "at \(step)")
    }
  }
}
