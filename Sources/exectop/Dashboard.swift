import ExecTopApp
import ExecTopCounting
import ExecTopKernel
import ExecTopScreen
import ExecTopStore
import ExecTopSystem
import ExecTopTable
import ExecTopTerminal
import ExecTopText
import Glibc

/// The dashboard: what happens goes to the state, the effects that it answers with are done here, and it is painted.
struct Dashboard: LoopClient, ~Copyable {
  private let source: any ExecSource
  private let clock: Clock
  private let output: OutputQueue
  private var terminal: Terminal
  private var state: AppState
  private var trace = TraceTap()
  /// Where a recording is played.
  private var player: ReplayPlayer?
  /// What is counted alone, if it is a command.
  private let command: CommandCount?
  private var clicks = DoubleClick()
  /// While what exectop costs is shown.
  private var costMeter: CostMeter?
  private var screen: Screen
  /// The revision of the state that is on the terminal.
  private var painted: Int?
  /// Refreshes until the end.
  private var left: Int

  /// Opens the terminal and runs until the user quits, the terminal goes, or so many refreshes are done.
  static func run(
    _ view: ViewOptions, delay: Seconds?, source: any ExecSource, command: CommandCount? = nil, in loop: inout EventLoop
  ) throws {
    let isColorWanted = getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
    let terminal = try Terminal(usesColor: isColorWanted && !view.noColor, output: loop.output)
    let (saved, warning) = ChoicesFile().read()
    let state = AppState(
      mode: source.mode, capacity: source.capacity, countsFromZero: source.countsFromZero,
      choices: view.choices(saved: saved, delay: delay), filter: try view.parsedFilter, size: terminal.size,
      began: source.began ?? loop.clock.now, warning: warning, isReplay: source.isRecorded)
    loop.setInterval(source.isRecorded ? ReplayPlayer.tick : state.interval)
    var dashboard = Dashboard(
      source: source, clock: loop.clock, output: loop.output, terminal: terminal, state: state,
      command: command, left: view.iterations ?? .max)
    try loop.run(&dashboard, source: source)
  }

  private init(
    source: any ExecSource, clock: Clock, output: OutputQueue, terminal: consuming Terminal, state: AppState,
    command: CommandCount?, left: Int
  ) {
    // The Linux console shows UTF-8 with a font of 256 or 512 characters, which has only half blocks.
    let hasBlocks = getenv("TERM").map { String(cString: $0) } != "linux"
    screen = Screen(
      glyphs: Glyphs(isUnicode: terminal.isUnicode, hasBlocks: hasBlocks, width: Terminal.width(of:)))
    player = (source as? Replay).map { ReplayPlayer($0, clock: clock) }
    self.source = source
    self.clock = clock
    self.output = output
    self.terminal = terminal
    self.state = state
    self.command = command
    self.left = left
  }
}

// MARK: - In the loop

extension Dashboard {
  var keyDescriptor: CInt? { STDIN_FILENO }
  var traceDescriptor: CInt? { trace.descriptor(at: clock.now) }
  var processDescriptor: CInt? { command?.endDescriptor }
  var hasKeys: Bool { terminal.mayHaveMoreKeys }
  var wakesAt: Seconds? { trace.restEnd(at: clock.now) }

  /// The first frame has figures.
  var beginning: [LoopEvent] { (state.trace == nil ? [] : [.effect(.openTrace)]) + [.effect(.sample)] }

  mutating func handle(_ event: LoopEvent) throws -> [LoopEvent] {
    switch event {
    case .keys:
      // Nil: the terminal has gone.
      return terminal.readKeys()?.map { .state(.key(clicks.mark($0, at: clock.now))) } ?? [.end]
    case .signal(.windowChange):
      terminal.resized()
      return [.state(.resized(terminal.size))]
    case .signal(.continue):
      terminal.resume()
      return [.state(.resized(terminal.size))]
    case .signal(.suspend): return [.relieve, .stop]
    case .stop:
      terminal.suspend()
      return [.state(.resized(terminal.size))]
    case .tick:
      left -= 1
      guard left > 0 else { return [.end] }
      return (trace.losses.map { [.state(.trace($0))] } ?? []) + [.effect(.sample)]
    case .trace: return trace.read(at: clock.now).map { [.state(.trace($0))] } ?? []
    case .state(let event): return state.handle(event, listsLater: true).map(LoopEvent.effect)
    case .effect(let effect): return try perform(effect)
    case .execs: return [.state(.execs(source.takeEvents()))]
    case .processEnded:
      command?.takeEnd()
      return [.effect(.sample)]
    case .signal, .drained, .request, .relieve, .end: return []
    }
  }

  /// Paints, unless the terminal has not yet taken what was painted before.
  mutating func settle() {
    guard state.revision != painted, !output.isPending else { return }
    state.updateListing()
    painted = state.revision
    terminal.paint(screen.render(state))
  }

  /// What the trace lines come from.
  private var counter: ExecCounter? {
    ((source as? RecordingSource)?.source ?? source) as? ExecCounter
  }

  private mutating func perform(_ effect: Effect) throws -> [LoopEvent] {
    switch effect {
    case .sample:
      if let events = try player?.advance() { return events }
      let snapshot = try source.sample(at: clock.now)
      command?.take(snapshot)
      let cost = costMeter?.measure(source, execs: snapshot.totals.execs, at: snapshot.time)
      let events: [LoopEvent] = state.execLog == nil ? [] : [.state(.execs(source.takeEvents()))]
      return events + [.state(.civilOffset(clock.civilOffset)), .state(.snapshot(snapshot))]
        + (cost.map { [.state(.cost($0))] } ?? [])
    case .save(let choices): return [.state(.saved(ChoicesFile().save(choices)))]
    case .measureCost(let isWanted):
      source.timePrograms(isWanted)
      costMeter = isWanted ? CostMeter() : nil
    case .redraw:
      terminal.redraw()
      painted = nil
    case .suspend: return [.relieve, .stop]
    case .openTrace:
      if source.isRecorded { return [.state(.trace(.failed("trace lines are not recorded")))] }
      let isDemo = source.mode == .demo
      return [
        .state(
          .trace(isDemo ? .failed("the demo prints no trace lines") : trace.open(counter: counter)))
      ]
    case .replay(let command): return try player?.perform(command) ?? []
    case .closeTrace: trace.close()
    case .watch(let path):
      // Counting goes on without it.
      do { _ = try source.watch(path.map(ExecWatch.path)) } catch { return [.state(.execsFailed("\(error)"))] }
    case .quit: return [.end]
    case .setInterval: break
    }
    return []
  }
}
