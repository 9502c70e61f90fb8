import CLinux
import Glibc

/// A program that runs to its end.
public enum Command {
  public struct Result {
    public let ending: Ending
    /// Standard output and standard error, in the order written.
    public let output: String
  }

  /// Runs a program with /dev/null as its input and waits for it.
  public static func run(
    _ path: String, _ arguments: [String] = [], environment: [String: String] = ["PATH": "/usr/bin:/bin"],
    timeout: Duration = .seconds(20)
  ) throws -> Result {
    var ends: [CInt] = [0, 0]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw TestFailure("make a pipe: \(String(cString: strerror(errno)))") }
    defer { close(ends[0]) }
    let process: ChildProcess
    do {
      defer { close(ends[1]) }
      process = try ChildProcess(
        path, arguments, environment: environment,
        streams: .descriptors(input: nil, output: ends[1], errors: ends[1]))
    }
    let deadline = Deadline(after: timeout)
    var output: [UInt8] = []
    while let bytes = readAvailable(ends[0], deadline: deadline) {
      output += bytes
    }
    guard deadline.wait(until: { process.poll() != nil }), let ending = process.poll() else {
      throw TestFailure("\(path) has not ended in \(timeout)")
    }
    return Result(ending: ending, output: String(decoding: output, as: UTF8.self))
  }
}

/// Reads what comes on a descriptor before the deadline; nil at its end, or when nothing came.
func readAvailable(_ descriptor: CInt, deadline: Deadline) -> [UInt8]? {
  var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
  guard poll(&request, 1, deadline.milliseconds) > 0 else { return nil }
  var buffer = [UInt8](repeating: 0, count: 65_536)
  // The kernel writes at most as many bytes as the buffer has.
  let count = read(descriptor, &buffer, buffer.count)
  return count > 0 ? Array(buffer.prefix(count)) : nil
}
