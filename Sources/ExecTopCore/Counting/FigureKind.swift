/// How a figure of a family adds up.
public enum FigureKind: Sendable {
  /// It only rises, and falls only where what counts it has begun from zero again.
  case counter
  /// Likewise, but what is read of it can lag behind what was read before: the higher one holds.
  case laggingCounter
  /// The highest of what it was ever found to be.
  case maximum
  /// What it is now.
  case gauge

  /// Figures of it add up over time. The others stand for an instant.
  package var isSum: Bool {
    switch self {
    case .counter, .laggingCounter: true
    case .maximum, .gauge: false
    }
  }

  /// What two rows that become one make.
  func merged(_ left: UInt64, _ right: UInt64) -> UInt64 {
    self == .maximum ? max(left, right) : Saturating.sum(left, right)
  }
}
