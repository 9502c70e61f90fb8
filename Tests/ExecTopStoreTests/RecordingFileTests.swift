import CSQLite
import ExecTopCounting
import ExecTopRecording
import ExecTopText
import Glibc
import TestSupport
import Testing

@testable import ExecTopStore

/// What is written is what is read, and what is no recording is said to be none.
@Suite("Recordings")
struct RecordingFileTests {
  private let recording: DemoRecording

  init() throws {
    recording = try DemoRecording()
  }

  @Test("every snapshot is read as it was written, in each session")
  func roundTrip() throws {
    defer { recording.workload.remove() }
    let first = try recording.record(seconds: 100...160)
    let second = try recording.record(seconds: 5...30, seed: 7)
    let sessions = try DemoRecording.replayed(recording.file)
    #expect(sessions.map(\.count) == [first.count, second.count])
    for (found, expected) in zip(sessions.joined(), [first, second].joined()) {
      #expect(found.isEqual(to: expected))
    }
    #expect(try RecordingReader(recording.file).sessions().map(\.isEnded) == [true, true])
  }

  @Test("a recording is read while it is written")
  func following() throws {
    defer { recording.workload.remove() }
    let writer = try RecordingWriter(recording.file)
    var recorder = SnapshotRecorder()
    let session = RecordedSession(
      began: DemoRecording.wall(0), beganAt: 0, mode: .demo, capacity: nil, countsFromZero: true)
    try writer.begin(session, recorder: &recorder)
    let demo = Demo(began: 0)
    var reader = try RecordingReader(recording.file)
    var replayer = Replayer()
    var last: Int64 = 0
    for second in 1...20 {
      let snapshot = demo.sample(at: Double(second))
      try writer.write(snapshot, at: DemoRecording.wall(Double(second)), gap: nil, recorder: &recorder)
      var found: Snapshot?
      while let read = try reader.next(in: 1, after: last) {
        last = read.id
        found = try replayer.apply(read.interval, keys: &reader)
      }
      #expect(found?.figures == snapshot.figures)
      #expect(try reader.sessions().map(\.isEnded) == [false])
    }
    reader = try RecordingReader(recording.file)
  }

  @Test("paths of any bytes come back as they were")
  func hostilePaths() throws {
    defer { recording.workload.remove() }
    let paths: [[UInt8]] = [
      [], [0xff, 0xfe], Array("a\u{1b}[31m'; DROP TABLE path; --".utf8), Array("\\x1b".utf8), Array("(other)".utf8),
      Array("(kernel)".utf8), Array(repeating: 0xe2, count: 255), Array("\u{202e}x".utf8), Array("caf\u{e9}".utf8),
    ]
    var ledger = Ledger()
    ledger.beginWalk()
    for (index, path) in paths.enumerated() { ledger.read(Path(path), count: UInt64(index + 1)) }
    let snapshot = ledger.snapshot(at: 1, execsBefore: nil, failed: nil, unattributed: .unknown)
    var recorder = SnapshotRecorder()
    let writer = try RecordingWriter(recording.file)
    let session = RecordedSession(
      began: DemoRecording.wall(0), beganAt: 0, mode: .map, capacity: nil, countsFromZero: false)
    try writer.begin(session, recorder: &recorder)
    try writer.write(snapshot, at: DemoRecording.wall(1), gap: nil, recorder: &recorder)
    let found = try #require(try DemoRecording.replayed(recording.file).first?.first)
    let counts = found.paths.ids.filter { $0 != .other }.map { found.paths.figure(of: $0) }
    #expect(counts == (1...UInt64(paths.count)).map { $0 })
    #expect(found.paths.ids.filter { $0 != .other }.map { found.paths.key(of: $0)?.bytes } == paths)
    #expect(found.totals == snapshot.totals)
    #expect(found.uses == nil)
  }

  @Test("only its owner can read it, and what stands beside it")
  func rights() throws {
    defer { recording.workload.remove() }
    try recording.record(seconds: 0...3, ends: false)
    var status = stat()
    #expect(stat(recording.file, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    let writer = try RecordingWriter(recording.file)
    for suffix in ["-wal", "-shm"] {
      #expect(stat(recording.file + suffix, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
    withExtendedLifetime(writer) {}
  }

  @Test("one writes at a time")
  func twice() throws {
    defer { recording.workload.remove() }
    let writer = try RecordingWriter(recording.file)
    #expect(throws: StoreError("record into", recording.file, reason: "another exectop does so")) {
      try RecordingWriter(recording.file)
    }
    withExtendedLifetime(writer) {}
  }

  /// The reason why something cannot be done.
  private func reason(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "done"
    } catch {
      return (error as? StoreError)?.reason ?? "\(error)"
    }
  }

  @Test("what is no recording is not touched, and said in one line")
  func foreign() throws {
    defer { recording.workload.remove() }
    let text = try recording.workload.file("text", contents: "no database at all, but long enough", mode: 0o600)
    let empty = try recording.workload.file("empty", mode: 0o600)
    let other = recording.workload.path("other.db")
    #expect(try Command.run("/usr/bin/sqlite3", [other, "CREATE TABLE a (b)"]).ending == .exited(0))
    for file in [text, other] {
      #expect(reason { _ = try RecordingReader(file) } == "it is no recording of exectop's")
      #expect(reason { _ = try RecordingWriter(file) } == "it is no recording of exectop's")
    }
    #expect(reason { _ = try RecordingReader(empty) } == "it is no recording of exectop's")
    #expect(reason { _ = try RecordingReader(recording.workload.directory) } == "it is no file")
    #expect(reason { _ = try RecordingWriter(recording.workload.directory) } == "Is a directory")
    #expect(reason { _ = try RecordingReader(recording.workload.path("none")) } == "No such file or directory")
    #expect(try Command.run("/usr/bin/sqlite3", [other, ".tables"]).output == "a\n")
  }

  @Test("what a newer exectop has written is left to it")
  func newer() throws {
    defer { recording.workload.remove() }
    try recording.record(seconds: 0...3)
    #expect(try Command.run("/usr/bin/sqlite3", [recording.file, "PRAGMA user_version = 99"]).ending == .exited(0))
    let said = "a newer exectop has written it (form 99, this one knows 1)"
    #expect(reason { _ = try RecordingReader(recording.file) } == said)
    #expect(reason { _ = try RecordingWriter(recording.file) } == said)
  }

  @Test("links and second names are not written through")
  func links() throws {
    defer { recording.workload.remove() }
    let target = try recording.workload.file("target", mode: 0o600)
    let link = recording.workload.path("link")
    let second = recording.workload.path("second")
    #expect(symlink(target, link) == 0)
    #expect(reason { _ = try RecordingWriter(link) } == "it is a link")
    #expect(Glibc.link(target, second) == 0)
    #expect(reason { _ = try RecordingWriter(second) } == "it has a second name")
    // The log that SQLite would make.
    #expect(symlink(target, recording.file + "-wal") == 0)
    #expect(reason { _ = try RecordingWriter(recording.file) } == "it is no file")
    var status = stat()
    #expect(stat(target, &status) == 0)
    #expect(status.st_size == 0)
  }

  @Test("bytes that are damaged anywhere end nothing but the reading", arguments: 1...6)
  func damaged(seed: UInt64) throws {
    defer { recording.workload.remove() }
    try recording.record(seconds: 0...20)
    let file = try #require(fopen(recording.file, "rb"))
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    fclose(file)
    var random = SeededGenerator(seed: seed)
    let copy = recording.workload.path("copy.db")
    var whole = 0
    for _ in 0..<60 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        damaged.removeLast(Int.random(in: 1..<damaged.count, using: &random))
      }
      unlink(copy)
      let descriptor = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      #expect(write(descriptor, damaged, damaged.count) == damaged.count)
      close(descriptor)
      do {
        for snapshots in try DemoRecording.replayed(copy) {
          var tally = Tally(began: 0, countsFromZero: true)
          for snapshot in snapshots { tally.apply(snapshot) }
          whole += tally.rowCount > 0 ? 1 : 0
        }
        for key in ExecSums.Key.allCases { _ = try RecordingReader(copy).account(by: key, in: nil) }
      } catch is StoreError {
      } catch is RecordingFault {
      }
    }
    // Some of it hits what nobody reads.
    #expect(whole > 0)
  }
}
