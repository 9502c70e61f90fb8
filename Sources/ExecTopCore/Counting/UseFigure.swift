/// The figures that are kept of a launch, in the order in which they stand in `Uses.launches`.
public enum UseFigure: Int, CaseIterable, Sendable {
  /// Execs that succeeded.
  case execs
  /// Execs that the kernel refused. They are in a map of their own (struct failure_key in bpf/exec_count.h).
  case failed
  /// Of these, the ones for a program of the same name that the same process then found elsewhere: a search of PATH.
  case searches
  /// Nanoseconds of CPU time, of those that have ended and of those that run.
  case cpu
  /// Nanoseconds from the fork, or a later exec, to the end, summed over those that have ended and of which it is known.
  case wall
  /// Page faults that needed a device, of those that have ended.
  case majorFaults
  /// Processes that ended with another status than 0, or by a signal.
  case errors
  /// The longest `wall` of one of them, in nanoseconds.
  case longest
  /// The most memory that one of them had resident, in bytes.
  case resident
  /// How many run now.
  case running
  /// Nanoseconds of CPU time that these have used since their exec, or since counting began.
  case runningCPU

  package var kind: FigureKind {
    switch self {
    case .cpu: .laggingCounter
    case .execs, .failed, .searches, .wall, .majorFaults, .errors: .counter
    case .longest, .resident: .maximum
    case .running, .runningCPU: .gauge
    }
  }

  /// One of each.
  package typealias Figures = InlineArray<11, UInt64>

  /// How many figures there are. Counters stand first, then maxima, then gauges.
  static var count: Int { Figures.count }
  static var counters: Int { 7 }
  static var maxima: Range<Int> { counters..<9 }
  static var gauges: Range<Int> { maxima.upperBound..<count }

  /// What the kernel's map of launches holds, in its order (struct exec_launch in bpf/exec_count.h).
  static let inMap: [UseFigure] = [
    .execs, .searches, .cpu, .wall, .majorFaults, .errors, .longest, .resident,
  ]
}
