import ExecTopCounting
import ExecTopRecords
import ExecTopText
import Glibc

/// Measures what exectop itself costs, from one refresh to the next.
struct CostMeter {
  private var last: Reading?

  private struct Reading {
    var time: Seconds
    /// Seconds of CPU.
    var cpu: Seconds
    /// Nanoseconds in BPF programs, and the execs they were for.
    var programs: UInt64?
    var execs: UInt64
  }

  mutating func measure(_ source: any ExecSource, execs: UInt64, at time: Seconds) -> Cost {
    let now = Reading(time: time, cpu: CostMeter.cpuTime, programs: source.programTime, execs: execs)
    defer { last = now }
    var cost = Cost(memory: CostMeter.residentMemory)
    guard let last, now.time > last.time else { return cost }
    cost.cpuShare = (now.cpu - last.cpu) / (now.time - last.time)
    if let before = last.programs, let after = now.programs, after >= before, now.execs > last.execs {
      cost.programTime = Double(after - before) / Double(now.execs - last.execs)
    }
    return cost
  }

  /// User and system time of this process.
  static var cpuTime: Seconds {
    var usage = rusage()
    // It fails only for a wrong first argument or a bad address.
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Seconds($1.tv_sec) + Seconds($1.tv_usec) / 1e6 }
  }

  /// The second figure of /proc/self/statm, which is in pages (proc(5)).
  static var residentMemory: UInt64? {
    let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 128)
    // The kernel writes at most as many bytes as the buffer has.
    let count = read(file, &buffer, buffer.count)
    let figures = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
    guard figures.count > 1, let pages = UInt64(figures[1]) else { return nil }
    return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
  }
}
