import CExecCount
import ExecTopCounting
import Glibc

/// Finds out what the users and control groups of launches are called: each once, when a launch of it is first met.
struct NameFinder: ~Copyable {
  private(set) var names = LaunchNames()
  private let tree = ControlGroupTree()
  /// The paths of groups that were made while exectop ran (bpf/exec_groups.bpf.h).
  private var madeReader: MapReader
  /// The programs' counter of those when they were last read.
  private var madeCount: UInt32 = 0
  /// Those that no launch has been met of.
  private var made: [UInt64: Path] = [:]
  /// The order in which they were made; some of them are in `made` no more.
  private var madeOrder: [UInt64] = []
  /// What was found neither among those nor in the file system.
  private var unknown: Set<UInt64> = []
  private var launches: Sums<Launch>?

  /// Words of a path in the map.
  static let words = MemoryLayout<path_key>.size / MemoryLayout<UInt64>.size
  /// As many are kept in `madeOrder`, and of names that no launch refers to any more.
  private static let limit = 16_384

  /// - Parameter groups: the map exec_groups. Its object must outlive this.
  init(groups: MapReader) {
    madeReader = groups
  }

  /// - Parameter madeGroups: the programs' counter, from before the launches were read.
  mutating func find(for launches: Sums<Launch>, madeGroups: UInt32) throws(KernelError) {
    if madeGroups != madeCount {
      madeCount = madeGroups
      try takeMade()
    }
    if let before = self.launches, launches.hasSameKeys(as: before) { return }
    self.launches = launches
    if names.groups.count + unknown.count > 2 * Self.limit { forget(all: launches) }
    for id in launches.keyIDs {
      guard let launch = launches.key(of: id) else { continue }
      name(user: launch.user)
      name(group: launch.group)
    }
  }

  private mutating func takeMade() throws(KernelError) {
    var taken: [(id: UInt64, path: Path)] = []
    try madeReader.walk(.take) { keys, values in
      for row in 0..<keys.byteCount / 8 {
        let path = values.extracting(row * Self.words..<(row + 1) * Self.words).bytes
        // Checked against the span's bounds, and any bits are an integer.
        let id = keys.unsafeLoadUnaligned(fromByteOffset: row * 8, as: UInt64.self)
        taken.append((id, Path(path.withUnsafeBytes { Array($0.prefix { $0 != 0 }) })))
      }
    }
    for (id, path) in taken {
      // The number of a directory is not used again before all others have been.
      unknown.remove(id)
      made[id] = path
      madeOrder.append(id)
    }
    let excess = max(0, madeOrder.count - Self.limit)
    for id in madeOrder.prefix(excess) { made[id] = nil }
    madeOrder.removeFirst(excess)
    launches = nil
  }

  private mutating func name(user: UInt32) {
    guard user != Launch.unknownUser, names.users[user] == nil else { return }
    names.users[user] = UserName.of(user) ?? String(user)
  }

  private mutating func name(group: UInt64) {
    guard group != 0, names.groups[group] == nil, !unknown.contains(group) else { return }
    if let path = made.removeValue(forKey: group) {
      names.groups[group] = path
    } else if let path = tree.path(of: group) {
      names.groups[group] = path
    } else {
      unknown.insert(group)
    }
  }

  /// Drops the names of groups to which no launch refers any more.
  private mutating func forget(all launches: Sums<Launch>) {
    let used = Set(launches.keyIDs.compactMap { launches.key(of: $0)?.group })
    names.groups = names.groups.filter { used.contains($0.key) }
    unknown.formIntersection(used)
  }
}

private enum UserName {
  /// As the machine's own databases have it (getpwuid_r(3)). Nil where the user is in none.
  static func of(_ user: UInt32) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
      // The strings of the entry lie in the buffer, and the name is copied before that goes.
      guard let space = buffer.baseAddress, getpwuid_r(user, &entry, space, buffer.count, &found) == 0,
        let name = found?.pointee.pw_name
      else { return nil }
      return String(cString: name)
    }
  }
}
