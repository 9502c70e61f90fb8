/// Launches by their numbers, by which launchers are referred to.
package struct LaunchIndex: Sendable {
  private let keys: LaunchKeys
  private var slots: [UInt64: Int32] = [:]

  package init(_ keys: LaunchKeys) {
    self.keys = keys
    let launches = keys.launches
    slots.reserveCapacity(launches.count)
    for slot in launches.keys.indices where launches.isUsed(slot) {
      slots[launches.keys[slot].number] = Int32(truncatingIfNeeded: slot)
    }
  }

  /// The slot of a launch. Nil if it has no row.
  func slot(of number: UInt64) -> Int? { slots[number].map(Int.init) }

  /// The number of the launcher of a launch; 0 if it has none. Nil if the launch has no row.
  package func launcher(of number: UInt64) -> UInt64? { slot(of: number).map { keys.launch(at: $0).parent } }

  /// What a launch runs. Nil if it has no row.
  package func owner(of number: UInt64) -> Owner? { slot(of: number).map { keys.owner(at: $0) } }

  /// What has called the exec of which an event tells. Nil where that is not known.
  package func launcher(of event: ExecEvent) -> Owner? {
    // An exec that failed has its launcher's number, one that ran its own.
    if case .failed = event.what { return owner(of: event.launch) }
    return launcher(of: event.launch).flatMap { owner(of: $0) }
  }
}
