import CExecCount
import CLibBPF
import ExecTopCounting

/// Reads what the programs of bpf/exec_launch.bpf.h have counted: who runs what, what it costs, and how it ends.
struct ProcessMeter: ~Copyable {
  private var launches: MapReader
  private var endings: MapReader
  private var spilledLaunches: MapReader
  private var spilledEndings: MapReader
  private let list: TaskIterator
  private let settleProgram: Int32
  /// Nil where not all of the machine's processes are looked at.
  private var machine: MachineStatistics?
  private var names: NameFinder

  private static let numberSize = MemoryLayout<UInt64>.size
  private static let endingSize = MemoryLayout<ending_key>.size
  private static let words = MemoryLayout<exec_launch>.size / MemoryLayout<UInt64>.size

  private init(
    launches: MapReader, endings: MapReader, spilledLaunches: MapReader, spilledEndings: MapReader,
    list: consuming TaskIterator, settleProgram: Int32, names: consuming NameFinder, seesAll: Bool
  ) {
    self.launches = launches
    self.endings = endings
    self.spilledLaunches = spilledLaunches
    self.spilledEndings = spilledEndings
    self.list = list
    self.settleProgram = settleProgram
    self.names = names
    machine = seesAll ? MachineStatistics() : nil
  }

  /// - Parameters:
  ///   - object: it must outlive the meter.
  ///   - seesAll: whether all of the machine's processes are looked at.
  static func make(_ object: borrowing LoadedObject, seesAll: Bool) throws(KernelError) -> ProcessMeter {
    ProcessMeter(
      launches: try object.reader(ofMap: "exec_launches", keySize: numberSize, figures: words),
      endings: try object.reader(ofMap: "exec_endings", keySize: endingSize),
      spilledLaunches: try object.reader(ofMap: "exec_launchspill", keySize: numberSize, figures: words),
      spilledEndings: try object.reader(ofMap: "exec_endspill", keySize: endingSize),
      list: try object.iterator(.list), settleProgram: try object.fileDescriptor(of: .settle),
      names: NameFinder(
        groups: try object.reader(ofMap: "exec_groups", keySize: numberSize, figures: NameFinder.words)),
      seesAll: seesAll)
  }

  /// Takes in the processes that began before the programs looked, under the files that they run, as launched by their
  /// parents. Where a child runs its parent's file it is taken to have been forked alone, and is of the same launch.
  ///
  /// Some fork or exec meanwhile: it is done again for what those have left open.
  static func adopt(
    _ object: borrowing LoadedObject, shared: borrowing SharedMemory, into ledger: inout Ledger
  ) throws(KernelError) {
    let table = try ProcessPlaces(descriptor: try object.fileDescriptor(ofMap: "exec_processes"))
    let adopt = try object.iterator(.adopt)
    var adopted: [Int32: AdoptedProcess] = [:]
    var unresolved: Set<Int32> = []
    for pass in 1...3 {
      shared.adoption = UInt32(pass)
      var found: [Int32: adoption_record] = [:]
      try adopt.run(adoption_record.self) { found[$0.group] = $0 }
      for process in unresolved { found[process] = nil }
      if found.isEmpty { return }
      for process in found.keys.sorted() {
        // A process and its ancestors, as far as they are not adopted yet, the outermost last.
        var chain: [adoption_record] = []
        var next = found[process]
        while let record = next, adopted[record.group] == nil, chain.count < Int(EXEC_MAX_DEPTH) {
          chain.append(record)
          next = found[record.parent]
        }
        for record in chain.reversed() where adopted[record.group] == nil {
          guard let path = ProcessPlaces.executable(of: record.group) else {
            unresolved.insert(record.group)
            continue
          }
          var process = AdoptedProcess(path: path, owner: ledger.meet(path), launch: 0)
          let parent = adopted[record.parent]
          if let parent, parent.path == path {
            process.launch = parent.launch
          } else {
            process.launch = ledger.meetLaunch(
              parent: parent?.launch ?? 0, owner: process.owner, user: record.user, group: record.control_group)
          }
          adopted[record.group] = process
        }
      }
      for record in found.values {
        if let process = adopted[record.group] { table.adopt(record, process) }
      }
    }
  }

  /// Has this process's children counted, and what comes of them, instead of all processes.
  ///
  /// - Returns: how many there are.
  static func adoptChildren(
    _ object: borrowing LoadedObject, shared: borrowing SharedMemory
  ) throws(KernelError) -> Int {
    let adopt = try object.iterator(.adopt)
    shared.adoption = 1
    var count = 0
    try adopt.run(adoption_record.self) { _ in count += 1 }
    return count
  }

  /// Adds to their rows what processes used that have ended and that the kernel has not freed yet.
  func settle() throws(KernelError) {
    var options = bpf_test_run_opts()
    options.sz = MemoryLayout<bpf_test_run_opts>.size
    let error = bpf_prog_test_run_opts(settleProgram, &options)
    guard error == 0 else { throw KernelError("run settle_processes", errno: error) }
  }

  /// Reads the parts that are asked for into a walk that has read the paths.
  ///
  /// - Parameter counters: the programs' counters, read before.
  mutating func read(
    _ parts: Ledger.Parts, _ counters: Counters, into ledger: inout Ledger
  ) throws(KernelError) -> MachineCPU {
    if parts.contains(.endings) {
      try endings.walk(.look) { ledger.readEndings(keys: $0, values: $1) }
      if counters.lostEndings > 0 {
        ledger.read(Ending(owner: .mapFull, status: .notKept, wall: .unknown), count: counters.lostEndings)
      }
    }
    if counters.lostCPU > 0 || counters.withoutLaunch > 0 {
      ledger.read(.withoutRow, [.cpu: counters.lostCPU, .execs: counters.withoutLaunch])
    }
    // What has ended first: a process that ends in between is missing this time rather than counted twice.
    try launches.walk(.look) { ledger.readLaunches(keys: $0, values: $1) }
    typealias Sums = (count: UInt64, cpu: UInt64)
    var running: [UInt64: Sums] = [:]
    func add(_ record: task_record, to sums: inout Sums) {
      sums.count += UInt64(record.runs)
      // A process's base is taken from its leader alone, so a single task's part can be less than zero.
      sums.cpu &+= record.cpu
    }
    try list.run(task_record.self) { add($0, to: &running[$0.launch, default: (0, 0)]) }
    for (number, sums) in running {
      ledger.readRunning(number, count: sums.count, cpu: UInt64(max(0, Int64(bitPattern: sums.cpu))))
    }
    var cpu = machine?.update() ?? MachineCPU()
    cpu.unread = counters.unread
    return cpu
  }

  /// Says what the users and control groups of a snapshot are called.
  ///
  /// - Parameter madeGroups: the programs' counter of control groups, from before it was taken.
  mutating func name(_ snapshot: inout Snapshot, madeGroups: UInt32) throws(KernelError) {
    guard var uses = snapshot.uses else { return }
    try names.find(for: uses.launches, madeGroups: madeGroups)
    uses.names = names.names
    snapshot.uses = uses
  }

  /// Moves all rows out of the maps. Nobody may add to them.
  mutating func take(into ledger: inout Ledger) throws(KernelError) {
    try launches.walk(.take) { ledger.moveLaunches(keys: $0, values: $1) }
    try endings.walk(.take) { ledger.moveEndings(keys: $0, values: $1) }
  }

  /// Likewise for those that are filled meanwhile.
  mutating func takeSpilled(into ledger: inout Ledger) throws(KernelError) {
    try spilledLaunches.walk(.take) { ledger.moveLaunches(keys: $0, values: $1) }
    try spilledEndings.walk(.take) { ledger.moveEndings(keys: $0, values: $1) }
  }
}
