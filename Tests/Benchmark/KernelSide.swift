import Foundation
import TestSupport

/// What the BPF programs cost those who run programs.
struct KernelSide {
  let bench: Bench

  /// Nanoseconds of BPF run time for an exec, of exectop's programs against the tutorial's.
  ///
  /// - Parameter programs: what the names of exectop's programs begin with.
  func runTime(fails: Bool, of programs: String = "handle_exec", options: [String] = []) throws -> Ratios {
    let tutorials = try PipedProcess(bench.helper("run_time"), ["handle_"])
    let ours = try PipedProcess(bench.helper("run_time"), [programs])
    let count = fails ? 100_000 : 3000
    func measure(_ meter: PipedProcess) throws -> Double {
      meter.write("\n")
      let before = try meter.numbers()[0]
      if fails {
        try bench.workload.time("fail", bench.workload.path("missing"), "\(count)")
      } else {
        try bench.storm(each: count)
      }
      meter.write("\n")
      return try meter.numbers()[0] - before
    }
    var ratios = Ratios()
    for _ in 0..<11 {
      let (loader, _) = try bench.tutorial()
      let tutorial = try measure(tutorials)
      loader.end()
      let counter = try counting(options)
      ratios.values.append(try measure(ours) / tutorial)
      counter.end()
    }
    return ratios
  }

  /// Wall time of a storm of execs with exectop running, against the same without.
  func storm(options: [String]) throws -> Ratios {
    try compare(rounds: 9, each: 11, options: options) { try bench.storm(each: 800) }
  }

  /// Wall time of a system call that is no exec, against the same without exectop.
  func otherCalls(options: [String]) throws -> Ratios {
    try compare(rounds: 5, each: 5, options: options) { try bench.workload.time("getppid", "500000") }
  }

  /// Execs that others lose in a storm, each by its name; last exectop, which sees all of these storms.
  func losses() throws -> [(name: String, lost: Int, of: Int)] {
    let each = 10_000
    var all = 0
    func storm() throws {
      try bench.storm(each: each)
      all += 2 * each
      Thread.sleep(forTimeInterval: 2)
    }
    let counter = try PipedProcess(
      bench.exectop, ["--batch", "--format", "json", "-d", "0.5", "-f", bench.helper("smallest")])
    _ = counter.line()
    var losses: [(String, Int, Int)] = []
    for (name, options) in [
      ("forkstat", ["-e", "exec", "-l"]), ("extrace", ["-l"]), ("execsnoop-bpfcc", []), ("execsnoop.bt", []),
    ] {
      guard let path = Programs.installed(name) else { continue }
      let seenFile = bench.workload.path("seen")
      let tool = try MapLoader.withTracefs([path] + options, outputFile: seenFile)
      Thread.sleep(forTimeInterval: 5)
      try storm()
      tool.end(SIGINT)
      let seen = try String(decoding: Data(contentsOf: URL(filePath: seenFile)), as: UTF8.self)
      losses.append((name, 2 * each - seen.split(separator: "\n").count { $0.contains("smallest") }, 2 * each))
    }
    if losses.isEmpty { try storm() }
    counter.signal(SIGTERM)
    losses.append(("exectop", all - (count(in: counter.rest().last ?? "") ?? 0), all))
    return losses
  }

  private func count(in record: String) -> Int? {
    guard let object = try? JSONSerialization.jsonObject(with: Data(record.utf8)) as? [String: Any],
      let rows = object["rows"] as? [[String: Any]]
    else { return nil }
    return rows.first?["count"] as? Int
  }

  /// Rounds of with and without, in turns, each with against the withouts before and after it, so that a machine that
  /// slows down slows both. Of each the fastest of several counts: whatever else the machine does, the start of exectop
  /// included, only slows.
  private func compare(rounds: Int, each: Int, options: [String], _ work: () throws -> Double) throws -> Ratios {
    func several() throws -> Double {
      Thread.sleep(forTimeInterval: 0.7)
      return try (0..<each).reduce(Double.infinity) { fastest, _ in min(fastest, try work()) }
    }
    var ratios = Ratios()
    var before = try several()
    for _ in 0..<rounds {
      let counter = try counting(options)
      let with = try several()
      counter.end()
      let after = try several()
      ratios.values.append(2 * with / (before + after))
      before = after
    }
    return ratios
  }

  /// exectop at work, as anyone runs it.
  private func counting(_ options: [String] = []) throws -> Screen {
    // The first frame has it, and so has the first record.
    let screen = try Screen(bench, mark: "rate", [bench.exectop] + options)
    // It counts.
    _ = try screen.firstFrame()
    return screen
  }
}
