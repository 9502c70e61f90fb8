import ExecTopCounting
import ExecTopText
import Foundation
import TestSupport
import Testing

@testable import ExecTopKernel

/// What processes cost, on the running kernel, against what getrusage(2) says.
@Suite(.needsKernel, .serialized)
struct ProcessCostTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  @Test(
    "the CPU time of processes that ended is that of getrusage, to one in a thousand",
    arguments: [(200, 3000, 0), (500, 200, 0), (2000, 0, 0), (100, 1000, 4)])
  func ended(count: Int, microseconds: Int, threads: Int) throws {
    defer { workload.remove() }
    let program = try workload.program("spend")
    var meter = try Meter()
    let used = try run("spend", program, "\(microseconds)", "\(threads)", "\(count)")
    let cost = try meter.wait(for: program, ended: count)
    #expect(abs(cost.cpu - used) <= used / 1000 + 1000, "\(cost.cpu) of \(used) ns")
    #expect(cost.exits == [0: count])
    #expect(cost.running == 0)
  }

  @Test("of a chain of execs each program has its own part, to a tick for each process")
  func chains() throws {
    defer { workload.remove() }
    let (first, next) = (try workload.program("first"), try workload.program("next"))
    var meter = try Meter()
    let used = try run("chain", first, next, "20000", "20")
    let cost = try meter.wait(for: next, ended: 20)
    let before = meter.cost(of: first)
    let tick = 10_000_000.0 * 20
    #expect(abs(before.cpu + cost.cpu - used) <= used / 1000 + 1000)
    #expect(abs(before.cpu - used / 2) <= tick)
    #expect(before.exits == [:])
  }

  @Test("each process ends once, with its own status")
  func statuses() throws {
    defer { workload.remove() }
    let program = try workload.program("end")
    var meter = try Meter()
    for how in ["0", "1", "7", "signal-9", "signal-11", "threads-killed", "leader-first", "thread-execs"] {
      _ = try run("end", program, how, "25")
    }
    let cost = try meter.wait(for: program, ended: 200)
    // 9: killed by SIGKILL; 11: by SIGSEGV, perhaps with 128 for a core dump.
    let plain = Dictionary(cost.exits.map { ($0 == 139 ? 11 : $0, $1) }, uniquingKeysWith: +)
    #expect(plain == [0: 25, 1 << 8: 25, 7 << 8: 75, 9: 50, 11: 25])
  }

  @Test("a child that executes nothing is its parent's program")
  func forks() throws {
    defer { workload.remove() }
    let program = try workload.program("forks")
    var meter = try Meter()
    try #require(Workload.wait(for: workload.start(program, ["forks", "2000", "30"])) == 0)
    let cost = try meter.wait(for: program, ended: 31)
    #expect(cost.exits == [4 << 8: 30, 0: 1])
    #expect(cost.cpu >= 30 * 2_000_000)
  }

  @Test("a program that runs shows its CPU time while it runs, and not twice when it ends")
  func running() throws {
    defer { workload.remove() }
    let program = try workload.program("running")
    var meter = try Meter()
    let process = workload.start(program, ["burn", "1500000", "0"])
    var last = 0.0
    while true {
      try meter.sample()
      let cost = meter.cost(of: program)
      #expect(cost.cpu >= last)
      last = cost.cpu
      if cost.running == 0, cost.exits != [:] { break }
      if (0.3e9..<1.3e9).contains(cost.cpu) { #expect(cost.running == 1) }
      if waitpid(process, nil, WNOHANG) == process { _ = try meter.wait(for: program, ended: 1) }
      usleep(50_000)
    }
    #expect(abs(last - 1.5e9) < 0.1e9, "\(last)")
  }

  @Test("a process that began before is counted from now on, under the file that it runs, with no exec")
  func adopted() throws {
    defer { workload.remove() }
    let program = try workload.program("adopted")
    let process = workload.start(program, ["burn", "1000000", "2"])
    usleep(300_000)
    var meter = try Meter()
    try meter.sample()
    #expect(meter.cost(of: program).running == 1)
    Workload.wait(for: process)
    let cost = try meter.wait(for: program, ended: 1)
    #expect(cost.count == 0)
    // Two threads of a second each, of which some was used before.
    #expect(cost.cpu > 0.5e9 && cost.cpu < 1.9e9, "\(cost.cpu)")
  }

  @Test("in a storm on all CPUs each end is counted once, with its status and its CPU time")
  func storm() throws {
    defer { workload.remove() }
    let (seven, killed) = (try workload.program("seven"), try workload.program("killed"))
    var meter = try Meter()
    let storms = try [("7", seven), ("signal-9", killed), ("leader-first", seven), ("threads-killed", killed)].map {
      try PipedProcess(Programs.built("ExecWorkload"), ["end", $0.1, $0.0, "1000"])
    }
    let used = try storms.map { try $0.numbers()[0] }
    for storm in storms { storm.end() }
    let (sevens, kills) = (try meter.wait(for: seven, ended: 2000), try meter.wait(for: killed, ended: 2000))
    #expect(sevens.exits == [7 << 8: 2000])
    #expect(kills.exits == [9: 2000])
    #expect(abs(sevens.cpu - used[0] - used[2]) <= (used[0] + used[2]) / 1000)
    #expect(abs(kills.cpu - used[1] - used[3]) <= (used[1] + used[3]) / 1000)
    #expect(meter.totals?.cpu.withoutSlot == 0)
  }

  @Test("a process for which nobody waits is counted once, before and after somebody does")
  func zombies() throws {
    defer { workload.remove() }
    let program = try workload.program("zombie")
    var meter = try Meter()
    let zombies = try PipedProcess(Programs.built("ExecWorkload"), ["zombies", program, "20000", "10"])
    _ = try zombies.numbers()
    try meter.sample()
    let before = meter.cost(of: program)
    #expect(before.running == 0)
    #expect(before.cpu >= 10 * 20e6)
    zombies.end()
    let after = try meter.wait(for: program, ended: 10)
    #expect(after.cpu >= before.cpu)
    #expect(after.cpu < before.cpu + 10e6)
    #expect(after.exits == [0: 10])
  }

  @Test("without a look at processes execs are counted as ever, and nothing is said of what they cost")
  func execsOnly() throws {
    defer { workload.remove() }
    let program = try workload.program("plain")
    let missing = workload.path("missing")
    let count = try ExactCount(.execsOnly) {
      try workload.run("spawn", program, "20")
      try workload.run("fail", missing, "30")
    }
    #expect(count.row(program) == .ran(20))
    #expect(count.row(missing) == .failed(30, ENOENT))
    #expect(count.tally.uses == nil)
  }

  @Test("processes for which there is no place are named, with their CPU time")
  func noPlace() throws {
    defer { workload.remove() }
    let most = try String(contentsOfFile: "/proc/sys/kernel/pid_max", encoding: .utf8)
    try "131072".write(toFile: "/proc/sys/kernel/pid_max", atomically: false, encoding: .utf8)
    defer { try? most.write(toFile: "/proc/sys/kernel/pid_max", atomically: false, encoding: .utf8) }
    let program = try workload.program("crowded")
    // Somebody else can get one of the ids.
    for attempt in 1... {
      var meter = try Meter()
      let status = Workload.wait(for: workload.start(["same-place", program, "30000", "7"]))
      if status == 3, attempt < 10 { continue }
      try #require(status == 0)
      let cost = try meter.wait(for: program, ended: 4)
      #expect(cost.exits == [0: 4])
      // The kernel frees those a while after their end, and only then they are seen.
      let enough = 3 * 30e6
      let deadline = Deadline(after: .seconds(60))
      while Double(meter.totals?.cpu.withoutSlot ?? 0) < enough, !deadline.isOver {
        usleep(50_000)
        try meter.sample()
      }
      let withoutSlot = Double(meter.totals?.cpu.withoutSlot ?? 0)
      #expect(withoutSlot >= enough && withoutSlot < enough + 30e6, "\(withoutSlot)")
      return
    }
  }

  @Test("more different endings than the map holds are moved out of it, and none is lost")
  func manyEndings() throws {
    defer { workload.remove() }
    let program = try workload.program("statuses")
    var meter = try Meter(maxPaths: 64)
    for status in 0..<200 {
      _ = try run("end", program, "\(status)", "1")
      try meter.relieveIfNeeded()
    }
    let cost = try meter.wait(for: program, ended: 200)
    #expect(cost.exits == Dictionary(uniqueKeysWithValues: (0..<200).map { (Int32($0) << 8, 1) }))
  }

  private func run(_ arguments: String...) throws -> Double {
    try PipedProcess(Programs.built("ExecWorkload"), arguments).numbers()[0]
  }
}
