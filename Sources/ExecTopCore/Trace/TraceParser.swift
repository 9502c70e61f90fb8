import ExecTopText

/// Makes lines of what is read from a trace_pipe, wherever the reads cut it.
///
/// The kernel puts `CPU:3 [LOST 42 EVENTS]` between the lines it hands over. Any program can make such a line too, by the
/// path of an exec with a newline in it, so it is a line like any other here; `TraceStatistics` knows the losses.
public struct TraceParser: Sendable {
  /// The beginning of a line whose end has not come.
  private var partial: [UInt8] = []
  /// More has come of it than is kept.
  private var isPartialCut = false

  public init() {}

  /// Takes the next bytes and hands over each line that they complete, in order.
  public mutating func take(_ bytes: [UInt8], _ body: (TraceLine) -> Void) {
    var rest = bytes[...]
    while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
      append(rest[..<newline])
      body(TraceLine(partial, isCut: isPartialCut))
      partial = []
      isPartialCut = false
      rest = rest[(newline + 1)...]
    }
    append(rest)
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) {
    let room = TraceLine.keptBytes - partial.count
    partial.append(contentsOf: bytes.prefix(room))
    if bytes.count > room { isPartialCut = true }
  }
}
