/// What the CPU time and the end of a process are counted for.
public enum Owner: FamilyKey {
  /// The path of its last successful exec, or of its parent's if it has made none.
  case path(PathID)
  /// It is a thread of the kernel.
  case kernelThreads
  /// That path has no row: it could not be read, or the map took no further path.
  case noPath
  /// There was no room for the process in the table of processes.
  case noSlot
  /// The map of owners took no further one.
  case mapFull

  /// What the programs mean by a number that is no path's (enum exec_owner in bpf/exec_count.h). Nil for any other.
  init?(reserved number: UInt64) {
    switch number {
    case 0: self = .noPath
    case 1: self = .kernelThreads
    case 2: self = .noSlot
    default: return nil
    }
  }

  public func following(_ paths: Identities<Path>) -> Owner {
    if case .path(let id) = self { .path(paths.current(id)) } else { self }
  }

  /// The path's id. Nil if it is none.
  public var path: PathID? {
    if case .path(let id) = self { id } else { nil }
  }
}

/// The figures that are kept of an owner's processes, in the order in which they stand in `Snapshot.uses`.
public enum UseFigure: Int, CaseIterable, Sendable {
  /// Nanoseconds of CPU time, of those that have ended and of those that run.
  case cpu
  /// Nanoseconds from exec to the end, summed over those that have ended and of which it is known.
  case wall
  /// Page faults that needed a device, of those that have ended.
  case majorFaults
  /// The longest time from exec to the end, in nanoseconds.
  case longest
  /// The most memory that one of them had resident, in bytes.
  case resident
  /// How many run now.
  case running
  /// Nanoseconds of CPU time that these have used since their exec, or since counting began.
  case runningCPU

  var kind: FigureKind {
    switch self {
    case .cpu: .laggingCounter
    case .wall, .majorFaults: .counter
    case .longest, .resident: .maximum
    case .running, .runningCPU: .gauge
    }
  }

  /// So many of them, the first ones, are what the kernel's map holds (struct exec_cost in bpf/exec_count.h).
  static let inMap = 5
}
