import Glibc

/// A moment after which a test gives up.
public struct Deadline {
  private let end: ContinuousClock.Instant

  public init(after timeout: Duration) {
    end = .now + timeout
  }

  public var isOver: Bool { ContinuousClock.now >= end }

  /// Milliseconds that are left, for poll(2).
  public var milliseconds: CInt {
    let left = ContinuousClock.now.duration(to: end)
    return max(0, CInt(left / .milliseconds(1)))
  }

  /// Waits in short steps until a condition holds; false if it does not before the end.
  public func wait(until condition: () throws -> Bool) rethrows -> Bool {
    while true {
      if try condition() { return true }
      if isOver { return false }
      usleep(10_000)
    }
  }
}
