import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// The trace of the running kernel: one at a time, since its trace_pipe has one reader and instances are everyone's.
@Suite(.needsKernel, .serialized)
struct TraceFeedTests {
  private let instances: TraceInstances
  private let workload: Workload
  private let tracefs: String

  init() throws {
    instances = try TraceInstances(tracefs: Tracefs.makeVisible)
    // Seen by the thread that runs this test, in a mount namespace of its own if need be.
    tracefs = try Tracefs.makeVisible()
    workload = try Workload()
  }

  /// Reads until a condition holds for the lines so far, or for two seconds.
  private func read(_ feed: TraceFeed, until isEnough: ([TraceLine]) -> Bool) throws -> [TraceLine] {
    var parser = TraceParser()
    var lines: [TraceLine] = []
    let deadline = Deadline(after: .seconds(2))
    while !isEnough(lines), !deadline.isOver {
      var request = pollfd(fd: feed.fileDescriptor, events: Int16(POLLIN), revents: 0)
      poll(&request, 1, deadline.milliseconds)
      parser.take(try feed.read(limit: 1 << 20)) { lines.append($0) }
    }
    return lines
  }

  private func paths(_ lines: [TraceLine]) -> [String] {
    lines.compactMap { $0.ownPath.map { String(decoding: $0, as: UTF8.self) } }
  }

  @Test("30 marked execs are 30 lines here, and 30 for a cat of the kernel's own trace_pipe")
  func stealsNothing() throws {
    defer { workload.remove() }
    let counter = try ExecCounter()
    let mark = workload.path("marked")
    let cat = try PipeReader(tracefs + "/trace_pipe", output: workload.path("seen"))
    let feed = try TraceFeed(counter: counter)
    #expect(feed.origin == .own)
    #expect(try instances.added().count == 1)
    try workload.run("fail", mark, "30")
    let isWhole: ([TraceLine]) -> Bool = { lines in paths(lines).filter { $0 == mark }.count >= 30 }
    let lines = try read(feed, until: isWhole)
    #expect(paths(lines).filter { $0 == mark }.count == 30)
    let marked = try #require(lines.first { $0.ownPath?.elementsEqual(mark.utf8) == true })
    #expect(String(decoding: marked.process, as: UTF8.self) == "ExecWorkload")
    #expect(marked.fields?.isPrintk == true)
    #expect(try cat.waitForLines(30, with: "execve: \(mark)\n") == 30)
  }

  @Test("the programs print only while it is open, and only then is there an instance")
  func printsWhileOpen() throws {
    defer { workload.remove() }
    let counter = try ExecCounter()
    #expect(!counter.isTracing)
    var feed: TraceFeed? = try TraceFeed(counter: counter)
    #expect(counter.isTracing)
    #expect(try instances.added().count == 1)
    let own = try #require(try instances.added().first.flatMap(InstanceName.init))
    #expect(own == .own)
    #expect(own.process == getpid())
    #expect(own.start > 0 && own.namespace > 0)
    #expect(feed?.origin == .own)
    feed = nil
    #expect(!counter.isTracing)
    #expect(try instances.added().isEmpty)
    // With a trace that another reader opens, nothing more is printed.
    let other = try TraceFeed(counter: nil)
    try workload.run("fail", workload.path("unprinted"), "10")
    counter.isTracing = true
    try workload.run("fail", workload.path("printed"), "10")
    counter.isTracing = false
    let seen = paths(try read(other) { paths($0).filter { $0 == workload.path("printed") }.count >= 10 })
    #expect(seen.contains(workload.path("printed")))
    #expect(!seen.contains(workload.path("unprinted")))
  }

  @Test("poll tells of one line at once, and of none not at all")
  func polls() throws {
    defer { workload.remove() }
    let counter = try ExecCounter()
    let feed = try TraceFeed(counter: counter)
    // Whatever others have run meanwhile.
    counter.isTracing = false
    _ = try feed.read(limit: .max)
    var request = pollfd(fd: feed.fileDescriptor, events: Int16(POLLIN), revents: 0)
    #expect(poll(&request, 1, 0) == 0)
    #expect(try feed.read(limit: .max).isEmpty)
    counter.isTracing = true
    try workload.run("fail", workload.path("one"), "1")
    #expect(poll(&request, 1, 10_000) == 1)
    #expect(request.revents == Int16(POLLIN))
  }

  @Test("a storm is read in shares, and what is dropped meanwhile is said by the kernel")
  func storm() throws {
    defer { workload.remove() }
    let counter = try ExecCounter()
    let feed = try TraceFeed(counter: counter)
    try workload.run("fail", workload.path("storm"), "30000")
    let share = try feed.read(limit: 10_000)
    #expect(share.count >= 10_000)
    // At most one read over the limit.
    #expect(share.count < 10_000 + 65_536)
    var parser = TraceParser()
    var lines = 0
    func take(_ bytes: [UInt8]) {
      parser.take(bytes) { if $0.ownPath?.elementsEqual(workload.path("storm").utf8) == true { lines += 1 } }
    }
    take(share)
    counter.isTracing = false
    while case let bytes = try feed.read(limit: 1 << 20), !bytes.isEmpty { take(bytes) }
    let lost = try #require(feed.lost)
    #expect(lines > 0)
    #expect(lost > 0)
    // Others' execs may be among those lost.
    #expect(UInt64(lines) + lost >= 30_000)
  }

  @Test("where there can be no instance, it takes the lines from the kernel's own trace_pipe")
  func fallsBack() throws {
    defer { workload.remove() }
    let counter = try ExecCounter()
    let feed = try openShared(counter)
    #expect(feed.origin == .shared)
    #expect(feed.lost == nil)
    #expect(try instances.added().isEmpty)
    try workload.run("fail", workload.path("shared"), "5")
    let lines = try read(feed) { paths($0).filter { $0 == workload.path("shared") }.count >= 5 }
    #expect(paths(lines).filter { $0 == workload.path("shared") }.count == 5)

    // Linux 6.18 gives it to one reader at a time.
    let error = #expect(throws: KernelError.self) {
      try TraceFeed(counter: nil, tracefs: tracefs, instances: "/nowhere")
    }
    #expect(error?.reason == "another program is reading it (Device or resource busy)")
    #expect(error?.remedy == "it takes one reader at a time: end the other one")
    // What failed leaves the one that works alone.
    #expect(counter.isTracing)
  }

  /// The kernel's trace_pipe, as soon as nobody else reads it.
  private func openShared(_ counter: ExecCounter) throws -> TraceFeed {
    var feed: TraceFeed?
    _ = Deadline(after: .seconds(60)).wait {
      feed = try? TraceFeed(counter: counter, tracefs: tracefs, instances: "/nowhere")
      return feed != nil
    }
    return try #require(feed)
  }

  @Test("a line that says that events were lost changes nothing in what is lost")
  func forged() throws {
    defer { workload.remove() }
    let counter = try ExecCounter()
    let feed = try TraceFeed(counter: counter)
    try workload.run("fail", workload.path("x\nCPU:0 [LOST 18446744073709551615 EVENTS]\n"), "3")
    let forged = try read(feed) { $0.filter { $0.bytes.starts(with: Array("CPU:0 [LOST 1844".utf8)) }.count >= 3 }
    #expect(forged.filter { $0.bytes == Array("CPU:0 [LOST 18446744073709551615 EVENTS]".utf8) }.count == 3)
    // Others' execs may be among those that are really lost.
    #expect(try #require(feed.lost) < 1 << 40)
  }

  @Test("an instance that is open elsewhere stays, and can be used again")
  func stillOpen() throws {
    defer { workload.remove() }
    var feed: TraceFeed? = try TraceFeed(counter: nil)
    let name = try #require(try instances.added().first)
    let descriptor = open("\(tracefs)/instances/\(name)/trace", O_RDONLY)
    #expect(descriptor >= 0)
    feed = nil
    #expect(try instances.added() == [name])
    feed = try TraceFeed(counter: nil)
    #expect(feed?.origin == .own)
    close(descriptor)
    feed = nil
    #expect(try instances.added().isEmpty)
  }
}

/// `cat` of a trace_pipe into a file.
private final class PipeReader {
  private let process: ChildProcess
  private let output: String

  /// Returns when cat has the pipe, which has one reader at a time.
  init(_ pipe: String, output: String) throws {
    self.output = output
    var started: ChildProcess?
    let isReading = try Deadline(after: .seconds(60)).wait {
      // A cat that was refused has ended.
      if let started, started.poll() == nil {
        let descriptor = open(pipe, O_RDONLY | O_NONBLOCK)
        if descriptor < 0, errno == EBUSY { return true }
        close(descriptor)
        return false
      }
      let file = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      defer { close(file) }
      started = try ChildProcess(
        "/bin/cat", [pipe], environment: [:], streams: .descriptors(input: nil, output: file, errors: nil))
      return false
    }
    guard isReading, let started else { throw TestFailure("cat has not got the trace_pipe") }
    process = started
  }

  /// Waits for so many lines with a text in them.
  ///
  /// - Returns: how many there are.
  func waitForLines(_ count: Int, with text: String) throws -> Int {
    var found = 0
    _ = try Deadline(after: .seconds(20)).wait {
      found = try Workload.contents(of: output).split(separator: text, omittingEmptySubsequences: false).count - 1
      return found >= count
    }
    return found
  }
}

extension Workload {
  fileprivate static func contents(of path: String) throws -> String {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw TestFailure("open \(path)") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    // At most as many bytes are written as the buffer has.
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
