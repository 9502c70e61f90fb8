extension UseTally {
  /// The launches there are, and what they are called.
  package var launchKeys: LaunchKeys { LaunchKeys(launches: launches.sums.identities, paths: paths, names: names) }

  /// All launches, by their slots. What one runs is `(other)` where that path has no row of its own any more.
  package var allLaunches: [(slot: Int, launch: Launch)] {
    let keys = launchKeys
    return keys.launches.keys.indices.filter { keys.launches.isUsed($0) }.map { slot in
      let launch = keys.launch(at: slot)
      return (
        slot,
        Launch(
          number: launch.number, parent: launch.parent, owner: keys.owner(at: slot), user: launch.user,
          group: launch.group)
      )
    }
  }

  /// The slots of the launches of a path.
  package func launchSlots(of path: PathID) -> [Int32] {
    var slots: [Int32] = []
    forEachLaunch(of: path) { slots.append(Int32(truncatingIfNeeded: $0)) }
    return slots
  }
}
