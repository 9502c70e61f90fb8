import CExecCount
import CLibBPF
import CLinux
import ExecTopCounting
import ExecTopText
import Glibc

/// exectop's own BPF programs at work: they count from `init` until this is released.
public final class ExecCounter: ExecSource {
  public let mode: Mode
  public let capacity: Int?
  public let countsFromZero = true

  private let programs: AttachedObject
  private let shared: SharedMemory
  private let pressure: PressureSignal
  /// It counts all that the machine executes.
  private let seesAll: Bool
  /// The kernel counts how often it skipped a program at a tracepoint of a system call (Linux 6.7).
  private let knowsSkippedExits: Bool
  /// While the programs are timed.
  private var statistics: RunTimeStatistics?
  private(set) var paths: MapReader
  private var failures: MapReader
  private var spilledPaths: MapReader
  private var spilledFailures: MapReader
  /// Nil where processes are not looked at.
  private var processes: ProcessMeter?
  /// The key of the numbers of paths and launches.
  private let hashKey: HashKey
  /// While single execs are told.
  private var events: ExecEventFeed?
  /// Tell of them. Others in tests: what cannot be attached.
  var eventPrograms = ExecEventFeed.programs
  private var ledger: Ledger
  /// The counters before the last walk over the maps, and what that found.
  private var last: (counters: Counters, snapshot: Snapshot)?

  /// What the programs count.
  public enum Kind: Sendable {
    /// Every exec, at its end, and what processes use and how they end.
    case exact
    /// Likewise, of the children that this process has when counting begins, and of all that comes of them.
    case children
    /// Every exec, at its end.
    case execsOnly
    /// Successful execs only, without a program at any system call.
    case light
    /// What the tutorial's program counts: calls of execve, at their entry. The totals stay exact.
    case tutorial
  }

  /// Loads and attaches the programs.
  ///
  /// - Parameter maxPaths: entries of the map exec_count.
  /// - Throws: `KernelError`; nothing is left in the kernel then.
  public convenience init(maxPaths: Int = ExecCounter.defaultMaxPaths, kind: Kind = .exact) throws(KernelError) {
    try KernelRequirements.check()
    // Only the syscalls tracepoints go through tracefs.
    let tracefs = kind == .light ? nil : try Tracefs.makeVisible()
    let keepsNames = tracefs.map { access($0 + "/events/sched/sched_prepare_exec", F_OK) == 0 } ?? false
    let wanted = Program.allCases.filter { program in
      switch program {
      case .ran: true
      case .prepared: keepsNames
      case .taskEnd: kind.seesProcesses || keepsNames
      case .fork, .free, .group: kind.seesProcesses
      case .execveEnd, .execveatEnd, .execveEntry, .execveatEntry: kind != .light
      }
    }
    let opened = try OpenedObject(bytes: [UInt8](hexadecimal: execCountObject), name: "exectop")
    let called = Iterator.allCases.map(\.rawValue) + CalledProgram.allCases.map(\.rawValue)
    opened.keep(wanted.map(\.rawValue) + (kind.seesProcesses ? called : []))
    for map in ExecCounter.sizedMaps { try opened.setEntries(maxPaths, of: map) }
    var random = SystemRandomNumberGenerator()
    let hashKey = HashKey(using: &random)
    try opened.setConstant(
      exec_config(
        wake_at: UInt32(clamping: maxPaths / 4 * 3), tutorial: kind == .tutorial ? 1 : 0,
        processes: kind.seesProcesses ? 1 : 0,
        keeps_names: keepsNames ? 1 : 0, page_size: UInt32(clamping: sysconf(Int32(_SC_PAGESIZE))),
        inside: kind == .children ? 1 : 0),
      section: ".rodata.config")
    try opened.setConstant(hashKey.words, section: ".rodata.key")
    let loaded = try opened.load()

    let shared = try SharedMemory(descriptor: try loaded.fileDescriptor(ofMap: ".bss"))
    let pressure = try PressureSignal(descriptor: try loaded.fileDescriptor(ofMap: "exec_wake"))
    let paths = try loaded.reader(ofMap: "exec_count", keySize: ExecCounter.keySize)
    let failures = try loaded.reader(ofMap: "exec_failed", keySize: ExecCounter.failureKeySize)
    let spilledPaths = try loaded.reader(ofMap: "exec_spill", keySize: ExecCounter.keySize)
    let spilledFailures = try loaded.reader(ofMap: "exec_failspill", keySize: ExecCounter.failureKeySize)
    let processes = kind.seesProcesses ? try ProcessMeter.make(loaded, seesAll: kind == .exact) : nil
    let programs = try loaded.attach(wanted.map(\.rawValue))
    var ledger = Ledger(hashKey: hashKey, knowsGroups: ControlGroupTree.isInUse)
    if kind == .exact { try ProcessMeter.adopt(programs.object, shared: shared, into: &ledger) }
    if kind == .children, try ProcessMeter.adoptChildren(programs.object, shared: shared) == 0 {
      throw KernelError("find the processes to count", errno: ESRCH)
    }
    self.init(
      kind: kind, capacity: maxPaths, programs: programs, shared: shared, pressure: pressure, paths: paths,
      failures: failures, spilledPaths: spilledPaths, spilledFailures: spilledFailures, processes: processes,
      ledger: ledger, hashKey: hashKey)
  }

  /// Apart from what throws: the compiler of Swift 6.2 fails on a noncopyable property of a class that is set before
  /// something throws.
  private init(
    kind: Kind, capacity: Int, programs: consuming AttachedObject, shared: consuming SharedMemory,
    pressure: consuming PressureSignal, paths: MapReader, failures: MapReader, spilledPaths: MapReader,
    spilledFailures: MapReader, processes: consuming ProcessMeter?, ledger: Ledger, hashKey: HashKey
  ) {
    seesAll = kind != .children
    mode =
      switch kind {
      case .exact, .children, .execsOnly: .attempts
      case .light: .light
      case .tutorial: .tutorial
      }
    self.capacity = capacity
    self.programs = programs
    self.shared = shared
    self.pressure = pressure
    self.paths = paths
    self.failures = failures
    self.spilledPaths = spilledPaths
    self.spilledFailures = spilledFailures
    self.processes = processes
    self.ledger = ledger
    self.hashKey = hashKey
    knowsSkippedExits = KernelRelease.running >= KernelRelease(6, 7)
  }

  /// Entries of exec_count, unless asked otherwise.
  public static let defaultMaxPaths = Int(EXEC_MAX_PATHS)

  private static let sizedMaps = [
    "exec_count", "exec_failed", "exec_spill", "exec_failspill", "exec_launches", "exec_endings",
    "exec_launchspill", "exec_endspill",
  ]

  /// Bytes of the kernel's memory for each entry of exec_count: it has seven more maps beside it. Measured at 16,384
  /// entries, as bpftool shows it (memlock). The table of processes takes 4 MB more, whatever there is.
  public static let memoryPerPath = 1240

  /// As many entries as take a quarter of the machine's memory (sysconf(3)).
  public static var mostPaths: Int {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    let most = pages.multipliedReportingOverflow(by: size)
    // Neither fails on Linux; then, as before, what a hash map of such entries can take.
    return pages > 0 && size > 0 && !most.overflow ? most.partialValue / 4 / memoryPerPath : 1 << 22
  }

  private static let keySize = MemoryLayout<path_key>.size
  private static let failureKeySize = MemoryLayout<failure_key>.size

  /// The programs print `execve: PATH` to the kernel's trace.
  public var isTracing: Bool {
    get { shared.isTracing }
    set { shared.isTracing = newValue }
  }

  public func sample(at time: Seconds) throws -> Snapshot {
    // Totals, then reasons, then the maps: an exec that is in the totals already has its row or its reason.
    var before = shared.counters
    if before.exits != before.settled {
      try processes?.settle()
      before = shared.counters
    }
    let isSame = last?.counters == before
    if isSame, processes == nil, let last {
      var snapshot = last.snapshot
      snapshot.time = time
      return snapshot
    }
    // Read after the totals, so that the reason of each exec in them is here.
    let reasons = shared.counters
    let missed = missed
    let madeGroups = shared.groups
    let parts = partsToRead(before)
    ledger.beginWalk(parts)
    if parts.contains(.paths) {
      try walkPaths { ledger.readPaths(keys: $0, keySize: ExecCounter.keySize, values: $1) }
    }
    let machine = try processes?.read(parts, reasons, into: &ledger)
    if parts.contains(.failures) { try failures.walk(.look) { ledger.readFailures(keys: $0, values: $1) } }
    var snapshot = ledger.snapshot(
      at: time, execsBefore: Saturating.sum(before.execs, missed ?? 0), failed: mode == .attempts ? before.failed : nil,
      unattributed: [
        .unreadable: reasons.unreadable, .mapFull: reasons.mapFull, .missed: missed, .refusedLate: reasons.refusedLate,
      ],
      failedWithoutErrno: reasons.withoutErrno, begun: seesCalls ? reasons.begun : nil,
      underWay: seesCalls ? underWay(before, reasons) : nil, isExact: mode != .tutorial,
      machine: machine)
    try processes?.name(&snapshot, madeGroups: madeGroups)
    last = (before, snapshot)
    return snapshot
  }

  /// The entries of calls are counted, of those alone whose ends are.
  private var seesCalls: Bool { mode != .light && seesAll }

  /// Processes that had no place, so that nothing of them is counted. Only where not all processes are counted: otherwise
  /// their execs are.
  public var uncountedProcesses: UInt64 { seesAll ? 0 : shared.counters.withoutPlace }

  /// A program adds to its row first and to its counter last: what belongs to a counter that has not moved since before
  /// the last walk is as that walk found it. Failures are read whenever paths are, though only execs that succeeded may
  /// have moved the counters: others can fail between this and the walk, and would seem to have run.
  private func partsToRead(_ now: Counters) -> Ledger.Parts {
    guard let before = last?.counters else { return .all }
    var parts: Ledger.Parts = []
    if now.execs != before.execs {
      parts.insert(.paths)
      if mode == .attempts { parts.insert(.failures) }
    }
    if now.endings != before.endings { parts.insert(.endings) }
    if processes != nil { parts.insert(.uses) }
    return parts
  }

  public func timePrograms(_ isWanted: Bool) {
    statistics = isWanted ? RunTimeStatistics() : nil
  }

  public var programTime: UInt64? {
    guard statistics != nil else { return nil }
    return Program.allCases.reduce(0) { $0 + (programs.object.information(on: $1)?.runTime ?? 0) }
  }

  /// The programs' counters, as they stand.
  var counters: Counters { shared.counters }

  /// Hands over what exec_count holds.
  func walkPaths(_ body: (RawSpan, Span<UInt64>) -> Void) throws(KernelError) {
    try paths.walk(.look, body)
  }

  /// Execs of which the kernel skipped the program that would have counted them, at most: one that it skipped at the exit
  /// of a call that succeeded lost nothing, and nothing tells which. Nil where the kernel does not count what it skips.
  private var missed: UInt64? {
    let skippedRan = skippedRuns(of: .ran)
    if mode == .light { return skippedRan }
    guard knowsSkippedExits else { return nil }
    return [.execveEnd, .execveatEnd].reduce(skippedRan) { Saturating.sum($0, skippedRuns(of: $1)) }
  }

  /// Calls that have begun and not ended. Ends that had no entry here (32-bit callers, what the kernel starts, what began
  /// before) are taken for ends of others: it is a lower bound.
  private func underWay(_ before: Counters, _ after: Counters) -> UInt64 {
    Saturating.difference(after.begun, Saturating.sum(before.execs, after.restarted))
  }

  private func skippedRuns(of program: Program) -> UInt64 {
    programs.object.information(on: program)?.skippedRuns ?? 0
  }
}

// MARK: - Single execs

extension ExecCounter {
  public func watch(_ watch: ExecWatch?) throws -> Bool {
    guard processes != nil else { return false }
    guard let watch else {
      events = nil
      return true
    }
    let feed =
      try events
      ?? ExecEventFeed(
        hashKey: hashKey, processes: try programs.object.fileDescriptor(ofMap: "exec_processes"),
        programs: eventPrograms)
    feed.watch(watch)
    events = feed
    return true
  }

  public var eventDescriptor: Int32? { events?.fileDescriptor }

  public func takeEvents() -> ExecEvents { events?.take() ?? ExecEvents() }
}

// MARK: - Moving rows out of the maps

extension ExecCounter {
  /// The tutorial's map fills up, and what comes then is lost: nothing is moved out of it.
  public var pressureDescriptor: Int32? { mode == .tutorial ? nil : pressure.fileDescriptor }

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
    // Nobody adds to the maps now. The paths are met before what refers to them is moved, and so are launches.
    let cold = try findColdPaths()
    try processes?.take(into: &ledger)
    try failures.walk(.take) { ledger.moveFailures(keys: $0, values: $1) }
    let kept = try takePaths(atMost: cold)
    shared.inserted = UInt32(clamping: kept)
    shared.isSpilling = false
    ExecCounter.awaitPrograms()
    // And now nobody adds to the spill maps.
    try spilledPaths.walk(.take) { ledger.movePaths(keys: $0, keySize: ExecCounter.keySize, values: $1) }
    try processes?.takeSpilled(into: &ledger)
    try spilledFailures.walk(.take) { ledger.moveFailures(keys: $0, values: $1) }
    // What the last walk found is no longer where it was, though no counter has moved.
    last = nil
  }

  /// Has all paths of exec_count met, and finds which are to be moved out: the quarter with the most execs stays, so that
  /// whoever else looks there finds the paths that matter.
  ///
  /// - Returns: the count of the paths to be moved, at most. Nil if all can stay.
  private func findColdPaths() throws(KernelError) -> UInt64? {
    var counts: [UInt64] = []
    try walkPaths { keys, values in
      ledger.meetPaths(keys: keys, keySize: ExecCounter.keySize)
      for row in values.indices { counts.append(values[row]) }
    }
    counts.sort(by: >)
    let room = (capacity ?? 0) / 4
    return counts.count > room ? counts[room] : nil
  }

  /// Moves the paths out of exec_count that have at most so many execs.
  ///
  /// - Returns: how many rows stay.
  private func takePaths(atMost coldest: UInt64?) throws(KernelError) -> Int {
    var all = 0
    var cold: [UInt8] = []
    let keySize = ExecCounter.keySize
    try walkPaths { keys, values in
      all += values.count
      for row in values.indices where coldest.map({ values[row] <= $0 }) ?? false {
        let key = keys.extracting(droppingFirst: row * keySize).extracting(first: keySize)
        key.withUnsafeBytes { cold.append(contentsOf: $0) }
        ledger.movePaths(keys: key, keySize: keySize, values: values.extracting(row...row))
      }
    }
    try paths.delete(cold)
    return all - cold.count / keySize
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

extension ExecCounter.Kind {
  /// It counts by launch, what processes use, and how they end.
  fileprivate var seesProcesses: Bool {
    switch self {
    case .exact, .children: true
    case .execsOnly, .light, .tutorial: false
    }
  }
}
