import CExecCount
import CLibBPF
import CLinux
import ExecTopCore
import Glibc

/// exectop's own BPF programs at work: they count from `init` until this is released.
public final class ExecCounter: ExecSource {
  public let mode: Mode
  public let capacity: Int?
  public let countsFromZero = true

  private let programs: AttachedObject
  private let shared: SharedMemory
  private let pressure: PressureSignal
  /// While the programs are timed.
  private var statistics: RunTimeStatistics?
  private var paths: MapReader
  private var failures: MapReader
  private var spilledPaths: MapReader
  private var spilledFailures: MapReader
  private var ledger = Ledger()
  /// The counters before the last walk over the maps, and what that found.
  private var last: (counters: Counters, snapshot: Snapshot)?

  /// Loads and attaches the programs.
  ///
  /// - Parameters:
  ///   - maxPaths: entries of the map exec_count.
  ///   - isLight: counts successful execs only, without a program at any system call.
  /// - Throws: `KernelError`; nothing is left in the kernel then.
  public init(maxPaths: Int = Int(EXEC_MAX_PATHS), isLight: Bool = false) throws(KernelError) {
    try ExecCounter.checkBTF()
    let attached: [Program] = isLight ? [.ran] : Program.allCases
    let opened = try OpenedObject(bytes: embeddedObject, name: "exectop")
    opened.keep(attached)
    for map in ["exec_count", "exec_failed", "exec_spill", "exec_failspill"] {
      try opened.setEntries(maxPaths, of: map)
    }
    let hasTaskRegisters = libbpf_probe_bpf_helper(BPF_PROG_TYPE_TRACEPOINT, BPF_FUNC_task_pt_regs, nil) == 1
    try opened.setConstant(
      exec_config(have_task_pt_regs: hasTaskRegisters ? 1 : 0, wake_at: UInt32(clamping: maxPaths / 4 * 3)),
      section: ".rodata.config")
    let loaded = try opened.load()

    let keySize = ExecCounter.keySize
    let failureKeySize = ExecCounter.failureKeySize
    paths = MapReader(descriptor: try loaded.fileDescriptor(ofMap: "exec_count"), keySize: keySize)
    failures = MapReader(descriptor: try loaded.fileDescriptor(ofMap: "exec_failed"), keySize: failureKeySize)
    spilledPaths = MapReader(descriptor: try loaded.fileDescriptor(ofMap: "exec_spill"), keySize: keySize)
    spilledFailures = MapReader(descriptor: try loaded.fileDescriptor(ofMap: "exec_failspill"), keySize: failureKeySize)
    shared = try SharedMemory(descriptor: try loaded.fileDescriptor(ofMap: ".bss"))
    pressure = try PressureSignal(descriptor: try loaded.fileDescriptor(ofMap: "exec_wake"))

    // Only the syscalls tracepoints go through tracefs.
    if !isLight { try Tracefs.makeVisible() }
    programs = try loaded.attach(attached)
    mode = isLight ? .light : .attempts
    capacity = maxPaths
  }

  private static let keySize = MemoryLayout<path_key>.size
  private static let failureKeySize = MemoryLayout<failure_key>.size

  private static func checkBTF() throws(KernelError) {
    guard access("/sys/kernel/btf/vmlinux", F_OK) == 0 else {
      throw KernelError(
        .lacksFeature, "load the BPF programs", reason: "the kernel has no BTF (/sys/kernel/btf/vmlinux)",
        remedy: "a kernel with CONFIG_DEBUG_INFO_BTF is needed")
    }
  }

  /// The programs print `execve: PATH` to the kernel's trace.
  public var isTracing: Bool {
    get { shared.isTracing }
    set { shared.isTracing = newValue }
  }

  public func sample(at time: Seconds) throws -> Snapshot {
    let before = shared.counters
    // A program adds to its row first and to a counter last: as long as no counter has moved since before the last
    // walk, the maps are as that walk found them.
    if let (counters, snapshot) = last, counters == before {
      var snapshot = snapshot
      snapshot.time = time
      return snapshot
    }
    let missed = skippedTwice
    // Likewise for the failures and their counter.
    let readsFailures = before.failed != last?.counters.failed
    ledger.beginWalk(readsFailures: readsFailures)
    if readsFailures {
      try failures.walk(.look) { ledger.readFailures(keys: $0, keySize: ExecCounter.failureKeySize, values: $1) }
    }
    try walkPaths { ledger.readPaths(keys: $0, keySize: ExecCounter.keySize, values: $1) }
    let after = shared.counters
    let snapshot = ledger.snapshot(
      at: time, execsBefore: Saturating.sum(before.execs, missed), failed: mode == .light ? nil : after.failed,
      unattributed: [.unreadable: after.unreadable, .mapFull: after.mapFull, .missed: missed],
      failedWithoutErrno: after.withoutErrno)
    last = (before, snapshot)
    return snapshot
  }

  public func timePrograms(_ isWanted: Bool) {
    statistics = isWanted ? RunTimeStatistics() : nil
  }

  public var programTime: UInt64? {
    guard statistics != nil else { return nil }
    return Program.allCases.reduce(0) { $0 + (programs.object.information(on: $1)?.runTime ?? 0) }
  }

  /// Hands over what exec_count holds.
  func walkPaths(_ body: (RawSpan, Span<UInt64>) -> Void) throws(KernelError) {
    try paths.walk(.look, body)
  }

  /// Execs that the kernel let pass both programs that would have counted them: at entry and at the end.
  ///
  /// One that was skipped at entry alone is counted at its end. The kernel tells only how often each was skipped, so
  /// this is the most that both can have missed.
  private var skippedTwice: UInt64 {
    let entry = programs.object.information(on: .entry)?.skippedRuns ?? 0
    let end = [Program.ran, .execveEnd, .execveatEnd].reduce(0) {
      $0 + (programs.object.information(on: $1)?.skippedRuns ?? 0)
    }
    // Without a program at entry the end is the only chance.
    return mode == .light ? end : min(entry, end)
  }
}

// MARK: - Moving rows out of the maps

extension ExecCounter {
  public var pressureDescriptor: Int32? { pressure.fileDescriptor }

  /// Moves cold paths, and all failures, from the maps to user space, so that the maps do not fill up.
  ///
  /// A program finds a row and then adds to it; a row deleted between the two would lose that exec. So the programs
  /// count into the spill maps while rows are taken out of exec_count and exec_failed, and the other way round.
  public func relieve() throws {
    pressure.acknowledge()
    // Asked first, and not by trying: once the programs spill, there must be a way back.
    guard ExecCounter.canAwaitPrograms else { return }
    shared.isSpilling = true
    ExecCounter.awaitPrograms()
    // Nobody adds to these two now.
    try failures.walk(.take) { ledger.moveFailures(keys: $0, keySize: ExecCounter.failureKeySize, values: $1) }
    let kept = try takeColdPaths()
    shared.inserted = UInt32(clamping: kept)
    shared.isSpilling = false
    ExecCounter.awaitPrograms()
    // Nor to these.
    try spilledFailures.walk(.take) {
      ledger.moveFailures(keys: $0, keySize: ExecCounter.failureKeySize, values: $1)
    }
    try spilledPaths.walk(.take) { ledger.movePaths(keys: $0, keySize: ExecCounter.keySize, values: $1) }
    // What the last walk found is no longer where it was, though no counter has moved.
    last = nil
  }

  /// Leaves the quarter of exec_count with the most execs, so that whoever else looks there finds the paths that matter.
  ///
  /// - Returns: how many rows stay.
  private func takeColdPaths() throws(KernelError) -> Int {
    var counts: [UInt64] = []
    try walkPaths { _, values in
      for row in values.indices { counts.append(values[row]) }
    }
    counts.sort(by: >)
    let room = (capacity ?? 0) / 4
    guard counts.count > room else { return counts.count }
    let coldest = counts[room]
    var cold: [UInt8] = []
    let keySize = ExecCounter.keySize
    try walkPaths { keys, values in
      for row in values.indices where values[row] <= coldest {
        let key = keys.extracting(droppingFirst: row * keySize).extracting(first: keySize)
        key.withUnsafeBytes { cold.append(contentsOf: $0) }
        ledger.movePaths(keys: key, keySize: keySize, values: values.extracting(row...row))
      }
    }
    try paths.delete(cold)
    return counts.count - cold.count / keySize
  }

  /// Whether the kernel lets a process wait for a grace period: not where it was started with nohz_full (membarrier(2)).
  private static var canAwaitPrograms: Bool {
    let commands = exectop_membarrier(Int32(MEMBARRIER_CMD_QUERY.rawValue))
    return commands > 0 && commands & Int(MEMBARRIER_CMD_GLOBAL.rawValue) != 0
  }

  /// Returns when every BPF program that ran at the call has ended: they run within an RCU read-side section, and this
  /// waits for a grace period. It cannot fail where the query names it.
  private static func awaitPrograms() {
    _ = exectop_membarrier(Int32(MEMBARRIER_CMD_GLOBAL.rawValue))
  }
}
