/// What exectop itself costs.
public struct Cost: Equatable, Sendable {
  /// CPU time of this process over the last interval, as a part of one CPU. Nil where that is not known yet.
  public var cpuShare: Double?
  /// Resident memory of this process, in bytes.
  public var memory: UInt64?
  /// Nanoseconds that the BPF programs took for an exec over the last interval. Nil where the kernel keeps no such
  /// statistic, where no program is ours, and where there was no exec.
  public var programTime: Double?

  public init(cpuShare: Double? = nil, memory: UInt64? = nil, programTime: Double? = nil) {
    self.cpuShare = cpuShare
    self.memory = memory
    self.programTime = programTime
  }
}
