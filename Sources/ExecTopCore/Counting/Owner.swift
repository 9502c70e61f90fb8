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
    case 3: self = .mapFull
    case 4: self = .path(.other)
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
