import Foundation
import TestSupport

/// What exectop itself costs.
struct UserSide {
  let bench: Bench
  private let interval = 0.1

  /// CPU of a refresh with 16,000 paths, some changing, against a bare read of that map as often as exectop reads it.
  func manyPaths() throws -> Ratios {
    let (loader, map) = try bench.tutorial()
    defer { loader.end() }
    try bench.runPaths(16_000)
    let change = try bench.runPathsAgain()
    defer { change.end(SIGTERM) }
    let screen = try exectop(["--map", "id=\(map)"])
    Thread.sleep(forTimeInterval: 1)
    var ratios = Ratios()
    for _ in 0..<7 {
      // Side by side: what slows one slows the other.
      let bare = try PipedProcess(bench.helper("read_map"), ["\(map)", "20", "\(Int(interval * 1000))"])
      let refresh = try Screen.cpu(of: [screen], refreshes: 20, every: interval)[0]
      ratios.values.append(refresh / (try bare.numbers()[1]))
    }
    return ratios
  }

  /// CPU of a refresh of the tree of launches, 16,000 of them and some changing, against one of the same by path.
  func tree() throws -> Ratios {
    let screens = [try exectop([]), try exectop(["--by", "launches"])]
    try bench.runPaths(16_000)
    let change = try bench.runPathsAgain()
    defer { change.end(SIGTERM) }
    Thread.sleep(forTimeInterval: 1)
    var ratios = Ratios()
    for _ in 0..<7 {
      let refreshes = try Screen.cpu(of: screens, refreshes: 20, every: interval)
      ratios.values.append(refreshes[1] / refreshes[0])
    }
    return ratios
  }

  /// CPU of a refresh with 5,000 processes that do nothing, against a bare walk over all tasks as often.
  func manyProcesses() throws -> Ratios {
    let sleepers = try PipedProcess(Programs.built("ExecWorkload"), ["sleepers", "5000"])
    defer { sleepers.end() }
    _ = try sleepers.numbers()
    let screen = try exectop([])
    Thread.sleep(forTimeInterval: 1)
    var ratios = Ratios()
    for _ in 0..<7 {
      let bare = try PipedProcess(
        bench.helper("walk_tasks"), [bench.helper("tasks.o"), "20", "\(Int(interval * 1000))"])
      let refresh = try Screen.cpu(of: [screen], refreshes: 20, every: interval)[0]
      ratios.values.append(refresh / (try bare.numbers()[1]))
    }
    return ratios
  }

  /// CPU of a refresh with 300 paths against one of top's, as often: while some change, and while nothing does.
  func fewPaths(top: String) throws -> (changing: Ratios, still: Ratios) {
    let screen = try exectop([])
    try bench.runPaths(300)
    let other = try Screen(bench, mark: "PID", [top, "-d", "\(interval)"])
    Thread.sleep(forTimeInterval: 1)
    func ratio() throws -> Double {
      let refreshes = try Screen.cpu(of: [screen, other], refreshes: 20, every: interval)
      return refreshes[0] / refreshes[1]
    }
    var (moving, still) = (Ratios(), Ratios())
    for _ in 0..<7 {
      still.values.append(try ratio())
      let change = try bench.runPathsAgain()
      Thread.sleep(forTimeInterval: interval)
      moving.values.append(try ratio())
      change.end(SIGTERM)
      // The rates of those that changed become zero.
      Thread.sleep(forTimeInterval: 3 * interval)
    }
    return (moving, still)
  }

  /// From start to the first frame, and memory with 300 paths, both against bpftrace's one-liner.
  func againstBPFtrace() throws -> (start: Ratios, memory: Ratios) {
    var (start, memory) = (Ratios(), Ratios())
    for _ in 0..<5 {
      let began = ContinuousClock.now
      let attaching = try MapLoader.bpftraceOneLiner(running: "\(Programs.built("ExecWorkload")) time getppid 1")
      while Double(try attaching.nextLine()) == nil {}
      let attached = began.duration(to: .now) / .nanoseconds(1)
      attaching.end(SIGTERM)

      let screen = try exectop([])
      start.values.append(try screen.firstFrame() / attached)
      let counting = try MapLoader.bpftraceOneLiner()
      // It says so when it begins to attach.
      while try !counting.nextLine().hasPrefix("Attaching") {}
      Thread.sleep(forTimeInterval: 1)
      try bench.runPaths(300)
      Thread.sleep(forTimeInterval: 0.5)
      memory.values.append(
        try residentMemory(of: screen.identifier) / residentMemory(of: counting.identifier))
      counting.end(SIGTERM)
    }
    return (start, memory)
  }

  /// Memory with 16,000 paths that each have run in every second of the last minute, against the map's own bytes.
  func memory() throws -> Ratios {
    let screen = try Screen(bench, mark: "RATE", [bench.exectop, "-d", "1"])
    for _ in 0..<62 {
      let began = ContinuousClock.now
      try bench.runPaths(16_000)
      Thread.sleep(forTimeInterval: max(0, 1 - began.duration(to: .now) / .seconds(1)))
    }
    return Ratios(values: [try residentMemory(of: screen.identifier) / (16_000 * 264)])
  }

  private func exectop(_ options: [String]) throws -> Screen {
    try Screen(bench, mark: "RATE", [bench.exectop, "-d", "\(interval)"] + options)
  }
}
