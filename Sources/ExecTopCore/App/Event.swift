/// What wakes exectop.
public enum Event: Sendable {
  case key(Key)
  case snapshot(Snapshot)
  case resized(Size)
}

/// What the event loop is asked to do.
public enum Effect: Equatable, Sendable {
  /// Take a snapshot now, before the next event.
  case sample
  case setInterval(Seconds)
  case redraw
  case suspend
  case quit
}
