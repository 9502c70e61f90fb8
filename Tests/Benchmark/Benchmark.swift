import Foundation
import TestSupport

/// What exectop costs, against what others cost, in one table.
@main
struct Benchmark {
  static func main() {
    do {
      try measure()
    } catch {
      FileHandle.standardError.write(Data("benchmark: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func measure() throws {
    let bench = try Bench()
    let interruptions = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [workload = bench.workload] in
        ChildProcess.endAll()
        workload.remove()
        exit(1)
      }
      source.resume()
      return source
    }
    defer { for interruption in interruptions { interruption.cancel() } }
    let wanted = Set(CommandLine.arguments.dropFirst())
    func isWanted(_ part: String) -> Bool { wanted.isEmpty || wanted.contains(part) }
    let kernel = KernelSide(bench: bench)
    let user = UserSide(bench: bench)
    var table = Table()
    table.begin()
    if isWanted("run-time") {
      table.add(
        "BPF run time of an exec that succeeds", against: "the tutorial's program", goal: 0.38,
        try kernel.runTime(fails: false))
      table.add(
        "the same under --execs-only", against: "the tutorial's program", goal: 0.38,
        try kernel.runTime(fails: false, options: ["--execs-only"]))
      table.add(
        "BPF run time of a fork, an exec and an exit", against: "the tutorial's program", goal: 1,
        try kernel.runTime(fails: false, of: "handle_"))
      table.add(
        "BPF run time of an exec that fails", against: "the tutorial's program", goal: 0.55,
        try kernel.runTime(fails: true))
      for fails in [false, true] {
        table.add(
          "BPF run time of telling one that \(fails ? "fails" : "succeeds")", against: "the tutorial's program",
          goal: 2,
          try kernel.runTime(fails: fails, of: "tell_", options: ["--batch", "--format", "json", "--arguments"]))
      }
    }
    if isWanted("storm") {
      table.add(
        "wall time of a storm of execs", against: "without exectop", goal: 1.03, try kernel.storm(options: []))
      table.add(
        "the same under --execs-only", against: "without exectop", goal: 1.02,
        try kernel.storm(options: ["--execs-only"]))
    }
    if isWanted("calls") {
      table.add(
        "getppid", against: "without exectop", goal: 1.3, try kernel.otherCalls(options: []))
      table.add(
        "getppid under --light", against: "without exectop", goal: 1.02,
        try kernel.otherCalls(options: ["--light"]))
    }
    if isWanted("many") {
      table.add(
        "CPU of a refresh, 16,000 paths", against: "a bare batch read of the map", goal: 1.5, try user.manyPaths())
    }
    if isWanted("tree") {
      table.add(
        "CPU of a refresh of the tree, 16,000 launches", against: "the same by path", goal: 2, try user.tree())
    }
    if isWanted("processes") {
      table.add(
        "CPU of a refresh, 5,000 processes", against: "a bare walk over their tasks", goal: 1.5,
        try user.manyProcesses())
    }
    if isWanted("few") {
      if let top = Programs.installed("top") {
        let (changing, still) = try user.fewPaths(top: top)
        table.add("CPU of a refresh, 300 paths, some changing", against: "top, a refresh", goal: 0.5, changing)
        table.add("CPU of a refresh, nothing changed", against: "top, a refresh", goal: 0.1, still)
      } else {
        table.add("CPU of a refresh, 300 paths", against: "top, a refresh", notCompared: "top is not installed")
      }
    }
    if isWanted("start") {
      if MapLoader.bpftrace != nil {
        let (start, memory) = try user.againstBPFtrace()
        table.add("start to first frame", against: "bpftrace, start to attached", goal: 0.25, start)
        table.add("resident memory, 300 paths", against: "that bpftrace", goal: 0.2, memory)
      } else {
        table.add("start to first frame, memory", against: "bpftrace", notCompared: "bpftrace is not installed")
      }
    }
    if isWanted("memory") {
      table.add(
        "resident memory, 16,000 paths, a minute of history", against: "the map's own bytes", goal: 6,
        try user.memory())
    }
    if isWanted("record") {
      let recordings = Recordings(bench: bench)
      try recordings.days()
      try recordings.live()
    }
    if isWanted("losses") {
      for (name, lost, all) in try kernel.losses() {
        Table.write(
          lost == all
            ? "not compared: \(name) saw nothing here"
            : "lost by \(name) in a storm on all cores: \(lost) of \(all)")
      }
      for name in ["forkstat", "extrace", "execsnoop-bpfcc"] where Programs.installed(name) == nil {
        Table.write("not compared: \(name) is not installed")
      }
    }
  }
}
