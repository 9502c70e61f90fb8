import ExecTopCounting
import Glibc
import SystemPackage

/// What the machine's CPUs did since this began, as the kernel says in /proc/stat (proc_stat(5)).
///
/// The kernel counts idle time exactly and the rest by clock ticks: busy is therefore what is not idle. It tells both in
/// hundredths of a second.
struct MachineStatistics: ~Copyable {
  /// Not a constant: the compiler of Swift 6.2 takes a mutating call in `init` for a change of it.
  private var file: FileDescriptor?
  private var last: Reading?
  private var sums = MachineCPU(busy: 0, interrupts: 0, steal: 0)
  private var buffer = [UInt8](repeating: 0, count: 4096)

  private struct Reading {
    /// Nanoseconds on the monotonic clock.
    var time: Int64
    var cpus: Int64
    /// Nanoseconds, over all CPUs.
    var idle: Int64
    var interrupts: Int64
    var steal: Int64
  }

  init() {
    file = try? FileDescriptor.open("/proc/stat", .readOnly, options: .closeOnExec)
    last = currentReading()
  }

  deinit {
    try? file?.close()
  }

  /// What they did by now. Nothing is known where the file cannot be read.
  mutating func update() -> MachineCPU {
    guard let now = currentReading(), let last else { return MachineCPU() }
    func add(_ sum: inout UInt64?, _ came: Int64) { sum = Saturating.sum(sum ?? 0, UInt64(max(0, came))) }
    add(&sums.busy, (now.time - last.time) * now.cpus - (now.idle - last.idle))
    add(&sums.interrupts, now.interrupts - last.interrupts)
    add(&sums.steal, now.steal - last.steal)
    sums.cpus = Int(now.cpus)
    self.last = now
    return sums
  }

  private mutating func currentReading() -> Reading? {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    // The lines of the CPUs stand first. Those of a machine with very many take more than one page.
    var length = fillBuffer()
    while length == buffer.count, !Self.hasAllCPUs(buffer) {
      buffer += repeatElement(0, count: buffer.count)
      length = fillBuffer()
    }
    guard let length else { return nil }
    return Self.reading(buffer.prefix(length), time: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// - Returns: the bytes of the file that the buffer holds then. Nil if it cannot be read.
  private mutating func fillBuffer() -> Int? {
    guard let file else { return nil }
    return try? buffer.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }
  }

  /// The line after those of the CPUs is there.
  private static func hasAllCPUs(_ text: [UInt8]) -> Bool {
    text.split(separator: UInt8(ascii: "\n")).contains { !$0.starts(with: "cpu".utf8) }
  }

  private static func reading(_ text: ArraySlice<UInt8>, time: Int64) -> Reading? {
    let lines = text.split(separator: UInt8(ascii: "\n")).prefix { $0.starts(with: "cpu".utf8) }
    guard let all = lines.first else { return nil }
    let tick = 1_000_000_000 / Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
    let figures = all.split(separator: UInt8(ascii: " ")).dropFirst().map {
      (Int64(String(decoding: $0, as: UTF8.self)) ?? 0) * tick
    }
    // user nice system idle iowait irq softirq steal
    guard figures.count >= 8, lines.count > 1 else { return nil }
    return Reading(
      time: time, cpus: Int64(lines.count - 1), idle: figures[3] + figures[4],
      interrupts: figures[5] + figures[6], steal: figures[7])
  }
}
