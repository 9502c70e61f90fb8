import ExecTopText

/// The processes of the invented workload. Of the same programs, run in the same steps, it makes the same figures.
struct DemoProcesses {
  /// What a process of a program uses.
  struct Use {
    /// Milliseconds, on average.
    var cpu: Double
    var wall: Double
    /// How many of a hundred end with each status, as wait(2) tells it; the others end with 0.
    var exits: [(percent: Int, status: Int32)] = []
  }

  /// A program that runs all the time.
  struct Service {
    var path: String
    /// Processes.
    var running: UInt64
    /// Of one CPU, all of them together.
    var share: Double
  }

  private struct Living {
    var program: Int
    /// Steps.
    var begin: Int
    var end: Int
    /// Nanoseconds.
    var wall: UInt64
    var cpu: UInt64
    var status: Int32

    /// Nanoseconds that it has used by a step.
    func cpu(at step: Int) -> UInt64 {
      cpu / UInt64(max(1, end - begin)) * UInt64(min(max(0, step - begin), end - begin))
    }
  }

  private struct Kind: Hashable {
    var program: Int
    var status: Int32
    var wall: WallBucket
  }

  private let uses: [Use]
  private let services: [Service]
  private var random: SplitMix
  private var living: [Living] = []
  /// By program.
  private var ended: [[UseFigure: UInt64]]
  private var endings: [Kind: UInt64] = [:]
  /// In the order in which they came.
  private var kinds: [Kind] = []
  /// Nanoseconds, by service.
  private var serviceCPU: [UInt64]
  private var kernelCPU: UInt64 = 0
  private var interrupts: UInt64 = 0

  private static let step: UInt64 = 100_000_000

  init(uses: [Use], services: [Service], seed: UInt64) {
    self.uses = uses
    self.services = services
    random = SplitMix(state: seed)
    ended = uses.map { _ in [:] }
    serviceCPU = services.map { _ in 0 }
  }

  /// Runs a program so many times.
  mutating func begin(_ runs: UInt64, of program: Int, at step: Int) {
    for _ in 0..<runs {
      let use = uses[program]
      let spread = random.fraction()
      // A few take much longer than most.
      let wall = use.wall * (0.5 + spread * 0.6 + (spread > 0.95 ? 3 : 0))
      let cpu = min(wall * 0.97, use.cpu * (0.6 + random.fraction() * 0.8))
      let process = Living(
        program: program, begin: step, end: step + Int(wall / 100), wall: UInt64(wall * 1e6), cpu: UInt64(cpu * 1e6),
        status: status(of: use))
      if process.end == step { end(process) } else { living.append(process) }
    }
  }

  private mutating func status(of use: Use) -> Int32 {
    var drawn = Int(random.next() % 100)
    for exit in use.exits {
      drawn -= exit.percent
      if drawn < 0 { return exit.status }
    }
    return 0
  }

  /// A step has passed.
  mutating func advance(to step: Int) {
    for process in living where process.end <= step { end(process) }
    living.removeAll { $0.end <= step }
    for (index, service) in services.enumerated() {
      serviceCPU[index] += UInt64(service.share * Double(Self.step) * (0.7 + random.fraction() * 0.6))
    }
    kernelCPU += 900_000 + random.next() % 900_000
    interrupts += 400_000 + random.next() % 400_000
  }

  private mutating func end(_ process: Living) {
    func add(_ value: UInt64, to figure: UseFigure) { ended[process.program][figure, default: 0] += value }
    func raise(_ figure: UseFigure, to value: UInt64) {
      ended[process.program][figure] = max(ended[process.program][figure] ?? 0, value)
    }
    add(process.cpu, to: .cpu)
    add(process.wall, to: .wall)
    add(random.next() % 500 == 0 ? 3 : 0, to: .majorFaults)
    raise(.longest, to: process.wall)
    // What takes longer holds more.
    raise(.resident, to: 2_000_000 + process.cpu / 2)
    let kind = Kind(program: process.program, status: process.status, wall: WallBucket(holding: process.wall))
    if endings[kind] == nil { kinds.append(kind) }
    endings[kind, default: 0] += 1
  }

  /// Hands over what they used by a step.
  func report(to ledger: inout Ledger, paths: [String], at step: Int) {
    for (index, path) in paths.enumerated() where !ended[index].isEmpty {
      ledger.readEnded(ledger.owner(of: Path(path)), ended[index])
    }
    for process in living {
      ledger.readRunning(ledger.owner(of: Path(paths[process.program])), count: 1, cpu: process.cpu(at: step))
    }
    for (service, cpu) in zip(services, serviceCPU) {
      ledger.readRunning(ledger.owner(of: Path(service.path)), count: service.running, cpu: cpu)
    }
    ledger.readEnded(.kernelThreads, [.cpu: kernelCPU])
    for kind in kinds {
      ledger.read(
        Ending(
          owner: ledger.owner(of: Path(paths[kind.program])), status: ExitStatus(word: kind.status), wall: kind.wall),
        count: endings[kind] ?? 0)
    }
  }

  /// What the machine's CPUs did by a step, in hundredths of a second as the kernel has it.
  func machine(at step: Int) -> MachineCPU {
    let ended = ended.reduce(0) { $0 + ($1[.cpu] ?? 0) }
    let running = living.reduce(0) { $0 + $1.cpu(at: step) }
    let sum = ended + running + serviceCPU.reduce(0, +) + kernelCPU + interrupts
    return MachineCPU(busy: sum / 10_000_000 * 10_000_000, interrupts: interrupts, steal: 0, cpus: 4)
  }
}
