import Foundation
import TestSupport

/// What recordings cost.
struct Recordings {
  let bench: Bench

  /// A day, compressed, and an hour.
  func days() throws {
    let program = try bench.releaseBuilt("RecordedDay")
    for seconds in [86_400, 3600] {
      let file = bench.helper("day-\(seconds).db")
      defer { for suffix in ["", "-wal", "-shm"] { unlink(file + suffix) } }
      let day = try PipedProcess(program, [file, "\(seconds)"])
      while true {
        // It writes a line when a tenth is done, and another one at the end.
        guard let line = day.line(within: .seconds(1800)) else { break }
        Table.write("recording, \(seconds) s, an interval a second: \(line)")
      }
      day.end()
    }
  }

  /// `exectop record` beside 1,000 execs a second, of 300 paths.
  func live(seconds: Int = 180) throws {
    let directory = bench.helper("paced")
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    for number in 0..<300 { _ = link(bench.helper("smallest"), "\(directory)/\(number)") }
    let file = bench.helper("live.db")
    let exectop = try PipedProcess(bench.exectop, ["record", file])
    defer { exectop.end(SIGTERM) }
    let pace = try PipedProcess(bench.helper("pace"), [directory, "300", "1000"])
    defer { pace.end(SIGTERM) }
    Thread.sleep(forTimeInterval: 10)
    let (began, before, memory) = (
      ContinuousClock.now, try Screen.cpu(of: exectop.identifier), try residentMemory(of: exectop.identifier)
    )
    Thread.sleep(forTimeInterval: Double(seconds))
    let cpu = try Screen.cpu(of: exectop.identifier) - before
    let elapsed = began.duration(to: .now) / .nanoseconds(1)
    let after = try residentMemory(of: exectop.identifier)
    Table.write(
      String(
        format: "exectop record beside 1,000 execs a second, %d s: %.2f %% of a CPU, resident %.1f MB, then %.1f MB",
        seconds, 100 * cpu / elapsed, memory / 1e6, after / 1e6))
  }
}
