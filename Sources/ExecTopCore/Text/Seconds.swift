/// Seconds, as an interval or an instant on the monotonic clock.
public typealias Seconds = Double

extension Seconds {
  /// Before all instants: stands for one that there has not been.
  package static var never: Seconds { -.infinity }
}
