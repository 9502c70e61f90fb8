import ExecTopCounting
import ExecTopRecording
import ExecTopText
import TestSupport
import Testing

@testable import ExecTopStore

/// The oldest goes, and its sums stay.
@Suite("Retention")
struct RetentionTests {
  private let recording: DemoRecording

  init() throws {
    recording = try DemoRecording()
  }

  @Test("beyond an age: what is left is read as it was written, and all sums are right")
  func age() throws {
    defer { recording.workload.remove() }
    let snapshots = try recording.record(seconds: 0...900, retention: Retention(age: 300))
    let left = try #require(try DemoRecording.replayed(recording.file).first)
    #expect((300...340).contains(left.count))
    for (found, expected) in zip(left, snapshots.suffix(left.count)) {
      #expect(found.time == expected.time)
      #expect(found.totals == expected.totals)
    }
    // Launches of which there is nothing are not kept apart from those that are gone.
    let known = try #require(snapshots.last).figures.filter { $0.value.contains { $0 > 0 } }
    #expect(try #require(left.last).figures.filter { $0.value.contains { $0 > 0 } } == known)
    let execs = try recording.numbers("SELECT sum(count) FROM execs")
    #expect(execs.map { UInt64($0) } == [snapshots.last?.paths.total()])
  }

  @Test("beyond a size: the file stays below it, and the sums are right")
  func size() throws {
    defer { recording.workload.remove() }
    let limit: Int64 = 400_000
    let snapshots = try recording.record(seconds: 0...1500, retention: Retention(size: limit))
    let pages = try recording.numbers("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    #expect(pages[0] <= limit * 11 / 10)
    let left = try #require(try DemoRecording.replayed(recording.file).first)
    #expect(left.count < 1000)
    #expect(left.last?.totals == snapshots.last?.totals)
    #expect(try recording.numbers("SELECT sum(count) FROM execs").map { UInt64($0) } == [snapshots.last?.paths.total()])
  }

  /// Three sessions, of which the first two go where something is kept for less than that.
  private static func record(_ recording: DemoRecording, retention: Retention) throws -> [Snapshot] {
    var last = try [
      recording.record(seconds: 0...60), recording.record(seconds: 100...160, seed: 2, ends: false),
    ].compactMap(\.last)
    last += try recording.record(seconds: 1000...1100, seed: 3, retention: retention).suffix(1)
    return last
  }

  private func rows(_ account: ExecSums) -> [[String]: ExecSums.Figures] {
    account.rows.filter { $0.value.execs > 0 || $0.value.failed ?? 0 > 0 || $0.value.cpu ?? 0 > 0 }
  }

  @Test("sessions that are gone leave their sums by path, launch, user and unit")
  func sessions() throws {
    let whole = try DemoRecording()
    defer {
      recording.workload.remove()
      whole.workload.remove()
    }
    let expected = try RetentionTests.record(recording, retention: Retention(age: 200))
    _ = try RetentionTests.record(whole, retention: Retention())
    #expect(try recording.numbers("SELECT id FROM session") == [3])
    #expect(try DemoRecording.replayed(recording.file).map(\.count) == [100])
    for key in ExecSums.Key.allCases {
      let account = try RecordingReader(recording.file).account(by: key, in: nil)
      let all = try RecordingReader(whole.file).account(by: key, in: nil)
      #expect(account.total == all.total)
      #expect(rows(account) == rows(all), "\(key)")
      #expect(account.total.execs == expected.reduce(0) { $0 + $1.paths.total() })
      #expect(account.total.cpu == expected.reduce(0) { $0 + ($1.uses?.launches.total(UseFigure.cpu.rawValue) ?? 0) })
    }
    #expect(try recording.numbers("SELECT count(*) FROM launch WHERE session IN (1, 2)") == [0])
    // Equal chains of two sessions are one.
    let names = "SELECT count(*) - count(DISTINCT parent || ' ' || path || ' ' || user || ' ' || unit) FROM launch"
    #expect(try recording.numbers(names + " WHERE session = 0 AND user IS NOT NULL AND unit IS NOT NULL") == [0])
    #expect(try recording.numbers("SELECT count(*) FROM sqlite_master WHERE name = 'closed_launch'") == [0])
  }

  @Test("of too many launches of sessions that are gone, the coldest are kept by path alone")
  func manyLaunches() throws {
    let whole = try DemoRecording()
    defer {
      recording.workload.remove()
      whole.workload.remove()
    }
    var retention = Retention(age: 200)
    retention.launchLimit = 20
    _ = try RetentionTests.record(recording, retention: retention)
    _ = try RetentionTests.record(whole, retention: Retention())
    let apart = try recording.numbers("SELECT count(*) FROM launch WHERE session = 0 AND parent <> 0")
    #expect((1...20).contains(apart[0]))
    let account = try RecordingReader(recording.file).account(by: .path, in: nil)
    let all = try RecordingReader(whole.file).account(by: .path, in: nil)
    #expect(rows(account) == rows(all) && account.total == all.total)
    #expect(try RecordingReader(recording.file).account(by: .unit, in: nil).total == all.total)
  }

  @Test("of paths that come once, none is kept for ever")
  func flood() throws {
    defer { recording.workload.remove() }
    let writer = try RecordingWriter(recording.file, retention: Retention(age: 60))
    var recorder = SnapshotRecorder()
    let session = RecordedSession(
      began: DemoRecording.wall(0), beganAt: 0, mode: .attempts, capacity: nil, countsFromZero: true)
    try writer.begin(session, recorder: &recorder)
    var ledger = Ledger(pathLimit: 200)
    var total: UInt64 = 0
    for second in 1...400 {
      ledger.beginWalk()
      ledger.read(Path("/always"), count: UInt64(second))
      total = UInt64(second)
      for number in 0..<100 {
        let path = Path("/once/\(second)/\(number)")
        var key = path.bytes
        key += Array(repeating: 0, count: 256 - key.count)
        ledger.movePaths(keys: key.span.bytes, keySize: 256, values: [UInt64(1)].span)
      }
      let snapshot = ledger.snapshot(at: Double(second), execsBefore: nil, failed: 0, unattributed: [:])
      try writer.write(snapshot, at: DemoRecording.wall(Double(second)), gap: nil, recorder: &recorder)
    }
    let reader = try RecordingReader(recording.file)
    let account = try reader.account(by: .path, in: nil)
    #expect(account.total.execs == total + 40_000)
    #expect(try recording.numbers("SELECT count(*) FROM path")[0] < 25_000)
    let last = try #require(try DemoRecording.replayed(recording.file).first?.last)
    #expect(last.paths.total() == total + 40_000)
  }
}
