import ExecTopText

// What is known of launches: of single ones, and of several together.
extension UseTally {
  /// The launches that have been run, or tried, since the last reset, and those whose processes use the CPU or run.
  package var launchRows: [ID<Launch>] {
    let identities = launches.sums.identities
    return identities.keys.indices.filter { row in
      identities.isUsed(row)
        && (count(.execs, at: row) > 0 || count(.failed, at: row) > 0 || count(.cpu, at: row) > 0
          || level(.running, at: row) > 0)
    }.map { identities.id(at: $0) }
  }

  /// All launches that have a row: launchers of which nothing has come since the last reset are among them.
  package var allLaunches: [ID<Launch>] {
    let identities = launches.sums.identities
    return identities.keys.indices.filter { identities.isUsed($0) }.map { identities.id(at: $0) }
  }

  /// What is launched. Nil once it has no row of its own any more.
  package func launch(_ id: ID<Launch>) -> Launch? {
    guard let launch = launches.sums.key(of: id) else { return nil }
    // A path that has gone into (other) since is named so.
    return Launch(
      number: launch.number, parent: launch.parent, owner: launch.owner.following(paths), user: launch.user,
      group: launch.group)
  }

  /// It changes where launches or paths have come or gone since, and what they are called.
  package func isSameLaunches(as other: UseTally) -> Bool {
    launches.sums.identities.isSame(as: other.launches.sums.identities) && paths.isSame(as: other.paths)
      && names == other.names
  }

  /// The launches of a path.
  package func launches(of path: PathID) -> [ID<Launch>] {
    var ids: [ID<Launch>] = []
    forEachLaunch(of: path) { ids.append(launches.sums.identities.id(at: $0)) }
    return ids
  }

  /// A figure since the last reset, in the unit of `UseFigure`. Of those that are no sums, what it is now.
  package func figure(_ figure: UseFigure, of id: ID<Launch>) -> UInt64 {
    guard launches.sums.identities.contains(id) else { return 0 }
    return switch figure.kind {
    case .counter, .laggingCounter: count(figure, at: id.index)
    case .maximum, .gauge: level(figure, at: id.index)
    }
  }

  /// What came over the last interval. Nil on a first sample, and after a counter that fell.
  package func delta(_ figure: UseFigure, of id: ID<Launch>) -> UInt64? {
    launches.delta(of: id, figure.rawValue)
  }

  /// Execs, failed ones too, in each of the last 60 seconds, oldest first; nil for seconds before the first snapshot. The
  /// sums over several launches.
  package func history(of ids: [ID<Launch>]) -> [UInt64?] {
    launchHistory.values(of: ids.filter(launches.sums.identities.contains).map(\.index))
  }

  /// The last snapshot that found it launched, or tried, again. Nil if none did while exectop looked.
  package func lastSeen(_ id: ID<Launch>) -> Seconds? {
    guard launches.sums.identities.contains(id), launchSeen[id.index] != UseTally.never else { return nil }
    return launchSeen[id.index]
  }
}
