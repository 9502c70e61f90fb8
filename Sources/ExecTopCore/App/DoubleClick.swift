import ExecTopCounting
import ExecTopTable
import ExecTopText

/// Tells double clicks from single ones.
public struct DoubleClick: Sendable {
  private var last: (row: Int, time: Seconds)?

  /// Longer than it takes a slow hand, shorter than a second thought.
  static let longest: Seconds = 0.5

  public init() {}

  /// The key, as `.doublePress` if it is a press on the row that was pressed shortly before.
  public mutating func mark(_ key: Key, at time: Seconds) -> Key {
    guard case .mouse(.press, let position) = key else {
      last = nil
      return key
    }
    if let last, last.row == position.row, time - last.time <= DoubleClick.longest {
      // A third one begins anew.
      self.last = nil
      return .mouse(.doublePress, position)
    }
    last = (position.row, time)
    return key
  }
}
