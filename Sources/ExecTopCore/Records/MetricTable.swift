import ExecTopCounting
import ExecTopText

/// The one table of metrics: what is served, written, documented, queried by the rules and shown by the dashboard.
public enum MetricTable {
  public static let all: [MetricFamily] = [
    execs, failedExecs, unitExecs, unattributedExecs, lostExecs, newPaths, paths, mapUse, cpu, kernelCPU,
    unattributedCPU,
    machineCPU, running, endedWithError, ownCPU, ownMemory, programTime, startTime, build,
  ]

  static let execs = MetricFamily(
    "exectop_execs", .counter, labels: ["path"], "execs, successful or not"
  ) { metrics in metrics.byPath(metrics.execs) }

  static let failedExecs = MetricFamily(
    "exectop_failed_execs", .counter, labels: ["path", "errno"], most: FailureSeries.mostErrors + 1,
    "execs that the kernel refused"
  ) { metrics in
    metrics.failureSeries.all.map { part, place, error in
      MetricSample([metrics.name(at: place), error], .count(metrics.failures[part]))
    }
  }

  static let unitExecs = MetricFamily(
    "exectop_unit_execs", .counter, labels: ["unit"],
    "execs, successful or not, by the systemd unit, session, container or pod of the process that called exec"
  ) { metrics in
    metrics.knowsUses ? metrics.units.all.map { MetricSample([$0.name], .count($0.execs)) } : []
  }

  static let unattributedExecs = MetricFamily(
    "exectop_unattributed_execs", .counter, labels: ["reason"], most: Reason.allCases.count - 1,
    "execs that have no path, by the reason why"
  ) { metrics in
    (metrics.last?.totals.unattributed.all ?? []).compactMap { reason, count in
      // What the tutorial's program misses is no part of it.
      reason == .missedAtEntry ? nil : count.map { MetricSample([reason.rawValue], .count($0)) }
    }
  }

  static let lostExecs = MetricFamily(
    "exectop_lost_execs", .gauge, "execs that are in none of these, as the audit finds: anything but 0 is a fault"
  ) { metrics in metrics.last.map { .count($0.totals.unaccounted) } }

  static let newPaths = MetricFamily(
    "exectop_new_paths", .counter, labels: ["place"], most: WatchedPlace.allCases.count,
    "paths that ran for the first time since exectop began, by where they are; not only those with series of their own"
  ) { metrics in
    guard metrics.last != nil else { return [] }
    return zip(WatchedPlace.allCases, metrics.newPaths).map { MetricSample([$0.rawValue], .count($1)) }
  }

  static let paths = MetricFamily("exectop_paths", .gauge, "paths that are known") { metrics in
    metrics.last.map { _ in .count(UInt64(metrics.pathCount)) }
  }

  static let mapUse = MetricFamily(
    "exectop_map_used_ratio", .gauge, unit: "ratio", "the part of the kernel's map that is filled"
  ) { metrics in
    guard let capacity = metrics.capacity, capacity > 0, let rows = metrics.last?.mapRows else { return nil }
    return .number(Double(rows) / Double(capacity), decimals: 6)
  }

  static let cpu = MetricFamily(
    "exectop_cpu_seconds", .counter, unit: "seconds", labels: ["path"], "CPU time that processes used"
  ) { metrics in metrics.knowsUses ? metrics.byPath(metrics.cpu) { .nanoseconds($0) } : [] }

  static let kernelCPU = MetricFamily(
    "exectop_kernel_cpu_seconds", .counter, unit: "seconds", "CPU time that the kernel's threads used"
  ) { metrics in
    metrics.knowsUses ? .nanoseconds(metrics.cpuWithoutPath[CPUWithoutPath.kernelThreads.rawValue]) : nil
  }

  static let unattributedCPU = MetricFamily(
    "exectop_unattributed_cpu_seconds", .counter, unit: "seconds", labels: ["reason"],
    most: CPUWithoutPath.allCases.count - 1,
    "CPU time that has no path, by the reason why"
  ) { metrics in
    guard metrics.knowsUses else { return [] }
    return CPUWithoutPath.allCases.compactMap { part in
      part.reason.map { MetricSample([$0], .nanoseconds(metrics.cpuWithoutPath[part.rawValue])) }
    }
  }

  static let machineCPU = MetricFamily(
    "exectop_machine_cpu_seconds", .counter, unit: "seconds",
    "time that all CPUs were busy, as the kernel says: what the others do not explain is interrupts, and tasks that are not known"
  ) { metrics in metrics.machine.busy.map { .nanoseconds($0) } }

  static let running = MetricFamily("exectop_processes", .gauge, "processes that run") { metrics in
    metrics.knowsUses ? .count(metrics.running) : nil
  }

  static let endedWithError = MetricFamily(
    "exectop_process_errors", .counter, labels: ["path", "kind"], most: 2,
    "processes that ended by a signal (signal), or with another status than 0 (status)"
  ) { metrics in
    metrics.byPath(metrics.killed, more: "signal", isSparse: true)
      + metrics.byPath(metrics.exitedWithError, more: "status", isSparse: true)
  }

  static let ownCPU = MetricFamily(
    "exectop_own_cpu_seconds", .counter, unit: "seconds", "CPU time that exectop itself used"
  ) { metrics in metrics.own.cpu.map { .number($0, decimals: 6) } }

  static let ownMemory = MetricFamily(
    "exectop_own_memory_bytes", .gauge, unit: "bytes", "resident memory of exectop itself"
  ) { metrics in metrics.own.memory.map { .count($0) } }

  static let programTime = MetricFamily(
    "exectop_bpf_seconds", .counter, unit: "seconds", "time that exectop's BPF programs took, with --time-programs"
  ) { metrics in metrics.own.programs.map { .nanoseconds($0) } }

  static let startTime = MetricFamily(
    "exectop_start_time_seconds", .gauge, unit: "seconds", "when exectop began to count, since 1970"
  ) { metrics in .number(Double(metrics.began.milliseconds) / 1000, decimals: 3) }

  static let build = MetricFamily(
    "exectop_build", .info, labels: ["version", "mode"], "the program, and what it counts: attempts, light or demo"
  ) { metrics in [MetricSample([metrics.version, metrics.mode.rawValue], .count(1))] }
}

extension Metrics {
  fileprivate var knowsUses: Bool { last?.uses != nil }

  /// A sample for each place, that of all others last.
  ///
  /// - Parameters:
  ///   - more: the value of a second label.
  ///   - isSparse: leave out the places of which nothing has come.
  fileprivate func byPath(
    _ sums: RisingSums, more: String? = nil, isSparse: Bool = false,
    _ value: (UInt64) -> MetricValue = { .count($0) }
  ) -> [MetricSample] {
    guard last != nil else { return [] }
    return (Array(1..<placeCount) + [Admission<Path>.others]).compactMap { place in
      if isSparse, sums[place] == 0 { return nil }
      return MetricSample([name(at: place)] + (more.map { [$0] } ?? []), value(sums[place]))
    }
  }
}
