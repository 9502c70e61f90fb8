/// Makes lines of what is read from a trace_pipe, wherever the reads cut it.
public struct TraceParser: Sendable {
  /// What stands in a trace_pipe.
  public enum Item: Equatable, Sendable {
    case line(TraceLine)
    /// A CPU's buffer was full, and the kernel dropped so many events; nil if it does not say how many.
    case lost(cpu: Int, count: UInt64?)
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
    guard line.starts(with: lossMark) else { return nil }
    let words = line.dropFirst(lossMark.count).split(separator: UInt8(ascii: " "))
      .map { String(decoding: $0, as: UTF8.self) }
    guard words.count >= 3, let cpu = Int(words[0]), words[1] == "[LOST", words.last == "EVENTS]" else { return nil }
    if words.count == 3 { return .lost(cpu: cpu, count: nil) }
    guard words.count == 4, let count = UInt64(words[2]) else { return nil }
    return .lost(cpu: cpu, count: count)
  }

  private static let lossMark = Array("CPU:".utf8)
}
