import ExecTopCounting

/// Where a program is that has never been run before. In the directories that anyone can write to, that is worth a look.
public enum WatchedPlace: String, CaseIterable, Sendable {
  case tmp = "/tmp"
  case varTmp = "/var/tmp"
  case sharedMemory = "/dev/shm"
  /// A program that was given as a descriptor: its path is the descriptor's.
  case descriptor = "/dev/fd"
  case elsewhere

  init(of path: Path) {
    let named = Self.allCases.first { $0 != .elsewhere && path.bytes.starts(with: ($0.rawValue + "/").utf8) }
    self = named ?? .elsewhere
  }
}
