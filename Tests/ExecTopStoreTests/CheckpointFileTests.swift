import ExecTopCounting
import ExecTopRecording
import ExecTopText
import TestSupport
import Testing

@testable import ExecTopStore

/// Places in a long recording are found without reading all that comes before.
@Suite("Checkpoints in recordings")
struct CheckpointFileTests {
  private let recording: DemoRecording

  init() throws {
    recording = try DemoRecording()
  }

  private func run(_ sql: String) throws {
    #expect(try Command.run("/usr/bin/sqlite3", [recording.file, sql]).ending == .exited(0))
  }

  private func state(at second: Double) throws -> [String: [UInt64]] {
    let tally = try #require(try Replay(recording.file).go(to: DemoRecording.wall(second)))
    #expect(tally.time == second)
    return tally.latest.figures
  }

  @Test("a place behind a checkpoint is reached from it: what came before it is not read")
  func seek() throws {
    defer { recording.workload.remove() }
    let snapshots = try recording.record(seconds: 0...1500)
    let checkpoint = try #require(try recording.numbers("SELECT interval FROM checkpoint ORDER BY interval").first)
    #expect(checkpoint > 500)
    for second in [30, 640, 1500] { #expect(try state(at: Double(second)) == snapshots[second - 1].figures) }
    try run("DELETE FROM execs WHERE interval < \(checkpoint); DELETE FROM uses WHERE interval < \(checkpoint)")
    #expect(try state(at: 1500) == snapshots[1499].figures)
    #expect(try state(at: 1300) == snapshots[1299].figures)
    // Too near for the last minute to be known, so it is read from the beginning.
    let time = try recording.numbers("SELECT CAST(seconds AS INTEGER) FROM interval WHERE id = \(checkpoint)")[0]
    #expect(try state(at: Double(time + 30)) != snapshots[Int(time) + 29].figures)
  }

  @Test("a step back behind a checkpoint, and on again, shows the same")
  func steps() throws {
    defer { recording.workload.remove() }
    let snapshots = try recording.record(seconds: 0...800)
    let replay = try Replay(recording.file)
    _ = try replay.go(to: DemoRecording.wall(790))
    for second in [789, 788] { #expect(try replay.goBack()?.latest.figures == snapshots[second - 1].figures) }
    #expect(try replay.next()?.figures == snapshots[788].figures)
  }

  @Test("a recording without them is read, and gets them when it goes on")
  func older() throws {
    defer { recording.workload.remove() }
    try recording.record(seconds: 0...20)
    try run("DROP TABLE checkpoint")
    #expect(try Replay(recording.file).go(to: DemoRecording.wall(20))?.time == 20)
    try recording.record(seconds: 100...1000, seed: 2)
    #expect(try recording.numbers("SELECT count(*) FROM checkpoint") == [1])
  }

  @Test("they go with the intervals at which they were made")
  func retention() throws {
    defer { recording.workload.remove() }
    let snapshots = try recording.record(seconds: 0...2000, retention: Retention(age: 300))
    let first = try recording.numbers("SELECT min(id) FROM interval WHERE kind = 0")[0]
    let kept = try recording.numbers("SELECT interval FROM checkpoint")
    #expect(kept.allSatisfy { $0 >= first })
    func seen(_ snapshot: Snapshot) -> [String: [UInt64]] { snapshot.figures.filter { $0.value.contains { $0 > 0 } } }
    let tally = try #require(try Replay(recording.file).go(to: DemoRecording.wall(2000)))
    #expect(seen(tally.latest) == seen(snapshots[1999]))
  }

  @Test("one that is damaged is a fault")
  func damaged() throws {
    defer { recording.workload.remove() }
    try recording.record(seconds: 0...800)
    try run("UPDATE checkpoint SET state = x'01ff'")
    #expect(throws: RecordingFault.self) { try Replay(recording.file).go(to: DemoRecording.wall(800)) }
    #expect(try Replay(recording.file).go(to: DemoRecording.wall(100))?.time == 100)
  }
}
