/// What has gone into `(other)` and can come back: which launches ran a path, and which launch a launcher was.
struct FoldedRows: Sendable {
  /// By the number of a path that has no row any more: the numbers of the launches that ran it and have a row.
  private var launches: [UInt64: [UInt64]] = [:]
  /// Launches without a row, by number. Those that went last are in `recent`.
  private var recent: [UInt64: Launch] = [:]
  private var older: [UInt64: Launch] = [:]

  /// As many launchers are known again at least, and twice as many at most.
  private static let launcherLimit = 16_384

  /// No path that launches ran has gone.
  var hasNoPath: Bool { launches.isEmpty }
  var hasNoLauncher: Bool { recent.isEmpty && older.isEmpty }

  /// A path has lost its row, and launches that ran it have theirs.
  mutating func lose(path: UInt64, of launch: UInt64) { launches[path, default: []].append(launch) }

  /// Forgets launches that have no row any more.
  mutating func forget(where isGone: (UInt64) -> Bool) {
    launches = launches.compactMapValues { numbers in
      let left = numbers.filter { !isGone($0) }
      return left.isEmpty ? nil : left
    }
  }

  /// A path has a row again.
  ///
  /// - Returns: the launches that ran it.
  mutating func find(path: UInt64) -> [UInt64] { launches.removeValue(forKey: path) ?? [] }

  /// A launch has lost its row.
  mutating func lose(_ launch: Launch) {
    recent[launch.number] = launch
    guard recent.count >= FoldedRows.launcherLimit else { return }
    older = recent
    recent = [:]
  }

  /// A launch is to have a row again. Nil if it is not known.
  mutating func find(launch number: UInt64) -> Launch? {
    recent.removeValue(forKey: number) ?? older.removeValue(forKey: number)
  }
}
