import Foundation
import TestSupport

/// A program on a terminal of 160 columns and 50 rows, which a process of its own reads.
final class Screen {
  private let terminal: PipedProcess
  let identifier: Int32

  /// - Parameter mark: what it writes once its first frame is there.
  init(_ bench: Bench, mark: String, _ command: [String]) throws {
    terminal = try PipedProcess(bench.helper("terminal"), ["160", "50", mark] + command)
    identifier = Int32(try terminal.numbers()[0])
  }

  deinit {
    end()
  }

  /// Nanoseconds from its start to its first frame.
  func firstFrame() throws -> Double { try terminal.numbers()[0] }

  /// Nanoseconds of CPU that it has used.
  private func cpu() throws -> Double { try Screen.cpu(of: identifier) }

  /// Nanoseconds of CPU that the first thread of a process has used.
  static func cpu(of process: Int32) throws -> Double {
    let text = try String(contentsOfFile: "/proc/\(process)/schedstat", encoding: .utf8)
    return text.split(separator: " ").first.flatMap { Double($0) } ?? 0
  }

  /// Nanoseconds of CPU a refresh of each, over so many of them in the same time.
  static func cpu(of screens: [Screen], refreshes: Int, every interval: Double) throws -> [Double] {
    let before = try screens.map { try $0.cpu() }
    Thread.sleep(forTimeInterval: interval * Double(refreshes))
    return try zip(screens, before).map { (try $0.cpu() - $1) / Double(refreshes) }
  }

  private var isEnded = false

  func end() {
    guard !isEnded else { return }
    isEnded = true
    // The terminal ends when its program has.
    kill(identifier, SIGTERM)
    terminal.end()
  }
}

/// Bytes of memory that a process has resident.
func residentMemory(of process: Int32) throws -> Double {
  let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
  let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
  guard let kilobytes else { throw TestFailure("process \(process) has no VmRSS") }
  return kilobytes * 1024
}
