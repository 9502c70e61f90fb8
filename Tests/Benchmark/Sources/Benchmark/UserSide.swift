import Foundation

/// What exectop itself costs.
struct UserSide {
  let bench: Bench
  private let interval = 0.1

  /// CPU of a refresh with 16,000 paths, some changing, against a bare read of that map as often as exectop reads it.
  func manyPaths() throws -> Ratios {
    let (loader, map) = try bench.tutorial()
    defer { loader.end() }
    try bench.load("distinct", bench.path("some-directory/path-"), "16000")
    let change = try changing("some-directory/path-")
    defer { change.end() }
    let screen = try exectop(["--map", "id=\(map)"])
    Thread.sleep(forTimeInterval: 1)
    var ratios = Ratios()
    for _ in 0..<7 {
      // Side by side: what slows one slows the other.
      let bare = try Tool(bench.helper("read_map"), ["\(map)", "20", "\(Int(interval * 1000))"])
      let refresh = try Screen.cpu(of: [screen], refreshes: 20, every: interval)[0]
      ratios.values.append(refresh / (try bare.numbers()[1]))
    }
    return ratios
  }

  /// CPU of a refresh with 300 paths against one of top's, as often: while some change, and while nothing does.
  func fewPaths(top: String) throws -> (changing: Ratios, still: Ratios) {
    let screen = try exectop([])
    try bench.load("distinct", bench.path("some-directory/path-"), "300")
    let other = try Screen(bench, mark: "PID", [top, "-d", "\(interval)"])
    Thread.sleep(forTimeInterval: 1)
    func ratio() throws -> Double {
      let refreshes = try Screen.cpu(of: [screen, other], refreshes: 20, every: interval)
      return refreshes[0] / refreshes[1]
    }
    var (moving, still) = (Ratios(), Ratios())
    for _ in 0..<7 {
      still.values.append(try ratio())
      let change = try changing("some-directory/path-")
      Thread.sleep(forTimeInterval: interval)
      moving.values.append(try ratio())
      change.end()
      // The rates of those that changed become zero.
      Thread.sleep(forTimeInterval: 3 * interval)
    }
    return (moving, still)
  }

  /// From start to the first frame, and memory with 300 paths, both against bpftrace's one-liner.
  func againstBPFtrace(_ bpftrace: String) throws -> (start: Ratios, memory: Ratios) {
    let script = "tracepoint:syscalls:sys_enter_execve { @[str(args->filename)] = count(); }"
    var (start, memory) = (Ratios(), Ratios())
    for _ in 0..<5 {
      // -c starts a program once bpftrace has attached, and that program prints a line.
      let command = bench.withTracefs([bpftrace, "-c", "\(bench.helper("load")) getppid 1", "-e", script])
      let began = ContinuousClock.now
      let attaching = try Tool(command[0], Array(command.dropFirst()))
      while let line = attaching.line(), Double(line) == nil {}
      let attached = began.duration(to: .now) / .nanoseconds(1)
      attaching.end()

      let screen = try exectop([])
      start.values.append(try screen.firstFrame() / attached)
      let other = bench.withTracefs([bpftrace, "-e", script])
      let counting = try Tool(other[0], Array(other.dropFirst()))
      // It says so when it begins to attach.
      while let line = counting.line(), !line.hasPrefix("Attaching") {}
      Thread.sleep(forTimeInterval: 1)
      try bench.load("distinct", bench.path("some-directory/path-"), "300")
      Thread.sleep(forTimeInterval: 0.5)
      memory.values.append(
        try residentMemory(of: screen.identifier) / residentMemory(of: counting.identifier))
      counting.end()
    }
    return (start, memory)
  }

  /// Memory with 16,000 paths that each have run in every second of the last minute, against the map's own bytes.
  func memory() throws -> Ratios {
    let screen = try Screen(bench, mark: "RATE", [bench.exectop, "-d", "1"])
    for _ in 0..<62 {
      let began = ContinuousClock.now
      try bench.load("distinct", bench.path("some-directory/path-"), "16000")
      Thread.sleep(forTimeInterval: max(0, 1 - began.duration(to: .now) / .seconds(1)))
    }
    return Ratios(values: [try residentMemory(of: screen.identifier) / (16_000 * 264)])
  }

  private func exectop(_ options: [String]) throws -> Screen {
    try Screen(bench, mark: "RATE", [bench.exectop, "-d", "\(interval)"] + options)
  }

  /// 40 of the paths run again and again.
  private func changing(_ prefix: String) throws -> Tool {
    try Tool(bench.helper("load"), ["change", bench.path(prefix), "40", "1000"])
  }
}
