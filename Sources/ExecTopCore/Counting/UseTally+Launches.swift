import ExecTopText

extension UseTally {
  /// The launches there are, and what they are called.
  package var launchKeys: LaunchKeys { LaunchKeys(launches: launches.sums.identities, paths: paths, names: names) }

  /// The slots of the launches of a path.
  package func launchSlots(of path: PathID) -> [Int32] {
    var slots: [Int32] = []
    forEachLaunch(of: path) { slots.append(Int32(truncatingIfNeeded: $0)) }
    return slots
  }
}
