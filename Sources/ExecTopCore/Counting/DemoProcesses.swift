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
    /// By whom it is run, one as often as the other.
    var launchers: [DemoLauncher] = [.makeShell]
    /// Execs that fail each time before it is found.
    var searches: UInt64 = 0
  }

  /// A program that runs all the time.
  struct Service {
    var launcher: DemoLauncher
    /// Processes.
    var running: UInt64
    /// Of one CPU, all of them together.
    var share: Double
  }

  private struct Living {
    var program: Int
    /// The place of its launcher among those of the program.
    var launcher: Int
    /// Steps.
    var begin: Int
    var end: Int
    /// Nanoseconds.
    var wall: UInt64
    var cpu: UInt64
    var status: Int32
    /// How many execs came before it.
    var number: UInt64

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
  /// For the choice of launchers: the other figures do not depend on it.
  private var launcherRandom: SplitMix
  private var living: [Living] = []
  /// By program and launcher.
  private var counted: [[[UseFigure: UInt64]]]
  private var endings: [Kind: UInt64] = [:]
  /// In the order in which they came.
  private var kinds: [Kind] = []
  /// Nanoseconds, by service.
  private var serviceCPU: [UInt64]
  private var kernelCPU: UInt64 = 0
  private var interrupts: UInt64 = 0

  /// Single execs of them.
  var execs = DemoExecs()
  /// Execs so far.
  private var number: UInt64 = 0

  private static let step: UInt64 = 100_000_000

  init(uses: [Use], services: [Service], seed: UInt64) {
    self.uses = uses
    self.services = services
    random = SplitMix(state: seed)
    launcherRandom = SplitMix(state: seed &+ 1)
    counted = uses.map { use in use.launchers.map { _ in [:] } }
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
        program: program, launcher: launcher(of: program), begin: step, end: step + Int(wall / 100),
        wall: UInt64(wall * 1e6), cpu: UInt64(cpu * 1e6),
        status: status(of: use), number: number)
      tell(.ran, program, process.launcher, number, at: Seconds(step) / 10)
      number += 1
      count(1, .execs, program, process.launcher)
      if use.searches > 0 { count(use.searches, .searches, program, process.launcher) }
      if process.end == step { end(process) } else { living.append(process) }
    }
  }

  /// A program cannot be run, so many times.
  mutating func fail(_ times: UInt64, of program: Int, error: Int32, at step: Int) {
    for _ in 0..<times {
      let launcher = launcher(of: program)
      count(1, .failed, program, launcher)
      tell(.failed(error), program, launcher, number, at: Seconds(step) / 10)
      number += 1
    }
  }

  private mutating func tell(
    _ what: ExecEvent.What, _ program: Int, _ launcher: Int, _ number: UInt64, at time: Seconds
  ) {
    let event = DemoExecs.Event(what: what, program: program, launcher: launcher, number: number, time: time)
    if case .ended = what { execs.end(event) } else { execs.begin(event) }
  }

  private mutating func launcher(of program: Int) -> Int {
    Int(launcherRandom.next() % UInt64(uses[program].launchers.count))
  }

  private mutating func count(_ value: UInt64, _ figure: UseFigure, _ program: Int, _ launcher: Int) {
    counted[program][launcher][figure, default: 0] += value
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
    func add(_ value: UInt64, to figure: UseFigure) { count(value, figure, process.program, process.launcher) }
    func raise(_ figure: UseFigure, to value: UInt64) {
      let highest = counted[process.program][process.launcher][figure] ?? 0
      counted[process.program][process.launcher][figure] = max(highest, value)
    }
    add(process.cpu, to: .cpu)
    add(process.wall, to: .wall)
    add(random.next() % 500 == 0 ? 3 : 0, to: .majorFaults)
    if process.status != 0 { add(1, to: .errors) }
    raise(.longest, to: process.wall)
    // What takes longer holds more.
    raise(.resident, to: 2_000_000 + process.cpu / 2)
    tell(
      .ended(ExitStatus(word: process.status)), process.program, process.launcher, process.number,
      at: Seconds(process.begin) / 10 + Seconds(process.wall) / 1e9)
    let kind = Kind(program: process.program, status: process.status, wall: WallBucket(holding: process.wall))
    if endings[kind] == nil { kinds.append(kind) }
    endings[kind, default: 0] += 1
  }

  /// Hands over what they used by a step.
  func report(to ledger: inout Ledger, paths: [String], at step: Int) {
    func launch(_ program: Int, _ launcher: Int) -> Launch {
      let by = uses[program].launchers[launcher]
      let parent = by.launch(in: &ledger).number
      return ledger.launch(of: Path(paths[program]), by: parent, user: by.user, group: by.group)
    }
    for (program, launchers) in counted.enumerated() {
      for (launcher, figures) in launchers.enumerated() where !figures.isEmpty {
        ledger.read(launch(program, launcher), figures)
      }
    }
    for process in living {
      ledger.readRunning(launch(process.program, process.launcher), count: 1, cpu: process.cpu(at: step))
    }
    for (service, cpu) in zip(services, serviceCPU) {
      ledger.readRunning(service.launcher.launch(in: &ledger), count: service.running, cpu: cpu)
    }
    ledger.read(.kernelThreads, [.cpu: kernelCPU])
    for kind in kinds {
      ledger.read(
        Ending(
          owner: ledger.owner(of: Path(paths[kind.program])), status: ExitStatus(word: kind.status), wall: kind.wall),
        count: endings[kind] ?? 0)
    }
  }

  /// What is told of single execs since it was last asked.
  mutating func takeEvents(of paths: [String], in ledger: inout Ledger) -> [ExecEvent] {
    execs.take().map { exec in
      let by = uses[exec.program].launchers[exec.launcher]
      var launch = by.launch(in: &ledger)
      var isEnd = false
      switch exec.what {
      // An exec that failed has its launcher's number.
      case .failed: break
      case .ended, .replaced: isEnd = true
      case .ran:
        launch = ledger.launch(of: Path(paths[exec.program]), by: launch.number, user: by.user, group: by.group)
      }
      var event = ExecEvent(
        exec.what, of: ExecEvent.ProcessKey(id: Int32(1000 + exec.number % 30_000), start: exec.number), at: exec.time,
        launch: launch.number, user: by.user)
      guard !isEnd else { return event }
      let arguments = DemoArguments(of: paths[exec.program], number: exec.number)
      event.path = Path(paths[exec.program])
      event.arguments = ExecEvent.Arguments(arguments.arguments.map { Array($0.utf8) })
      event.directory = ExecEvent.Directory(Array(by.directory.utf8), isCut: false)
      event.interpreter = arguments.interpreter.map { Path($0) }
      return event
    }
  }

  /// What the machine's CPUs did by a step, in hundredths of a second as the kernel has it.
  func machine(at step: Int) -> MachineCPU {
    let ended = counted.joined().reduce(0) { $0 + ($1[.cpu] ?? 0) }
    let running = living.reduce(0) { $0 + $1.cpu(at: step) }
    let sum = ended + running + serviceCPU.reduce(0, +) + kernelCPU + interrupts
    return MachineCPU(busy: sum / 10_000_000 * 10_000_000, interrupts: interrupts, steal: 0, cpus: 4)
  }
}
