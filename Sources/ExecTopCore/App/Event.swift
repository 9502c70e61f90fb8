import ExecTopCounting
import ExecTopTable
import ExecTopText
import ExecTopTrace

/// What wakes exectop.
public enum Event: Sendable {
  case key(Key)
  case snapshot(Snapshot)
  /// Seconds to add to an instant of the monotonic clock for the civil time since a midnight.
  case civilOffset(Seconds)
  case resized(Size)
  case trace(TraceEvent)
  /// Events of single execs of the path that is watched.
  case execs(ExecEvents)
  /// They cannot be told: why.
  case execsFailed(String)
  /// What exectop itself costs.
  case cost(Cost)
  /// How saving went.
  case saved(Message)
  case replay(ReplayEvent)
}

/// What the event loop is asked to do.
public enum Effect: Equatable, Sendable {
  /// Take a snapshot now, before the next event.
  case sample
  case setInterval(Seconds)
  case save(Choices)
  /// Tell after each refresh what exectop itself costs, or no longer.
  case measureCost(Bool)
  case redraw
  case suspend
  /// Print each exec to the kernel's trace, and read it from now on.
  case openTrace
  case closeTrace
  /// Tell of single execs of this path from now on; nil: of none any more.
  case watch(Path?)
  case replay(PlayCommand)
  case quit
}

/// What comes of the effect `openTrace`, at once and later.
public enum TraceEvent: Sendable {
  case opened(TraceOrigin)
  /// There is no trace to read, or no longer: why.
  case failed(String)
  /// Bytes of the trace_pipe, cut anywhere.
  case bytes([UInt8])
  /// How many lines the kernel has dropped since it was opened; nil where that is not known.
  case lost(UInt64?)
}
