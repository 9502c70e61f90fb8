import Foundation
import Synchronization

/// The programs that run now, so that nothing is left of them when the benchmark is interrupted.
private let running = Mutex<Set<Int32>>([])

/// A program that the benchmark has started. It does not outlive its owner.
final class Tool {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var buffer = Data()

  /// - Parameter outputFile: where its output goes, if nobody reads it while it runs.
  init(_ path: String, _ arguments: [String] = [], outputFile: String? = nil) throws {
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.standardInput = input
    if let outputFile {
      try Data().write(to: URL(filePath: outputFile))
      process.standardOutput = try FileHandle(forWritingTo: URL(filePath: outputFile))
    } else {
      process.standardOutput = output
    }
    process.standardError = FileHandle.nullDevice
    try process.run()
    let identifier = identifier
    running.withLock { _ = $0.insert(identifier) }
  }

  deinit {
    end()
  }

  /// Ends all that runs.
  static func endAll() {
    for process in running.withLock({ $0 }) { kill(process, SIGTERM) }
  }

  var identifier: Int32 { process.processIdentifier }

  /// The next line that it prints. Nil at its end, or if none comes in half a minute.
  func line() -> String? {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: buffer[buffer.startIndex..<end], as: UTF8.self)
        buffer = Data(buffer[buffer.index(after: end)...])
        return line
      }
      var ready = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 30_000) > 0 else { return nil }
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { return nil }
      buffer += more
    }
  }

  /// The next line, which should be numbers.
  func numbers() throws -> [Double] {
    let numbers = line()?.split(separator: " ").compactMap { Double($0) } ?? []
    guard !numbers.isEmpty else { throw Failure("\(process.executableURL?.lastPathComponent ?? "") printed no number") }
    return numbers
  }

  func write(_ text: String) throws {
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
  }

  /// All that it prints until its end.
  func rest() -> String {
    var lines = ""
    while let line = line() { lines += line + "\n" }
    process.waitUntilExit()
    return lines
  }

  /// Ends it by closing its input, and by a signal.
  func end(_ signal: Int32 = SIGTERM) {
    try? input.fileHandleForWriting.close()
    for attempt in 0..<100 where process.isRunning {
      if attempt % 20 == 0 { kill(identifier, attempt < 40 ? signal : SIGKILL) }
      Thread.sleep(forTimeInterval: 0.05)
    }
    let identifier = identifier
    running.withLock { _ = $0.remove(identifier) }
  }
}

struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// A program on a terminal of 160 columns and 50 rows.
final class Screen {
  private let tool: Tool
  let identifier: Int32

  /// - Parameter mark: what it writes once its first frame is there.
  init(_ bench: Bench, mark: String, _ command: [String]) throws {
    tool = try Tool(bench.helper("terminal"), ["160", "50", mark] + command)
    identifier = Int32(try tool.numbers()[0])
  }

  deinit {
    end()
  }

  /// Nanoseconds from its start to its first frame.
  func firstFrame() throws -> Double { try tool.numbers()[0] }

  /// Nanoseconds of CPU that it has used.
  private func cpu() throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(identifier)/schedstat", encoding: .utf8)
    return text.split(separator: " ").first.flatMap { Double($0) } ?? 0
  }

  /// Nanoseconds of CPU a refresh of each, over so many of them in the same time.
  static func cpu(of screens: [Screen], refreshes: Int, every interval: Double) throws -> [Double] {
    let before = try screens.map { try $0.cpu() }
    Thread.sleep(forTimeInterval: interval * Double(refreshes))
    return try zip(screens, before).map { (try $0.cpu() - $1) / Double(refreshes) }
  }

  func end() {
    kill(identifier, SIGTERM)
    tool.end()
  }
}

/// Bytes of memory that a process has resident.
func residentMemory(of process: Int32) throws -> Double {
  let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
  let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
  guard let kilobytes else { throw Failure("process \(process) has no VmRSS") }
  return kilobytes * 1024
}
