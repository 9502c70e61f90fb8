import ExecTopText

/// The figures of launches, summed up over some of them: since the last reset, and over the last interval.
package struct LaunchSums: Equatable, Sendable {
  /// Execs that succeeded, and those that the kernel refused.
  package private(set) var execs: UInt64 = 0
  package private(set) var failed: UInt64 = 0
  /// Failed execs of the same name in the same process before one that succeeded.
  package private(set) var searches: UInt64 = 0
  /// Nanoseconds of CPU time.
  package private(set) var cpu: UInt64 = 0
  /// Page faults that needed a device, of those that have ended.
  package private(set) var majorFaults: UInt64 = 0
  /// Processes that ended with another status than 0, or by a signal.
  package private(set) var errors: UInt64 = 0
  /// Nanoseconds from exec to the end, of the longest. 0 where that is not known since the last reset.
  package private(set) var longest: UInt64 = 0
  /// The most memory that one of them had resident, in bytes. Likewise.
  package private(set) var resident: UInt64 = 0
  /// How many run now, and the nanoseconds of CPU time that these have used.
  package private(set) var running: UInt64 = 0
  package private(set) var runningCPU: UInt64 = 0
  /// What came over the last interval. Nil where that of one of them is not known.
  package private(set) var execsCame: UInt64? = 0
  package private(set) var failedCame: UInt64? = 0
  package private(set) var searchesCame: UInt64? = 0
  package private(set) var errorsCame: UInt64? = 0
  package private(set) var cpuCame: UInt64? = 0
  /// The last snapshot that found one of them launched, or tried, again. Nil if none did while exectop looked.
  package private(set) var lastSeen: Seconds?

  package init() {}

  /// Execs, failed ones among them.
  package var count: UInt64 { Saturating.sum(execs, failed) }

  /// Those over the last interval. Nil where it is not known.
  package var delta: UInt64? { Self.sum(execsCame, failedCame) }

  /// Something has come of it since the last reset, or runs.
  package var hasRow: Bool { execs > 0 || failed > 0 || cpu > 0 || running > 0 }

  /// Adds what others have.
  package static func += (left: inout LaunchSums, right: LaunchSums) {
    left.execs = Saturating.sum(left.execs, right.execs)
    left.failed = Saturating.sum(left.failed, right.failed)
    left.searches = Saturating.sum(left.searches, right.searches)
    left.cpu = Saturating.sum(left.cpu, right.cpu)
    left.majorFaults = Saturating.sum(left.majorFaults, right.majorFaults)
    left.errors = Saturating.sum(left.errors, right.errors)
    left.longest = max(left.longest, right.longest)
    left.resident = max(left.resident, right.resident)
    left.running = Saturating.sum(left.running, right.running)
    left.runningCPU = Saturating.sum(left.runningCPU, right.runningCPU)
    left.execsCame = sum(left.execsCame, right.execsCame)
    left.failedCame = sum(left.failedCame, right.failedCame)
    left.searchesCame = sum(left.searchesCame, right.searchesCame)
    left.errorsCame = sum(left.errorsCame, right.errorsCame)
    left.cpuCame = sum(left.cpuCame, right.cpuCame)
    if let seen = right.lastSeen { left.lastSeen = max(left.lastSeen ?? seen, seen) }
  }

  private static func sum(_ left: UInt64?, _ right: UInt64?) -> UInt64? {
    guard let left, let right else { return nil }
    return Saturating.sum(left, right)
  }

  /// What is known of the launch in a slot.
  fileprivate init(of slot: Int, in uses: UseTally) {
    execs = uses.count(.execs, at: slot)
    failed = uses.count(.failed, at: slot)
    searches = uses.count(.searches, at: slot)
    cpu = uses.count(.cpu, at: slot)
    majorFaults = uses.count(.majorFaults, at: slot)
    errors = uses.count(.errors, at: slot)
    // A maximum that has not risen since the last reset tells nothing of what came since.
    longest = uses.count(.longest, at: slot) > 0 ? uses.level(.longest, at: slot) : 0
    resident = uses.count(.resident, at: slot) > 0 ? uses.level(.resident, at: slot) : 0
    running = uses.level(.running, at: slot)
    runningCPU = uses.level(.runningCPU, at: slot)
    execsCame = uses.came(.execs, at: slot)
    failedCame = uses.came(.failed, at: slot)
    searchesCame = uses.came(.searches, at: slot)
    errorsCame = uses.came(.errors, at: slot)
    cpuCame = uses.came(.cpu, at: slot)
    let seen = uses.launchSeen[slot]
    lastSeen = seen == UseTally.never ? nil : seen
  }
}

extension UseTally {
  /// What is known of the launch in a slot. Nothing of one that has no figures: a launcher of which none of the processes
  /// has been counted yet.
  package func sums(at slot: Int) -> LaunchSums {
    guard slot < launchSeen.count, launches.sums.isRow(slot) else { return LaunchSums() }
    return LaunchSums(of: slot, in: self)
  }

  /// The sums over the launches in these slots.
  package func sums(of slots: some Sequence<Int32>) -> LaunchSums {
    slots.reduce(into: LaunchSums()) { $0 += sums(at: Int($1)) }
  }

  fileprivate func came(_ figure: UseFigure, at slot: Int) -> UInt64? { launches.delta(at: index(of: figure, slot)) }

  /// Execs, failed ones too, in each of the last 60 seconds, oldest first; nil for seconds before the first snapshot. The
  /// sums over the launches in these slots.
  package func history(of slots: some Sequence<Int32>) -> [UInt64?] { launchHistory.values(of: slots.map(Int.init)) }
}
