import CLinux
import Glibc

/// Execs of paths made of any bytes, by one process that lives as long as this.
public final class ExecFeed {
  /// The execs that were asked for, each of which is one.
  public private(set) var execs = 0
  private let process: ChildProcess
  private let input: CInt

  public init() throws {
    var ends: [CInt] = [0, 0]
    // A socket rather than a pipe: to write to it never raises SIGPIPE.
    guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw TestFailure("make a pair of sockets: \(String(cString: strerror(errno)))")
    }
    input = ends[0]
    defer { close(ends[1]) }
    process = try ChildProcess(
      Programs.built("ExecWorkload"), ["feed"], environment: [:],
      streams: .descriptors(input: ends[1], output: nil, errors: nil))
  }

  deinit {
    close(input)
  }

  /// An exec of a path where nothing is, or no program.
  public func fail(_ path: [UInt8]) throws {
    execs += 1
    try send("f", path)
  }

  /// An exec of a program that is there for the time of it, and ends at once. It fails where the path cannot be.
  public func run(_ path: [UInt8]) throws {
    execs += 1
    try send("r", path)
  }

  /// The name that the process which execs has from now on.
  public func rename(_ name: [UInt8]) throws {
    try send("n", name)
  }

  /// Waits until all has been done.
  public func end() throws {
    shutdown(input, CInt(SHUT_WR))
    guard Deadline(after: .seconds(60)).wait(until: { process.poll() != nil }), process.poll() == .exited(0) else {
      throw TestFailure("the process that execs has not ended well: \(process.poll().map { "\($0)" } ?? "it runs")")
    }
  }

  private func send(_ kind: Unicode.Scalar, _ bytes: [UInt8]) throws {
    let length = UInt16(bytes.count)
    let command = [UInt8(ascii: kind)] + withUnsafeBytes(of: length) { Array($0) } + bytes
    var rest = command[...]
    while !rest.isEmpty {
      // As many bytes as are left, from where they lie.
      let count = rest.withUnsafeBytes { Glibc.send(input, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
      guard count > 0 else { throw TestFailure("the process that execs is gone") }
      rest.removeFirst(count)
    }
  }
}
