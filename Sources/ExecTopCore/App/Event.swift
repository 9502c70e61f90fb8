/// What wakes exectop.
public enum Event: Sendable {
  case key(Key)
  case snapshot(Snapshot)
  case resized(Size)
  /// How saving went: a line for the user.
  case saved(String)
}

/// What the event loop is asked to do.
public enum Effect: Equatable, Sendable {
  /// Take a snapshot now, before the next event.
  case sample
  case setInterval(Seconds)
  case save(Choices)
  case redraw
  case suspend
  case quit
}
