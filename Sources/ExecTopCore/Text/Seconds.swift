/// Seconds, as an interval or an instant on the monotonic clock.
public typealias Seconds = Double
