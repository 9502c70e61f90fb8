/// Who runs what: what the processes of each launch used, and how they ended.
public struct Uses: Sendable {
  /// The figures are those of `UseFigure`, in its order.
  public var launches: Sums<Launch>
  public var names: LaunchNames
  public var endings: Sums<Ending>
  public var machine: MachineCPU

  package init(
    launches: Sums<Launch> = Sums(), names: LaunchNames = LaunchNames(), endings: Sums<Ending> = Sums(),
    machine: MachineCPU = MachineCPU()
  ) {
    self.launches = launches
    self.names = names
    self.endings = endings
    self.machine = machine
  }

  static func areSame(_ left: Uses?, _ right: Uses?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return left.machine == right.machine && left.launches.isSame(as: right.launches)
      && left.names == right.names && left.endings.isSame(as: right.endings)
  }
}

/// What all CPUs of the machine together did since counting began, in nanoseconds, as the kernel says (/proc/stat).
public struct MachineCPU: Equatable, Sendable {
  /// All but idle. Nil if it is not known.
  public var busy: UInt64?
  /// Of that: handling interrupts. On most kernels it is part of the time of the task that is interrupted.
  public var interrupts: UInt64?
  /// Taken by the machine's host.
  public var steal: UInt64?
  /// How many CPUs there are now. Nil if that is not known.
  public var cpus: Int?
  /// Processes that the kernel freed before it could be read what they used: it is part of `busy` and in no row.
  public var unread: UInt64 = 0

  public init(busy: UInt64? = nil, interrupts: UInt64? = nil, steal: UInt64? = nil, cpus: Int? = nil) {
    self.busy = busy
    self.interrupts = interrupts
    self.steal = steal
    self.cpus = cpus
  }

  /// What came after an earlier instant.
  func since(_ then: MachineCPU) -> MachineCPU {
    func since(_ then: UInt64?, _ now: UInt64?) -> UInt64? { now.map { $0.since(then ?? 0) } }
    var came = MachineCPU(
      busy: since(then.busy, busy), interrupts: since(then.interrupts, interrupts), steal: since(then.steal, steal),
      cpus: cpus)
    came.unread = unread.since(then.unread)
    return came
  }
}
