import CExecCount
import CLibBPF
import ExecTopCounting

/// Reads what the programs of bpf/exec_cost.bpf.h have counted: what processes used, and how they ended.
struct ProcessMeter: ~Copyable {
  private var costs: MapReader
  private var endings: MapReader
  private var spilledCosts: MapReader
  private var spilledEndings: MapReader
  private let list: TaskIterator
  private let settleProgram: Int32
  private var machine = MachineStatistics()

  private static let numberSize = MemoryLayout<UInt64>.size
  private static let endingSize = MemoryLayout<ending_key>.size
  private static let figures = MemoryLayout<exec_cost>.size / MemoryLayout<UInt64>.size

  private init(
    costs: MapReader, endings: MapReader, spilledCosts: MapReader, spilledEndings: MapReader,
    list: consuming TaskIterator, settleProgram: Int32
  ) {
    self.costs = costs
    self.endings = endings
    self.spilledCosts = spilledCosts
    self.spilledEndings = spilledEndings
    self.list = list
    self.settleProgram = settleProgram
  }

  /// - Parameter object: it must outlive the meter.
  static func make(_ object: borrowing LoadedObject) throws(KernelError) -> ProcessMeter {
    ProcessMeter(
      costs: try object.reader(ofMap: "exec_cost", keySize: numberSize, figures: figures),
      endings: try object.reader(ofMap: "exec_endings", keySize: endingSize),
      spilledCosts: try object.reader(ofMap: "exec_costspill", keySize: numberSize, figures: figures),
      spilledEndings: try object.reader(ofMap: "exec_endspill", keySize: endingSize),
      list: try object.iterator(.list), settleProgram: try object.fileDescriptor(of: .settle))
  }

  /// Takes in the processes that began before the programs looked, under the files that they run.
  ///
  /// Some fork or exec meanwhile: it is done again for what those have left open.
  static func adopt(
    _ object: borrowing LoadedObject, shared: borrowing SharedMemory, into ledger: inout Ledger
  ) throws(KernelError) {
    let table = try ProcessPlaces(descriptor: try object.fileDescriptor(ofMap: "exec_processes"))
    let adopt = try object.iterator(.adopt)
    var unresolved: Set<Int32> = []
    for pass in 1...3 {
      shared.adoption = UInt32(pass)
      var found: [adoption_record] = []
      try adopt.run(adoption_record.self) { found.append($0) }
      found.removeAll { unresolved.contains($0.group) }
      if found.isEmpty { return }
      for record in found {
        if let path = ProcessPlaces.executable(of: record.group) {
          table.setOwner(ledger.meet(path), of: record)
        } else {
          unresolved.insert(record.group)
        }
      }
    }
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
    if counters.lostCPU > 0 { ledger.readEnded(.mapFull, [.cpu: counters.lostCPU]) }
    // What has ended first: a process that ends in between is missing this time rather than counted twice.
    try costs.walk(.look) { ledger.readUses(keys: $0, values: $1) }
    typealias Sums = (count: UInt64, cpu: UInt64)
    var running: [UInt64: Sums] = [:]
    func add(_ record: task_record, to sums: inout Sums) {
      sums.count += UInt64(record.runs)
      // A process's base is taken from its leader alone, so a single task's part can be less than zero.
      sums.cpu &+= record.cpu
    }
    try list.run(task_record.self) { add($0, to: &running[$0.owner, default: (0, 0)]) }
    for (number, sums) in running {
      ledger.readRunning(number, count: sums.count, cpu: UInt64(max(0, Int64(bitPattern: sums.cpu))))
    }
    var cpu = machine.update()
    cpu.unread = counters.unread
    return cpu
  }

  /// Moves all rows out of the maps. Nobody may add to them.
  mutating func take(into ledger: inout Ledger) throws(KernelError) {
    try costs.walk(.take) { ledger.moveUses(keys: $0, values: $1) }
    try endings.walk(.take) { ledger.moveEndings(keys: $0, values: $1) }
  }

  /// Likewise for those that are filled meanwhile.
  mutating func takeSpilled(into ledger: inout Ledger) throws(KernelError) {
    try spilledCosts.walk(.take) { ledger.moveUses(keys: $0, values: $1) }
    try spilledEndings.walk(.take) { ledger.moveEndings(keys: $0, values: $1) }
  }
}
