/// Where trace lines come from.
public enum TraceOrigin: Equatable, Sendable {
  /// A trace instance of exectop's own: no other reader misses a line for it.
  case own
  /// The kernel's one trace_pipe: what is read there is taken from its other readers.
  case shared
}
