import ExecTopCore
import ExecTopKernel
import ExecTopTerminal
import Glibc

/// The dashboard: one thread, one wait, and each wake-up an event.
struct Dashboard: ~Copyable {
  private let source: any ExecSource
  private let clock: Clock
  private let signals: SignalSource
  private let timer: TimerSource
  private var terminal: Terminal
  private var state: AppState
  private var trace = TraceTap()
  /// While what exectop costs is shown.
  private var costMeter: CostMeter?
  private var screen: Screen
  /// The revision of the state that is on the terminal.
  private var painted: Int?

  /// Opens the terminal and runs until the user quits, the terminal goes, or so many refreshes are done.
  ///
  /// - Parameter source: opens the source.
  static func run(arguments: Arguments, clock: Clock, source: () throws -> any ExecSource) throws {
    // Blocked from here on, so that none ends the program while the terminal is taken over.
    let signals = try SignalSource()
    let timer = try TimerSource()
    let source = try source()
    let isColorWanted = getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
    let terminal = try Terminal(usesColor: isColorWanted && !arguments.noColor)
    let (saved, warning) = ChoicesFile().read()
    let state = AppState(
      mode: source.mode, capacity: source.capacity, countsFromZero: source.countsFromZero,
      choices: arguments.choices(saved: saved), filter: try arguments.parsedFilter, size: terminal.size,
      began: clock.now, message: warning)
    var dashboard = Dashboard(
      source: source, clock: clock, signals: signals, timer: timer, terminal: terminal, state: state)
    try dashboard.run(iterations: arguments.iterations ?? .max)
  }

  private init(
    source: any ExecSource, clock: Clock, signals: consuming SignalSource, timer: consuming TimerSource,
    terminal: consuming Terminal, state: AppState
  ) {
    // The Linux console shows UTF-8 with a font of 256 or 512 characters, which has only half blocks.
    let hasBlocks = getenv("TERM").map { String(cString: $0) } != "linux"
    screen = Screen(
      glyphs: Glyphs(isUnicode: terminal.isUnicode, hasBlocks: hasBlocks, width: Terminal.width(of:)))
    self.source = source
    self.clock = clock
    self.signals = signals
    self.timer = timer
    self.terminal = terminal
    self.state = state
  }

  private mutating func run(iterations: Int) throws {
    // While the terminal is still ours: the trace's signal handlers stand before the terminal's.
    defer { trace.close() }
    timer.setInterval(state.interval)
    if state.trace != nil { openTrace() }
    try sample()
    var refreshes = 0
    while refreshes < iterations {
      paint()
      let ready = try wait()
      if ready[3] { try source.relieve() }
      if ready[1], try handleSignals() { return }
      if ready[0] {
        // Nil: the terminal has gone.
        guard let keys = terminal.readKeys() else { return }
        for key in keys where try perform(state.handle(.key(key))) { return }
      }
      if ready[2], timer.acknowledge() > 0 {
        try sample()
        refreshes += 1
      }
      if ready[4], let event = trace.read(at: clock.now) { _ = state.handle(.trace(event)) }
    }
  }

  /// Waits for what the loop answers, in that order: keys, signals, the timer, pressure, the trace.
  private func wait() throws -> [Bool] {
    while true {
      let rest = trace.rest(at: clock.now)
      let ready = try Poll.wait(
        for: [
          STDIN_FILENO, signals.fileDescriptor, timer.fileDescriptor, source.pressureDescriptor ?? -1,
          rest == nil ? trace.fileDescriptor ?? -1 : -1,
        ], timeout: rest)
      // Otherwise the trace has rested enough, and there is nothing new to paint.
      if ready.contains(true) { return ready }
    }
  }

  private mutating func openTrace() {
    let event =
      source.mode == .demo
      ? TraceEvent.failed("the demo makes no trace lines") : trace.open(counter: source as? ExecCounter)
    _ = state.handle(.trace(event))
  }

  private mutating func paint() {
    guard state.revision != painted else { return }
    painted = state.revision
    terminal.paint(screen.render(state))
  }

  private mutating func sample() throws {
    let snapshot = try source.sample(at: clock.now)
    _ = try perform(state.handle(.snapshot(snapshot)))
    if let cost = costMeter?.measure(source, execs: snapshot.totals.execs, at: snapshot.time) {
      _ = state.handle(.cost(cost))
    }
  }

  /// - Returns: whether to end.
  private mutating func handleSignals() throws -> Bool {
    for signal in signals.read() {
      switch signal {
      case _ where signal.ends: return true
      case .windowChange: try adoptSize { $0.resized() }
      case .suspend: try adoptSize { $0.suspend() }
      case .continue: try adoptSize { $0.resume() }
      default: break
      }
    }
    return false
  }

  /// Does something that can change the terminal's size.
  private mutating func adoptSize(_ change: (inout Terminal) -> Void) throws {
    change(&terminal)
    _ = try perform(state.handle(.resized(terminal.size)))
  }

  /// - Returns: whether to end.
  private mutating func perform(_ effects: [Effect]) throws -> Bool {
    for effect in effects {
      switch effect {
      case .sample: try sample()
      case .setInterval(let seconds): timer.setInterval(seconds)
      case .save(let choices): _ = state.handle(.saved(ChoicesFile().save(choices)))
      case .measureCost(let isWanted):
        source.timePrograms(isWanted)
        costMeter = isWanted ? CostMeter() : nil
      case .redraw: terminal.redraw()
      case .suspend: try adoptSize { $0.suspend() }
      case .openTrace: openTrace()
      case .closeTrace: trace.close()
      case .quit: return true
      }
    }
    return false
  }
}

extension Signal {
  /// Asks the program to end.
  var ends: Bool {
    switch self {
    case .interrupt, .terminate, .hangUp, .quit: true
    case .windowChange, .suspend, .continue: false
    }
  }
}
