import TestSupport
import Testing

@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopText

/// Series stay exact whatever becomes of rows: names come without end, rows go into (other) and come back, snapshots are
/// left out, counters begin anew, one figure lags behind another.
@Suite("Metrics of a hostile stream of snapshots")
struct MetricStreamTests {
  private struct Source {
    var random: SeededGenerator
    private var ledger = Ledger(pathLimit: 12)
    private var map: [String: UInt64] = [:]
    private var failing: [String: [Int32: UInt64]] = [:]
    private var cpu: [String: UInt64] = [:]
    private var endings: [String: [Int32: UInt64]] = [:]
    private var time = 0.0
    /// All that was ever counted.
    private(set) var execs: UInt64 = 0
    private(set) var failed: UInt64 = 0
    private(set) var nanoseconds: UInt64 = 0
    private(set) var errors: UInt64 = 0
    /// Execs that came too late for the last snapshot.
    private(set) var late: UInt64 = 0

    init(seed: UInt64) {
      random = SeededGenerator(seed: seed)
    }

    mutating func run() {
      for _ in 0..<Int.random(in: 0...30, using: &random) {
        let path = "/p\(Int.random(in: 0..<60, using: &random) * Int.random(in: 0..<60, using: &random) / 60)"
        let count = UInt64.random(in: 1...9, using: &random)
        map[path, default: 0] += count
        execs += count
        if Bool.random(using: &random) {
          let fails = UInt64.random(in: 1...count, using: &random)
          failing[path, default: [:]][Int32.random(in: 1...12, using: &random), default: 0] += fails
          failed += fails
        }
        if Bool.random(using: &random) {
          cpu[path, default: 0] += count * 1000
          nanoseconds += count * 1000
        }
        let status: Int32 = [0, 256, 9].randomElement(using: &random) ?? 0
        endings[path, default: [:]][status, default: 0] += 1
        if status != 0 { errors += 1 }
      }
      runFailing()
      if Int.random(in: 0..<3, using: &random) == 0 { spill() }
    }

    /// A path of which all execs fail: where its row lags, its failures are too many for it.
    private mutating func runFailing(_ errors: ClosedRange<Int32> = 1...12) {
      map["/fails", default: 0] += 2
      failing["/fails", default: [:]][Int32.random(in: errors, using: &random), default: 0] += 2
      execs += 2
      failed += 2
    }

    /// - Parameter hasLate: some execs come after the paths are read, and fail before the failures are.
    mutating func sample(hasLate: Bool = false) -> Snapshot {
      time += 1
      late = 0
      ledger.beginWalk()
      for (path, count) in map.sorted(by: { $0.key < $1.key }) { ledger.read(Path(path), count: count) }
      if hasLate {
        runFailing(1...1)
        late = 2
      }
      for (path, errors) in failing.sorted(by: { $0.key < $1.key }) {
        for (error, count) in errors.sorted(by: { $0.key < $1.key }) {
          ledger.read(Path(path), error: error, count: count)
        }
      }
      for (path, time) in cpu.sorted(by: { $0.key < $1.key }) {
        ledger.read(ledger.launch(of: Path(path)), [.cpu: time])
      }
      for (path, statuses) in endings.sorted(by: { $0.key < $1.key }) {
        for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
          let ending = Ending(
            owner: ledger.owner(of: Path(path)), status: ExitStatus(word: status), wall: WallBucket(holding: 1))
          ledger.read(ending, count: count)
        }
      }
      return ledger.snapshot(
        at: time, execsBefore: nil, failed: 0, unattributed: [:], machine: MachineCPU())
    }

    /// Rows leave the maps; where there are too many of them, they go into (other).
    private mutating func spill() {
      for path in map.keys.sorted() where Int.random(in: 0..<4, using: &random) > 0 {
        let failures = (failing[path] ?? [:]).sorted { $0.key < $1.key }.map { (path, $0.key, $0.value) }
        ledger.move([path: map[path] ?? 0], failures: failures)
        map[path] = nil
        failing[path] = nil
      }
    }

    /// Whoever fills the maps starts again from nothing.
    mutating func restart() {
      map = [:]
      failing = [:]
      cpu = [:]
      endings = [:]
      ledger.restart()
    }
  }

  /// The samples of a text: name with labels, and value.
  private func samples(_ metrics: Metrics) -> [String: UInt64] {
    let text = Exposition.openMetrics.render(metrics)
    var samples: [String: UInt64] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: " ")
      guard parts[0].contains("{path=") else { continue }
      #expect(samples[String(parts[0])] == nil, "twice: \(parts[0])")
      samples[String(parts[0])] = UInt64(parts[1].filter { $0 != "." })
    }
    return samples
  }

  private func sum(_ samples: [String: UInt64], _ name: String) -> UInt64 {
    samples.reduce(0) { $1.key.hasPrefix(name + "{") ? $0 + $1.value : $0 }
  }

  @Test(
    "every series rises only, there are no more of them than allowed, and sums are exact",
    arguments: 0..<8 as Range<UInt64>)
  func hostile(seed: UInt64) {
    var source = Source(seed: seed)
    var metrics = Metrics(
      pathLimit: 5, mode: .attempts, capacity: nil, version: "1", began: WallTime(milliseconds: 0))
    var before: [String: UInt64] = [:]
    for second in 1...100 {
      source.run()
      if second == 70 {
        // What came between the last snapshot and the end of the counters is not known to anyone.
        metrics.apply(source.sample())
        source.restart()
        source.run()
      }
      let snapshot = source.sample(hasLate: second % 3 == 0)
      // The first one after the restart must not be left out: it would take that series' beginning with it.
      if second % 7 == 5, second != 70 { continue }
      metrics.apply(snapshot)
      if second % 5 == 0 { metrics.apply(snapshot) }
      let now = samples(metrics)
      for (series, value) in before { #expect(now[series] ?? 0 >= value, "\(series) fell at \(second)") }
      before = now
      #expect(now.keys.count { $0.hasPrefix("exectop_execs_total{") } <= 6)
      #expect(now.keys.count { $0.hasPrefix("exectop_cpu_seconds_total{") } <= 6)
      #expect(sum(now, "exectop_execs_total") == source.execs - source.late)
      #expect(sum(now, "exectop_failed_execs_total") <= source.failed)
      if source.late == 0 { #expect(sum(now, "exectop_failed_execs_total") == source.failed) }
      #expect(sum(now, "exectop_cpu_seconds_total") == source.nanoseconds)
      #expect(sum(now, "exectop_process_errors_total") == source.errors)
      #expect(now.keys.count { $0.hasPrefix("exectop_failed_execs_total") } <= 6 * (FailureSeries.mostErrors + 1))
    }
    #expect(before.keys.contains { $0.contains("errno=\"(other)\"") })
  }

  @Test("a flood of names that come once: the series stay what they were, (other) has them all")
  func flood() {
    var ledger = Ledger(pathLimit: 100)
    var metrics = Metrics(
      pathLimit: 20, mode: .attempts, capacity: nil, version: "1", began: WallTime(milliseconds: 0))
    metrics.apply(ledger.sample(["/first": 3]))
    for round in 0..<200 {
      ledger.beginWalk()
      for name in 0..<50 { ledger.read(Path("/flood/\(round)/\(name)"), count: 1) }
      ledger.read(Path("/first"), count: UInt64(round) + 3)
      let snapshot = ledger.snapshot(at: Seconds(round) + 2, execsBefore: nil, failed: 0, unattributed: [:])
      metrics.apply(snapshot)
      for name in 0..<50 { ledger.move(["/flood/\(round)/\(name)": 1]) }
    }
    let now = samples(metrics)
    #expect(now.keys.count { $0.hasPrefix("exectop_execs_total") } == 21)
    #expect(now["exectop_execs_total{path=\"/first\"}"] == 202)
    #expect(sum(now, "exectop_execs_total") == 202 + 200 * 50)
    #expect(metrics.newPaths.reduce(0, +) == 1 + 200 * 50)
  }
}
