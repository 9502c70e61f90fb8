import ExecTopCounting
import ExecTopText

/// What is told to Prometheus: sums by a bounded number of paths, which never fall and add up to what was counted.
///
/// It takes the snapshots of one ledger. Any of them may be left out or come twice.
public struct Metrics: Sendable {
  public let mode: Mode
  /// When counting began.
  public let began: WallTime
  public let version: String
  /// Entries of the map of paths. Nil where there is no such bound.
  public let capacity: Int?
  /// What exectop itself used.
  public var own = OwnUse()

  var admission: Admission<Path>
  /// By place of the path.
  private(set) var execs = RisingSums()
  /// Likewise: nanoseconds.
  private(set) var cpu = RisingSums()
  /// Likewise: processes that a signal ended, and those that ended with another status than 0.
  private(set) var killed = RisingSums()
  private(set) var exitedWithError = RisingSums()
  private(set) var failures = RisingSums()
  private(set) var failureSeries = FailureSeries()
  var units: UnitSeries
  /// By `WatchedPlace.allCases`.
  private(set) var newPaths = WatchedPlace.allCases.map { _ in UInt64(0) }
  /// By slot: the row that is known to have run.
  private var haveRun: [PathID?] = []
  /// Rows there are.
  private(set) var pathCount = 0
  /// CPU time that is no path's, by `CPUWithoutPath`, in nanoseconds.
  private(set) var cpuWithoutPath = RisingSums()
  /// Processes that run now.
  private(set) var running: UInt64 = 0
  /// What all CPUs did, each figure the highest so far: the kernel's own sum can lag behind itself.
  private(set) var machine = MachineCPU()
  /// The last snapshot.
  private(set) var last: Snapshot?
  private var withoutErrno: UInt64 = 0

  /// - Parameters:
  ///   - pathLimit: paths, and units, that have series of their own; all others together are `(other)`.
  ///   - began: when counting began.
  public init(pathLimit: Int, mode: Mode, capacity: Int?, version: String, began: WallTime) {
    admission = Admission(limit: pathLimit)
    units = UnitSeries(limit: pathLimit)
    self.mode = mode
    self.capacity = capacity
    self.version = version
    self.began = began
  }

  /// Series of their own, unless asked otherwise.
  public static let defaultPathLimit = 200

  /// What exectop itself used since it began.
  public struct OwnUse: Equatable, Sendable {
    /// Seconds of CPU time. Nil if it is not known.
    public var cpu: Seconds?
    /// Resident memory in bytes. Nil if it is not known.
    public var memory: UInt64?
    /// Nanoseconds that its BPF programs took. Nil where that is not kept.
    public var programs: UInt64?

    public init(cpu: Seconds? = nil, memory: UInt64? = nil, programs: UInt64? = nil) {
      self.cpu = cpu
      self.memory = memory
      self.programs = programs
    }
  }

  /// What the user should know of the source. Nil if all is well.
  public var notice: String? { last?.notice }

  /// The name of a path's place, as it shows.
  func name(at place: Int) -> String {
    admission.key(at: place).map { SafeText($0.bytes).string } ?? SafeText.other
  }

  /// How many places there are: that of all others, and those of the paths that were admitted.
  var placeCount: Int { admission.keys.count + 1 }
}

// MARK: - Taking snapshots

extension Metrics {
  /// Takes the next snapshot.
  public mutating func apply(_ snapshot: Snapshot) {
    if admission.hasRoom { admit(from: snapshot) }
    // Another series counts from zero: all that it says came after what was said before.
    let before = last.flatMap { $0.series == snapshot.series ? $0 : nil }
    let paths = snapshot.paths
    paths.forEachGrowth(since: before?.paths, referents: ()) { id, _, growth in
      execs.add(growth, to: admission.place(of: id, in: paths))
    }
    execs.settle()
    applyFailures(of: snapshot, before: before)
    applyUses(of: snapshot, before: before)
    findNewPaths(in: snapshot)
    last = snapshot
  }

  /// Gives places to paths that have run, or have been tried, or use the CPU: those with the most execs first, then those
  /// with the most CPU time.
  private mutating func admit(from snapshot: Snapshot) {
    var found: [PathID: (execs: UInt64, cpu: UInt64)] = [:]
    func find(_ id: PathID, execs: UInt64 = 0, cpu: UInt64 = 0) {
      guard execs > 0 || cpu > 0, id != .other else { return }
      guard admission.place(of: id, in: snapshot.paths) == Admission<Path>.others else { return }
      found[id, default: (0, 0)].execs += execs
      found[id, default: (0, 0)].cpu += cpu
    }
    for id in snapshot.paths.ids { find(id, execs: snapshot.paths.figure(of: id)) }
    if let launches = snapshot.uses?.launches {
      for row in launches.ids {
        if let id = launches.key(of: row)?.owner.path {
          find(id, cpu: launches.figure(of: row, UseFigure.cpu.rawValue))
        }
      }
    }
    let ordered = found.sorted {
      ($1.value.execs, $1.value.cpu, $0.key.slot) < ($0.value.execs, $0.value.cpu, $1.key.slot)
    }
    for (id, _) in ordered { admission.admit(id, in: snapshot.paths) }
  }

  private mutating func applyFailures(of snapshot: Snapshot, before: Snapshot?) {
    guard mode.seesFailures else { return }
    let identities = snapshot.paths.rows
    snapshot.failures.forEachGrowth(since: before?.failures, referents: identities) { _, failure, growth in
      let place = admission.place(of: failure.path, in: snapshot.paths)
      failures.add(growth, to: failureSeries.part(place: place, error: failure.error))
    }
    let lost = snapshot.totals.failedWithoutErrno
    let growth = Int64(clamping: lost) - Int64(clamping: before == nil ? 0 : withoutErrno)
    if growth != 0 { failures.add(growth, to: failureSeries.part(place: Admission<Path>.others, error: nil)) }
    withoutErrno = lost
    failures.settle()
  }

  private mutating func applyUses(of snapshot: Snapshot, before: Snapshot?) {
    guard let uses = snapshot.uses else { return }
    let identities = snapshot.paths.rows
    uses.launches.forEachGrowth(
      of: UseFigure.cpu.rawValue, since: before?.uses?.launches, referents: ()
    ) { _, launch, growth in
      let owner = launch.owner.following(identities)
      if let path = owner.path {
        cpu.add(growth, to: admission.place(of: path, in: snapshot.paths))
      } else if let part = CPUWithoutPath(owner) {
        cpuWithoutPath.add(growth, to: part.rawValue)
      }
    }
    cpu.settle()
    cpuWithoutPath.settle()
    uses.endings.forEachGrowth(since: before?.uses?.endings, referents: identities) { _, ending, growth in
      guard let path = ending.owner.path, ending.status != .notKept, !ending.status.isSuccess else { return }
      let place = admission.place(of: path, in: snapshot.paths)
      if ending.status.signal == nil { exitedWithError.add(growth, to: place) } else { killed.add(growth, to: place) }
    }
    killed.settle()
    exitedWithError.settle()
    applyUnits(of: uses, before: before?.uses)
    running = uses.launches.total(UseFigure.running.rawValue)
    machine = MachineCPU(
      busy: Metrics.highest(machine.busy, uses.machine.busy),
      interrupts: Metrics.highest(machine.interrupts, uses.machine.interrupts),
      steal: Metrics.highest(machine.steal, uses.machine.steal), cpus: uses.machine.cpus)
    machine.unread = max(machine.unread, uses.machine.unread)
  }

  private mutating func applyUnits(of uses: Uses, before: Uses?) {
    var execs: [UInt64: Int64] = [:]
    for figure in [UseFigure.execs, .failed] {
      uses.launches.forEachGrowth(of: figure.rawValue, since: before?.launches, referents: ()) { _, launch, growth in
        execs[launch.group, default: 0] &+= growth
      }
    }
    units.apply(execs, groups: uses.names.groups)
  }

  private static func highest(_ one: UInt64?, _ other: UInt64?) -> UInt64? {
    one.map { one in other.map { max(one, $0) } ?? one } ?? other
  }

  /// Counts the rows, and finds among them the paths that have not run before.
  private mutating func findNewPaths(in snapshot: Snapshot) {
    var failed: [UInt64] = []
    for row in snapshot.failures.ids {
      guard let slot = snapshot.failures.key(of: row)?.path.index else { continue }
      failed.grow(to: slot + 1, with: 0)
      failed[slot] = Saturating.sum(failed[slot], snapshot.failures.figure(of: row))
    }
    pathCount = usedPaths(of: snapshot)
    for id in snapshot.paths.ids {
      let execs = snapshot.paths.figure(of: id)
      if execs > 0 { pathCount += 1 }
      guard id != .other, execs > (id.index < failed.count ? failed[id.index] : 0) else { continue }
      haveRun.grow(to: id.index + 1, with: nil)
      guard haveRun[id.index] != id, let path = snapshot.paths.key(of: id) else { continue }
      haveRun[id.index] = id
      if let place = WatchedPlace.allCases.firstIndex(of: WatchedPlace(of: path)) { newPaths[place] += 1 }
    }
  }

  /// Paths of which no exec was counted, and whose processes use the CPU, or run.
  private func usedPaths(of snapshot: Snapshot) -> Int {
    guard let launches = snapshot.uses?.launches else { return 0 }
    var used: Set<PathID> = []
    for row in launches.ids {
      guard let path = launches.key(of: row)?.owner.path, snapshot.paths.figure(of: path) == 0 else { continue }
      let isUsed = [.cpu, .running].contains { (figure: UseFigure) in launches.figure(of: row, figure.rawValue) > 0 }
      if isUsed { used.insert(path) }
    }
    return used.count
  }
}

/// What CPU time is counted for that is no path's.
enum CPUWithoutPath: Int, CaseIterable {
  case kernelThreads, noPath, noSlot, mapFull

  /// Nil for a path.
  init?(_ owner: Owner) {
    switch owner {
    case .path: return nil
    case .kernelThreads: self = .kernelThreads
    case .noPath: self = .noPath
    case .noSlot: self = .noSlot
    case .mapFull: self = .mapFull
    }
  }

  /// Why it has no row, as records name it. Nil for the kernel's threads, which need none.
  var reason: String? {
    switch self {
    case .kernelThreads: nil
    case .noPath: "no_path"
    case .noSlot: "no_slot"
    case .mapFull: "map_full"
    }
  }
}
