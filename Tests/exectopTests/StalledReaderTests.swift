import CLinux
import ExecTopKernel
import Foundation
import TestSupport
import Testing

/// A reader that takes nothing: exectop goes on, and answers signals and keys.
@Suite(.serialized)
struct StalledReaderTests {
  private let environment = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"]

  private func start(_ arguments: [String], output: CInt) throws -> ChildProcess {
    try ChildProcess(
      Programs.built("exectop"), arguments, environment: [:],
      streams: .descriptors(input: nil, output: output, errors: nil))
  }

  /// A pipe with so little room that a record fills it.
  private func smallPipe() throws -> (input: CInt, output: CInt) {
    var ends: [CInt] = [0, 0]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw TestFailure("pipe2") }
    // F_SETPIPE_SZ, which <fcntl.h> shows only to _GNU_SOURCE.
    guard fcntl(ends[1], 1031, 4096) == 4096 else { throw TestFailure("set the pipe's size") }
    return (ends[0], ends[1])
  }

  /// Waits until nothing more is written into a pipe for five intervals. A small first write can take the only buffer
  /// that so small a pipe has: what stands in it can be far less than its size.
  private func waitUntilStalled(_ input: CInt) throws {
    var before: CInt = 0
    let isStalled = Deadline(after: .seconds(20)).wait {
      usleep(500_000)
      let count = available(input)
      defer { before = count }
      return count > 0 && count == before
    }
    guard isStalled else { throw TestFailure("it still writes") }
  }

  /// Bytes that stand in a pipe.
  private func available(_ input: CInt) -> CInt {
    var count: CInt = 0
    // FIONREAD writes one int.
    _ = ioctl(input, UInt(FIONREAD), &count)
    return count
  }

  private func ends(_ process: ChildProcess) -> Ending? {
    _ = Deadline(after: .seconds(20)).wait { process.poll() != nil }
    return process.poll()
  }

  @Test("a full pipe keeps no signal from ending batch mode", arguments: EndingSignals.wishes)
  func fullPipe(signal: CInt) throws {
    let pipe = try smallPipe()
    defer {
      close(pipe.input)
      close(pipe.output)
    }
    let process = try start(["--demo", "--batch", "--format", "json", "-d", "0.1"], output: pipe.output)
    try waitUntilStalled(pipe.input)
    process.signal(signal)
    #expect(ends(process) == .exited(0))
    #expect(fcntl(pipe.output, F_GETFL) & O_NONBLOCK == 0)
  }

  @Test("a reader that comes back gets whole records, and the first new one spans what it missed")
  func comesBack() throws {
    let pipe = try smallPipe()
    defer { close(pipe.input) }
    let process = try start(["--demo", "--batch", "--format", "json", "-d", "0.1", "-n", "60"], output: pipe.output)
    try waitUntilStalled(pipe.input)
    close(pipe.output)
    let text = try FileHandle(fileDescriptor: pipe.input).readToEnd() ?? Data()
    #expect(ends(process) == .exited(0))
    let records = try text.split(separator: UInt8(ascii: "\n")).map { try Object(String(decoding: $0, as: UTF8.self)) }
    #expect(records.count == 60)
    #expect(records.contains { $0.number("interval") >= 0.4 })
    var sum = 0
    for record in records { sum += record.objects("rows").reduce(0) { $0 + max(0, $1.integer("delta")) } }
    #expect(sum == records.last?.object("totals").integer("execs"))
  }

  @Test("--batch ends when its reader does, however long the interval", arguments: ["pipe", "socket"])
  func readerEnds(kind: String) throws {
    var ends: [CInt] = [0, 0]
    let isMade =
      kind == "pipe"
      ? pipe2(&ends, O_CLOEXEC) : socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    #expect(isMade == 0)
    let process = try start(["--demo", "--batch", "--format", "csv", "-d", "3600"], output: ends[1])
    close(ends[1])
    // The header: it has begun.
    var byte: UInt8 = 0
    #expect(read(ends[0], &byte, 1) == 1)
    close(ends[0])
    #expect(self.ends(process) == .exited(0))
  }

  @Test("a full trace pipe does not either", .needsKernel, arguments: EndingSignals.wishes)
  func trace(signal: CInt) throws {
    let workload = try Workload()
    defer { workload.remove() }
    let instances = try TraceInstances(tracefs: Tracefs.makeVisible)
    let pipe = try smallPipe()
    defer {
      close(pipe.input)
      close(pipe.output)
    }
    let process = try start(["--batch", "--trace"], output: pipe.output)
    _ = try instances.waitFor(added: 1)
    // The instance is there a moment before the programs print.
    _ = try Deadline(after: .seconds(20)).wait {
      try workload.run("fail", workload.path("marked"), "1000")
      return available(pipe.input) > 0
    }
    try waitUntilStalled(pipe.input)
    process.signal(signal)
    #expect(ends(process) == .exited(0))
    #expect(try instances.added().isEmpty)
  }

  @Test(
    "a terminal that nobody reads keeps neither signals nor keys from ending the dashboard", arguments: [0, SIGTERM])
  func dashboard(signal: CInt) throws {
    let pty = try Pty(
      Programs.built("exectop"), ["--demo", "-d", "0.1"], columns: 200, rows: 60, environment: environment)
    #expect(pty.waitFor { $0.contains("DEMO") })
    // Each draws the whole screen.
    for _ in 0..<60 {
      pty.write("\u{c}")
      usleep(10_000)
    }
    if signal == 0 { pty.write("q") } else { pty.process.signal(signal) }
    #expect(ends(pty.process) == .exited(0))
    #expect(pty.modes == pty.initialModes)
  }

  @Test("a terminal that nobody reads does not keep batch mode from ending")
  func batchOnTerminal() throws {
    let pty = try Pty(Programs.built("exectop"), ["--demo", "--batch", "-d", "0.1"], environment: environment)
    #expect(pty.waitFor { $0.contains("execs") })
    usleep(500_000)
    pty.process.signal(SIGINT)
    #expect(ends(pty.process) == .exited(0))
  }

  @Test("100 KB of keys that each sort anew are answered")
  func paste() throws {
    let pty = try Pty(
      Programs.built("exectop"), ["--demo", "-d", "0.1"], columns: 100, rows: 30, environment: environment)
    #expect(pty.waitFor { $0.contains("DEMO") })
    for _ in 0..<100 {
      pty.write(String(repeating: "cr", count: 512))
      _ = pty.waitFor(.zero) { _ in false }
    }
    pty.write("/")
    #expect(pty.waitFor { $0.contains("filter:") })
    pty.write(String(repeating: "x", count: 2000) + "\u{15}the end")
    #expect(pty.waitFor { $0.contains("the end") })
    pty.write("\u{3}")
    #expect(pty.waitForEnd() == .exited(0))
  }
}
