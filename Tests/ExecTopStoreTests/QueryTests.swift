import ExecTopCounting
import ExecTopRecording
import ExecTopText
import Foundation
import TestSupport
import Testing

@testable import ExecTopStore

/// The queries of the README, as they stand there.
@Suite("Queries")
struct QueryTests {
  private let recording: DemoRecording

  init() throws {
    recording = try DemoRecording()
  }

  /// What stands in blocks of SQL.
  private static var queries: [String] {
    get throws {
      let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
      let readme = try String(contentsOf: top.appending(path: "README.md"), encoding: .utf8)
      return readme.components(separatedBy: "```sql\n").dropFirst()
        .compactMap { $0.components(separatedBy: "```").first }
        .flatMap { $0.components(separatedBy: ";\n") }.filter { !$0.allSatisfy(\.isWhitespace) }
    }
  }

  @Test("each query of the README finds something")
  func readme() throws {
    defer { recording.workload.remove() }
    try recording.record(seconds: 0...120)
    let queries = try QueryTests.queries
    #expect(queries.count >= 5)
    let day = DemoRecording.wall(0).text.prefix(10)
    for query in queries {
      // The day of this recording, and its hours.
      let query = query.replacing(#/[0-9]{4}-[0-9]{2}-[0-9]{2} 02:00/#, with: "\(day) 00:00")
        .replacing(#/[0-9]{4}-[0-9]{2}-[0-9]{2} 03:00/#, with: "\(day) 23:59")
      let result = try Command.run("/usr/bin/sqlite3", ["-header", recording.file, query])
      #expect(result.ending == .exited(0), "\(query): \(result.output)")
      #expect(result.output.split(separator: "\n").count > 1, "\(query)")
      #expect(!result.output.contains("\u{1b}"))
    }
  }

  @Test("sums over a time are what was executed in it")
  func sums() throws {
    defer { recording.workload.remove() }
    let snapshots = try recording.record(seconds: 0...120)
    let (then, now) = (snapshots[29], snapshots[89])
    let reader = try RecordingReader(recording.file)
    let span = DemoRecording.wall(30).milliseconds...DemoRecording.wall(90).milliseconds
    for key in ExecSums.Key.allCases {
      let account = try reader.account(by: key, in: span)
      #expect(account.total.execs == now.paths.total() - then.paths.total())
      #expect(account.total.failed == now.failures.total() - then.failures.total())
      let cpu = UseFigure.cpu.rawValue
      #expect(account.total.cpu == (now.uses?.launches.total(cpu) ?? 0) - (then.uses?.launches.total(cpu) ?? 0))
      #expect(account.rows.values.reduce(0) { $0 + $1.execs } == account.total.execs)
      #expect(account.began == DemoRecording.wall(30))
      #expect(account.ended == DemoRecording.wall(90))
    }
    #expect(try reader.account(by: .user, in: nil).rows[["www-data"]]?.execs ?? 0 > 0)
    #expect(try reader.account(by: .unit, in: nil).rows[["docker 5d1f0c77a2be"]]?.execs ?? 0 > 0)
    let chains = try reader.account(by: .launches, in: nil).rows.keys
    #expect(
      chains.contains([
        "/usr/lib/systemd/systemd", "/usr/sbin/sshd", "/bin/bash", "/usr/bin/make", "/bin/sh", "/usr/bin/clang",
      ]))
  }
}
