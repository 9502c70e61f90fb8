import Foundation

/// What the BPF programs cost those who run programs.
struct KernelSide {
  let bench: Bench

  /// Nanoseconds of BPF run time for an exec, of exectop's programs against the tutorial's.
  func runTime(fails: Bool) throws -> Ratios {
    let meter = try Tool(bench.helper("run_time"), ["handle_exec"])
    let count = fails ? 100_000 : 3000
    func measure() throws -> Double {
      try meter.write("\n")
      let before = try meter.numbers()[0]
      if fails {
        try bench.load("fail", bench.path("missing"), "\(count)")
      } else {
        try bench.load("storm", bench.helper("smallest"), "2", "\(count)")
      }
      try meter.write("\n")
      return try meter.numbers()[0] - before
    }
    var ratios = Ratios()
    for _ in 0..<11 {
      let (loader, _) = try bench.tutorial()
      let tutorial = try measure()
      loader.end()
      let counter = try counting()
      ratios.values.append(try measure() / tutorial)
      counter.end()
    }
    return ratios
  }

  /// Wall time of a storm of execs with exectop running, against the same without.
  func storm() throws -> Ratios {
    try compare(rounds: 31, options: []) { try bench.load("storm", bench.helper("smallest"), "2", "3000") }
  }

  /// Wall time of a system call that is no exec under --light, against the same without exectop.
  func otherCalls() throws -> Ratios {
    try compare(rounds: 11, options: ["--light"]) { try bench.load("getppid", "3000000") }
  }

  /// Execs of a storm that others lose, each by its name; exectop first.
  func losses() throws -> [(name: String, lost: Int, of: Int)] {
    let each = 10_000
    let storm = { [bench] in
      try bench.load("storm", bench.helper("smallest"), "2", "\(each)")
      Thread.sleep(forTimeInterval: 2)
    }
    let all = 2 * each
    var losses: [(String, Int, Int)] = []
    let counter = try Tool(bench.exectop, ["--batch", "--format", "json", "-d", "0.5", "-f", bench.helper("smallest")])
    _ = counter.line()
    try storm()
    counter.end()
    let last = counter.rest().split(separator: "\n").last ?? ""
    losses.append(("exectop", all - (count(in: String(last)) ?? 0), all))
    for (name, options) in [
      ("forkstat", ["-e", "exec", "-l"]), ("extrace", ["-l"]), ("execsnoop-bpfcc", []), ("execsnoop.bt", []),
    ] {
      guard let path = bench.installed(name) else { continue }
      let command = bench.withTracefs([path] + options)
      let tool = try Tool(command[0], Array(command.dropFirst()), outputFile: bench.path("seen"))
      Thread.sleep(forTimeInterval: 5)
      try storm()
      tool.end(SIGINT)
      let seen = try String(decoding: Data(contentsOf: URL(filePath: bench.path("seen"))), as: UTF8.self)
      losses.append((name, all - seen.split(separator: "\n").count { $0.contains("smallest") }, all))
    }
    return losses
  }

  private func count(in record: String) -> Int? {
    guard let object = try? JSONSerialization.jsonObject(with: Data(record.utf8)) as? [String: Any],
      let rows = object["rows"] as? [[String: Any]]
    else { return nil }
    return rows.first?["count"] as? Int
  }

  /// Rounds of with and without, in turns, so that a machine that slows down slows both.
  private func compare(rounds: Int, options: [String], _ work: () throws -> Double) throws -> Ratios {
    var ratios = Ratios()
    _ = try work()
    for _ in 0..<rounds {
      let without = try work()
      let counter = try counting(options)
      ratios.values.append(try work() / without)
      counter.end()
    }
    return ratios
  }

  /// exectop at work, without a screen.
  private func counting(_ options: [String] = []) throws -> Tool {
    let tool = try Tool(bench.exectop, ["--batch", "--rows", "0", "-d", "0.2"] + options)
    // Its first record: it counts.
    _ = tool.line()
    return tool
  }
}
