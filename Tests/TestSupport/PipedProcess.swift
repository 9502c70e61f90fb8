import CLinux
import Glibc

/// A program that is told by its standard input and answers on its standard output; it does not outlive its owner.
public final class PipedProcess {
  private let process: ChildProcess
  private let name: String
  private let input: CInt
  private let output: CInt
  private var isEnded = false
  /// What it has written and nobody has asked for yet.
  private var buffer: [UInt8] = []

  /// - Parameter outputFile: where its output goes, if nobody reads it while it runs.
  public init(
    _ path: String, _ arguments: [String] = [], environment: [String: String] = Programs.environment,
    outputFile: String? = nil
  ) throws {
    var ends: [[CInt]] = [[0, 0], [0, 0]]
    for index in ends.indices where pipe2(&ends[index], O_CLOEXEC) != 0 { throw TestFailure("make a pipe") }
    name = path
    input = ends[0][1]
    output = ends[1][0]
    let file = outputFile.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }
    defer {
      close(ends[0][0])
      close(ends[1][1])
      if let file { close(file) }
    }
    process = try ChildProcess(
      path, arguments, environment: environment,
      streams: .descriptors(input: ends[0][0], output: file ?? ends[1][1], errors: nil))
  }

  deinit {
    end()
  }

  public var identifier: pid_t { process.identifier }

  /// The next line that it writes. Nil at its end, or if none comes in time.
  public func line(within time: Duration = .seconds(30)) -> String? {
    let deadline = Deadline(after: time)
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        defer { buffer.removeSubrange(...end) }
        return String(decoding: buffer[..<end], as: UTF8.self)
      }
      guard let bytes = readAvailable(output, deadline: deadline) else { return nil }
      buffer += bytes
    }
  }

  /// The next line, which has to come.
  public func nextLine() throws -> String {
    guard let line = line() else { throw TestFailure("\(name) has ended, or written no line") }
    return line
  }

  /// The next line, which should be numbers.
  public func numbers() throws -> [Double] {
    let line = try nextLine()
    let numbers = line.split(separator: " ").compactMap { Double($0) }
    guard !numbers.isEmpty else { throw TestFailure("\(name) has written no number, but \(line)") }
    return numbers
  }

  /// All lines until its end.
  public func rest() -> [String] {
    var lines: [String] = []
    while let line = line() { lines.append(line) }
    return lines
  }

  /// Types text on its standard input.
  public func write(_ text: String) {
    _ = Glibc.write(input, text, text.utf8.count)
  }

  public func signal(_ signal: CInt) {
    process.signal(signal)
  }

  /// Closes its input, which ends most of them, sends a signal if one is given, and waits; in the end it is killed.
  public func end(_ signal: CInt? = nil) {
    guard !isEnded else { return }
    isEnded = true
    close(input)
    if let signal { process.signal(signal) }
    if !Deadline(after: .seconds(20)).wait(until: { process.poll() != nil }) { process.signal(SIGKILL) }
    close(output)
  }
}
