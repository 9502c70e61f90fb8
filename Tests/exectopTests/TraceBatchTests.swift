import ExecTopKernel
import Foundation
import TestSupport
import Testing

/// `--batch --trace`: the real program on the running kernel.
@Suite(.needsKernel, .serialized)
struct TraceBatchTests {
  private let workload: Workload
  private let instances: TraceInstances

  init() throws {
    workload = try Workload()
    instances = try TraceInstances(tracefs: Tracefs.makeVisible)
  }

  /// Execs until one of them is printed: the trace is on then.
  private func waitForTrace(_ exectop: Running, mark: String = "ready") throws {
    try exectop.wait { lines in
      try workload.run("fail", workload.path(mark), "1")
      return !lines.isEmpty
    }
  }

  @Test("30 marked execs are 30 lines, and SIGTERM ends it with 0 and without an instance")
  func lines() throws {
    defer { workload.remove() }
    let mark = workload.path("marked")
    let exectop = try Running(["--batch", "--trace"])
    try waitForTrace(exectop)
    try workload.run("fail", mark, "30")
    try exectop.wait { $0.filter { $0.hasSuffix(": execve: \(mark)") }.count >= 30 }
    let lines = try exectop.end().filter { $0.hasSuffix(": execve: \(mark)") }
    #expect(lines.count == 30)
    // As the kernel writes them. The name is the one it has kept for that number (saved_cmdlines): <...> or what an
    // earlier process was called, where it has not seen this one give up the CPU.
    for line in lines { #expect(line.contains(#/^ *[^ ].{0,15}-\d+ +\[\d{3}\] .* \d+\.\d{6}: bpf_trace_printk: /#)) }
    #expect(try instances.added().isEmpty)
  }

  @Test("the filter chooses lines, and what does not print is escaped")
  func filterAndEscape() throws {
    defer { workload.remove() }
    let exectop = try Running(["--batch", "--trace", "-f", workload.path("w")])
    try waitForTrace(exectop, mark: "w-ready")
    try workload.run("fail", workload.path("unwanted"), "3")
    try workload.run("fail", workload.path("w\u{1b}[31m\u{202e}"), "3")
    try exectop.wait { lines in lines.count { $0.contains("\\x1b") } >= 3 }
    let lines = try exectop.end().filter { !$0.hasSuffix("w-ready") }
    #expect(lines.count == 3)
    for line in lines { #expect(line.hasSuffix("execve: \(workload.path("w\\x1b[31m\\xe2\\x80\\xae"))")) }
  }

  @Test("a closed pipe ends it quietly, with 0")
  func closedPipe() throws {
    defer { workload.remove() }
    // Lines enough for a write after head has gone.
    let busy = workload.start(["distinct", workload.path("busy"), "2000000", "1000"])
    let result = try Command.run(
      "/bin/sh", ["-c", "(\(Programs.built("exectop")) --batch --trace; echo status $? >&2) | head -n 1"])
    kill(busy, SIGKILL)
    Workload.wait(for: busy)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.contains("status 0"))
    #expect(lines.contains { $0.contains("bpf_trace_printk: execve: ") })
    #expect(try instances.added().isEmpty)
  }

  @Test("it ends after so many intervals")
  func iterations() throws {
    defer { workload.remove() }
    let result = try Command.run(Programs.built("exectop"), ["--batch", "--trace", "-d", "0.1", "-n", "2"])
    #expect(result.ending == .exited(0))
    #expect(try instances.added().isEmpty)
  }

  @Test(
    "what does not go with it is a wrong command line",
    arguments: [
      (["--trace"], "--trace needs --batch; in the dashboard, press t"),
      (["--batch", "--trace", "--demo"], "--trace and --demo cannot be combined"),
      (["--batch", "--trace", "--format", "json"], "--trace prints text, not json"),
      (["--batch", "--trace", "--rows", "3"], "--rows cannot be used with --trace"),
    ])
  func wrong(arguments: [String], message: String) throws {
    defer { workload.remove() }
    let result = try Command.run(Programs.built("exectop"), arguments)
    #expect(result.ending == .exited(64))
    #expect(result.output.contains(message))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test(
    "the instance goes with every signal that can be caught",
    arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGALRM, SIGVTALRM, SIGPWR, SIGXCPU, SIGSYS, 34, 64])
  func signals(signal: CInt) throws {
    defer { workload.remove() }
    let process = try Exectop(["--batch", "--trace"])
    _ = try instances.waitFor(added: 1)
    process.signal(signal)
    let ending = try process.waitForEnd()
    #expect(ending == .exited(0) || ending == .killed(signal: signal))
    #expect(try instances.added().isEmpty)
  }

  @Test("it goes with a crash too")
  func crash() throws {
    defer { workload.remove() }
    let process = try Exectop(["--batch", "--trace"])
    _ = try instances.waitFor(added: 1)
    process.signal(SIGABRT)
    #expect(try process.waitForEnd() == .killed(signal: SIGABRT))
    #expect(try instances.added().isEmpty)
  }

  @Test("what SIGKILL left goes at the next start, and what a live exectop uses stays")
  func sweep() throws {
    defer { workload.remove() }
    let live = try Exectop(["--batch", "--trace"])
    let used = try instances.waitFor(added: 1)
    let killed = try Exectop(["--batch", "--trace"])
    let both = try instances.waitFor(added: 2)
    killed.signal(SIGKILL)
    #expect(try killed.waitForEnd() == .killed(signal: SIGKILL))
    #expect(try instances.added() == both)
    // Any start, also without a trace.
    #expect(try Command.run(Programs.built("exectop"), ["--batch", "-d", "0.1", "-n", "1"]).ending == .exited(0))
    #expect(try instances.added() == used)
    live.signal(SIGTERM)
    #expect(try live.waitForEnd() == .exited(0))
    #expect(try instances.added().isEmpty)
  }
}

/// exectop without anyone who reads what it says.
private final class Exectop {
  private let process: ChildProcess

  init(_ arguments: [String]) throws {
    process = try ChildProcess(
      Programs.built("exectop"), arguments, environment: ["SWIFT_BACKTRACE": "enable=no"],
      streams: .descriptors(input: nil, output: nil, errors: nil))
  }

  func signal(_ signal: CInt) { process.signal(signal) }

  func waitForEnd() throws -> Ending {
    _ = Deadline(after: .seconds(20)).wait { process.poll() != nil }
    guard let ending = process.poll() else { throw TestFailure("exectop has not ended") }
    return ending
  }
}
