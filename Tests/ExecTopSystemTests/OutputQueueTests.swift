import CLinux
import Glibc
import TestSupport
import Testing

@testable import ExecTopSystem

/// Writing without waiting, to whatever a standard stream can be.
@Suite(.serialized)
struct OutputQueueTests {
  init() {
    // As exectop does.
    signal(SIGPIPE, SIG_IGN)
  }

  /// Two ends of something: what is written to `output` is read from `input`.
  private struct Ends {
    var input: CInt = -1
    var output: CInt = -1

    static func pipe() throws -> Ends {
      var ends: [CInt] = [0, 0]
      guard pipe2(&ends, O_CLOEXEC) == 0 else { throw TestFailure("pipe2") }
      return Ends(input: ends[0], output: ends[1])
    }

    static func socket() throws -> Ends {
      var ends: [CInt] = [0, 0]
      guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw TestFailure("socketpair") }
      return Ends(input: ends[0], output: ends[1])
    }

    static func terminal() throws -> Ends {
      let master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
      var name = [CChar](repeating: 0, count: 64)
      // ptsname_r writes at most as many bytes as the buffer has.
      guard master >= 0, grantpt(master) == 0, unlockpt(master) == 0, ptsname_r(master, &name, name.count) == 0 else {
        throw TestFailure("open a pseudo-terminal")
      }
      return Ends(input: master, output: open(name, O_RDWR | O_NOCTTY | O_CLOEXEC))
    }

    func closeAll() {
      close(input)
      close(output)
    }

    /// What has come by now.
    func readAvailable() -> [UInt8] {
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      var request = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      // At most as many bytes are written as the buffer has.
      while poll(&request, 1, 0) == 1, case let count = read(input, &buffer, buffer.count), count > 0 {
        bytes += buffer[..<count]
      }
      return bytes
    }
  }

  private static let kinds: [@Sendable () throws -> Ends] = [Ends.pipe, Ends.socket, Ends.terminal]

  @Test("all bytes come, in order, however often the reader is full", arguments: 0..<3)
  func whole(kind: Int) throws {
    let ends = try OutputQueueTests.kinds[kind]()
    defer { ends.closeAll() }
    let output = OutputQueue(ends.output, "the test")
    // No newlines, which a terminal would change.
    let bytes = (0..<1_000_000).map { UInt8(ascii: "A") + UInt8($0 % 23) }
    output.append(bytes)
    var read: [UInt8] = []
    var isEverFull = false
    while read.count < bytes.count {
      try output.flush()
      if output.isPending { isEverFull = true }
      read += ends.readAvailable()
    }
    #expect(read == bytes)
    #expect(isEverFull)
    #expect(!output.isPending)
    // What other processes share is as it was.
    #expect(fcntl(ends.output, F_GETFL) & O_NONBLOCK == 0)
  }

  @Test("a reader that takes nothing ends the waiting, and does not end the program", arguments: 0..<3)
  func stalled(kind: Int) throws {
    let ends = try OutputQueueTests.kinds[kind]()
    defer { ends.closeAll() }
    let output = OutputQueue(ends.output, "the test")
    output.append([UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000))
    #expect(try !output.drain(within: 0.05))
    #expect(output.isPending)
    output.discard()
    #expect(!output.isPending)
  }

  @Test("without a second opening it asks before it writes, and does not wait either", arguments: [0, 2])
  func withoutProc(kind: Int) throws {
    let ends = try OutputQueueTests.kinds[kind]()
    defer { ends.closeAll() }
    let output = OutputQueue(ends.output, "the test", reopens: false)
    #expect(output.descriptor == ends.output)
    output.append([UInt8](repeating: UInt8(ascii: "x"), count: 200_000))
    #expect(try !output.drain(within: 0.05))
    var read = 0
    while output.isPending {
      read += ends.readAvailable().count
      try output.flush()
    }
    #expect(read + ends.readAvailable().count == 200_000)
  }

  @Test("a reader that has gone is known from other failures", arguments: 0..<3)
  func gone(kind: Int) throws {
    let ends = try OutputQueueTests.kinds[kind]()
    let output = OutputQueue(ends.output, "the test")
    close(ends.input)
    output.append([1])
    let error = #expect(throws: OutputError.self) { try output.flush() }
    #expect(error?.isReaderGone == true)
    #expect(!output.isPending)
    close(ends.output)
  }

  @Test("a full disk is an error with its reason")
  func full() throws {
    let descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    let output = OutputQueue(descriptor, "the test")
    output.append([1])
    let error = #expect(throws: OutputError.self) { try output.flush() }
    #expect(error?.isReaderGone == false)
    #expect(error?.description == "write the test: No space left on device")
  }

  @Test("a file is written where the caller's other processes write it: at one place")
  func file() throws {
    let workload = try Workload()
    defer { workload.remove() }
    let descriptor = open(workload.path("file"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    #expect(write(descriptor, "one ", 4) == 4)
    let output = OutputQueue(descriptor, "the test")
    output.append("two ".utf8)
    try output.flush()
    #expect(write(descriptor, "three", 5) == 5)
    var buffer = [UInt8](repeating: 0, count: 64)
    // At most as many bytes are written as the buffer has.
    let count = pread(descriptor, &buffer, buffer.count, 0)
    #expect(String(decoding: buffer[..<count], as: UTF8.self) == "one two three")
  }
}
