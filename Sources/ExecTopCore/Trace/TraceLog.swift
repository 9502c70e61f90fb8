import DequeModule

/// The last few thousand trace lines.
///
/// Lines are numbered from 0 in the order in which they came, so that a number keeps its line while others go.
public struct TraceLog: Sendable {
  /// Lines that are kept, unless asked otherwise: with paths of usual length, about half a megabyte.
  public static let defaultCapacity = 4096

  public let capacity: Int
  /// The number of the first line that is kept.
  public private(set) var start = 0
  /// Lines that the kernel has dropped because nobody read them in time; nil where that is not known.
  public package(set) var lost: UInt64?
  private var lines: Deque<TraceLine> = []

  public init(capacity: Int = TraceLog.defaultCapacity) {
    self.capacity = capacity
  }

  /// The number that the next line will have: how many have come so far.
  public var end: Int { start + lines.count }

  /// The line of a number that is kept.
  public subscript(number: Int) -> TraceLine { lines[number - start] }

  /// Adds a line, and drops the first one if there are too many.
  public mutating func append(_ line: TraceLine) {
    lines.append(line)
    if lines.count > capacity {
      lines.removeFirst()
      start += 1
    }
  }
}
