import ExecTopText

/// The CPU time of processes, in nanoseconds, by what it is counted for.
public struct CPUByKind: Equatable, Sendable {
  /// What stands in rows.
  public var programs: UInt64 = 0
  public var kernelThreads: UInt64 = 0
  /// Of processes whose path has no row.
  public var withoutPath: UInt64 = 0
  /// Of processes for which the table of processes had no room.
  public var withoutSlot: UInt64 = 0
  /// Of owners for which the kernel's map had no room.
  public var withoutRow: UInt64 = 0

  public init() {}

  mutating func add(_ time: UInt64, of owner: Owner) {
    switch owner {
    case .path: programs = Saturating.sum(programs, time)
    case .kernelThreads: kernelThreads = Saturating.sum(kernelThreads, time)
    case .noPath: withoutPath = Saturating.sum(withoutPath, time)
    case .noSlot: withoutSlot = Saturating.sum(withoutSlot, time)
    case .mapFull: withoutRow = Saturating.sum(withoutRow, time)
    }
  }

  /// What is in no row, by reason, as records and the screen name it.
  public var unattributed: [(reason: String, time: UInt64)] {
    [("no_path", withoutPath), ("no_slot", withoutSlot), ("map_full", withoutRow)]
  }

  /// All that was counted.
  public var sum: UInt64 {
    unattributed.reduce(Saturating.sum(programs, kernelThreads)) { Saturating.sum($0, $1.time) }
  }
}

/// What all processes used since the last reset, and what the kernel says of the machine.
public struct UseTotals: Equatable, Sendable {
  public var cpu = CPUByKind()
  /// Processes that run now.
  public var running: UInt64 = 0
  /// Processes that ended.
  public var ended: UInt64 = 0
  public var machine: MachineCPU

  init(machine: MachineCPU) {
    self.machine = machine
  }

  /// What the machine was busy with beyond what was counted. Negative where the kernel's own sum, which it makes of
  /// clock ticks, lags. Nil where that is not known.
  public var rest: Seconds? { machine.busy.map { (Double($0) - Double(cpu.sum)) / 1e9 } }
}
