import CExecCount
import ExecTopCounting
import Glibc

/// The programs' global variable, mapped: counters that can be read and switches that can be set without a system call.
struct SharedMemory: ~Copyable {
  private let mapped: MappedMemory
  /// The part before the slots, which are the programs' own.
  private static let size = MemoryLayout<exec_shared>.offset(of: \.slots) ?? 0
  private static let linesOffset = MemoryLayout<exec_shared>.offset(of: \.lines) ?? 0

  /// - Parameter descriptor: the map of the section .bss, which holds struct exec_shared alone.
  init(descriptor: Int32) throws(KernelError) {
    mapped = try MappedMemory(descriptor: descriptor, size: SharedMemory.size, "the BPF programs' counters")
  }

  private var memory: UnsafeMutableRawPointer { mapped.start }

  // Every access below is within `size`, at the offsets of the struct, which the kernel lays out as it stands in
  // exec_count.h; each is one aligned load or store, which other CPUs see whole.

  /// The sums over all CPUs. Each counter is read once, one after the other.
  var counters: Counters {
    var sums = Counters()
    for line in 0..<Int(EXEC_COUNTER_LINES) {
      let offset = SharedMemory.linesOffset + line * MemoryLayout<exec_counters>.stride
      sums.add(memory.load(fromByteOffset: offset, as: exec_counters.self))
    }
    return sums
  }

  /// The programs print each exec to the kernel's trace.
  var isTracing: Bool {
    get { load(\.trace) != 0 }
    nonmutating set { store(newValue ? 1 : 0, \.trace) }
  }

  /// The programs count into the spill maps.
  var isSpilling: Bool {
    get { load(\.spilling) != 0 }
    nonmutating set { store(newValue ? 1 : 0, \.spilling) }
  }

  /// The pass of adopt_processes that is under way.
  var adoption: UInt32 {
    get { load(\.adoption) }
    nonmutating set { store(newValue, \.adoption) }
  }

  /// Control groups that were made.
  var groups: UInt32 { load(\.groups) }

  /// Keys put into the maps since this was last set. A program that adds at the same moment may be lost: an estimate.
  var inserted: UInt32 {
    get { load(\.inserted) }
    nonmutating set { store(newValue, \.inserted) }
  }

  private func load(_ field: KeyPath<exec_shared, UInt32>) -> UInt32 {
    memory.load(fromByteOffset: MemoryLayout<exec_shared>.offset(of: field) ?? 0, as: UInt32.self)
  }

  private func store(_ value: UInt32, _ field: KeyPath<exec_shared, UInt32>) {
    memory.storeBytes(of: value, toByteOffset: MemoryLayout<exec_shared>.offset(of: field) ?? 0, as: UInt32.self)
  }
}

/// The programs' counters, added up over the CPUs (struct exec_counters, which says what each counts).
struct Counters: Equatable {
  var begun: UInt64 = 0
  var ran: UInt64 = 0
  var failed: UInt64 = 0
  var restarted: UInt64 = 0
  var unreadable: UInt64 = 0
  var mapFull: UInt64 = 0
  var refusedLate: UInt64 = 0
  var withoutErrno: UInt64 = 0
  var exits: UInt64 = 0
  var settled: UInt64 = 0
  var endings: UInt64 = 0
  var lostEndings: UInt64 = 0
  var lostCPU: UInt64 = 0
  var unread: UInt64 = 0
  var withoutLaunch: UInt64 = 0
  var withoutPlace: UInt64 = 0

  /// Never inlined: the optimizer unrolls the loop over the lines, and takes minutes for what comes of that.
  @inline(never)
  mutating func add(_ counters: exec_counters) {
    begun = Saturating.sum(begun, counters.begun)
    ran = Saturating.sum(ran, counters.ran)
    failed = Saturating.sum(failed, counters.failed)
    restarted = Saturating.sum(restarted, counters.restarted)
    unreadable = Saturating.sum(unreadable, counters.unreadable)
    mapFull = Saturating.sum(mapFull, counters.map_full)
    refusedLate = Saturating.sum(refusedLate, counters.refused_late)
    withoutErrno = Saturating.sum(withoutErrno, counters.no_errno)
    exits = Saturating.sum(exits, counters.exits)
    settled = Saturating.sum(settled, counters.settled)
    endings = Saturating.sum(endings, counters.endings)
    unread = Saturating.sum(unread, counters.unread)
    withoutLaunch = Saturating.sum(withoutLaunch, counters.no_launch)
    withoutPlace = Saturating.sum(withoutPlace, counters.no_place)
    lostEndings = Saturating.sum(lostEndings, counters.lost_endings)
    lostCPU = Saturating.sum(lostCPU, counters.lost_cpu)
  }

  /// Execs that have ended, each counted once.
  var execs: UInt64 { ran &+ failed }
}
