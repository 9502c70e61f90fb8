/// Makes lines of what is read from a trace_pipe, wherever the reads cut it.
public struct TraceParser: Sendable {
  /// What stands in a trace_pipe.
  public enum Item: Equatable, Sendable {
    case line(TraceLine)
    /// The buffer was full, and the kernel dropped events there: how many, nil if it does not say.
    case lost(UInt64?)
  }

  /// The beginning of a line whose end has not come.
  private var partial: [UInt8] = []
  /// More has come of it than is kept.
  private var isPartialCut = false

  public init() {}

  /// Takes the next bytes and hands over each item that they complete, in order.
  public mutating func take(_ bytes: [UInt8], _ body: (Item) -> Void) {
    var rest = bytes[...]
    while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
      append(rest[..<newline])
      body(item())
      rest = rest[(newline + 1)...]
    }
    append(rest)
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    let room = TraceLine.keptBytes - partial.count
    partial.append(contentsOf: bytes.prefix(room))
    if bytes.count > room { isPartialCut = true }
  }

  private mutating func item() -> Item {
    defer {
      partial = []
      isPartialCut = false
    }
    return TraceParser.loss(partial) ?? .line(TraceLine(partial, isCut: isPartialCut))
  }

  /// Reads `CPU:3 [LOST 42 EVENTS]`, or `CPU:3 [LOST EVENTS]` where the kernel has no count (print_trace_line in
  /// kernel/trace/trace.c).
  private static func loss(_ line: [UInt8]) -> Item? {
    guard line.starts(with: lostMark) else { return nil }
    let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    if words.count == 3, words[1] == "[LOST", words[2] == "EVENTS]" { return .lost(nil) }
    guard words.count == 4, words[1] == "[LOST", words[3] == "EVENTS]", let count = UInt64(words[2]) else { return nil }
    return .lost(count)
  }

  private static let lostMark = Array("CPU:".utf8)
}
