import DequeModule
import ExecTopApp
import ExecTopCounting
import ExecTopSystem
import ExecTopText
import Glibc

/// What goes through the loop's queue: what has happened, and what is to be done about it.
enum LoopEvent {
  /// Keys can be read.
  case keys
  case signal(Signal)
  /// An interval is over.
  case tick
  /// The trace can be read.
  case trace
  /// Single execs have been told.
  case execs
  /// The process that is waited for has ended.
  case processEnded
  /// Someone asks for metrics.
  case request
  /// All output that waited has been written.
  case drained
  /// For the dashboard's state.
  case state(Event)
  /// From the dashboard's state.
  case effect(Effect)
  /// Make room in the maps, now.
  case relieve
  /// Stop the program, as Ctrl-Z does.
  case stop
  case end
}

/// What a mode does in the loop.
protocol LoopClient: ~Copyable {
  /// What comes before anything that happens.
  var beginning: [LoopEvent] { get }
  /// Where keys come from, while they are wanted.
  var keyDescriptor: CInt? { get }
  /// Where trace lines come from, while they are wanted.
  var traceDescriptor: CInt? { get }
  /// Where it shows that metrics are asked for.
  var requestDescriptor: CInt? { get }
  /// Becomes readable when a process ends, while that is waited for.
  var processDescriptor: CInt? { get }
  /// Signals that end the program are handled like others.
  var outlivesSignals: Bool { get }
  /// Keys can be read, though their descriptor does not show it.
  var hasKeys: Bool { get }
  /// When to ask for the descriptors again, on the monotonic clock, though nothing has happened.
  var wakesAt: Seconds? { get }

  /// Answers an event.
  ///
  /// - Returns: what follows from it, which comes before all else that waits in the queue.
  mutating func handle(_ event: LoopEvent) throws -> [LoopEvent]

  /// Everything that a wake-up brought has been handled.
  mutating func settle()

  /// A signal ends the program.
  mutating func finish() throws
}

extension LoopClient where Self: ~Copyable {
  var beginning: [LoopEvent] { [] }
  var keyDescriptor: CInt? { nil }
  var traceDescriptor: CInt? { nil }
  var requestDescriptor: CInt? { nil }
  var processDescriptor: CInt? { nil }
  var outlivesSignals: Bool { false }
  var hasKeys: Bool { false }
  var wakesAt: Seconds? { nil }
  mutating func settle() {}
  mutating func finish() throws {}
}

/// The event loop of every mode: one wait, for all there is to wait for, and one queue.
struct EventLoop: ~Copyable {
  let clock = Clock()
  /// Standard output.
  let output: OutputQueue
  private let signals: SignalSource
  private let timer: TimerSource
  private var queue: Deque<LoopEvent> = []

  /// What the loop waits for.
  private enum Source: CaseIterable {
    case signals, pressure, output, keys, trace, requests, execs, process, timer
  }

  /// From here on signals wait for the loop.
  init() throws(SystemCallError) {
    let output = OutputQueue.standardOutput()
    let signals = try SignalSource()
    self.init(output: output, signals: signals, timer: try TimerSource())
  }

  /// Apart from what throws: an initializer that Swift 6.2 compiles destroys properties that it has not set.
  private init(output: OutputQueue, signals: consuming SignalSource, timer: consuming TimerSource) {
    self.output = output
    self.signals = signals
    self.timer = timer
  }

  func setInterval(_ seconds: Seconds) { timer.setInterval(seconds) }

  /// Runs until the client ends it, a signal does, or the reader of standard output goes.
  mutating func run<Client: LoopClient & ~Copyable>(_ client: inout Client, source: any ExecSource) throws {
    queue.append(contentsOf: client.beginning)
    do {
      while true {
        while let event = queue.popFirst() {
          switch event {
          case .end: return
          case .signal(let signal) where signal.ends && !client.outlivesSignals: return try client.finish()
          case .relieve: try source.relieve()
          case .effect(.setInterval(let seconds)): timer.setInterval(seconds)
          default: queue.prepend(contentsOf: try client.handle(event))
          }
        }
        client.settle()
        try wait(client, source)
      }
    } catch let error as OutputError where error.isReaderGone {
      return
    }
  }

  /// Gives a reader that is there a moment to take the rest, after the end.
  func finish() throws {
    do {
      try output.drain(within: 0.5)
    } catch {
      if !error.isReaderGone { throw error }
    }
  }

  private mutating func wait<Client: LoopClient & ~Copyable>(
    _ client: borrowing Client, _ source: any ExecSource
  ) throws {
    var requests: [pollfd] = []
    for waited in Source.allCases {
      // Of output too: without events to wait for, poll still tells of errors, as when the reader of a pipe has gone.
      let (descriptor, events) =
        switch waited {
        case .signals: (signals.fileDescriptor, POLLIN)
        case .pressure: (source.pressureDescriptor ?? -1, POLLIN)
        case .output: (output.descriptor, output.isPending ? POLLOUT : 0)
        case .keys: (client.keyDescriptor ?? -1, POLLIN)
        case .trace: (client.traceDescriptor ?? -1, POLLIN)
        case .execs: (source.eventDescriptor ?? -1, POLLIN)
        case .process: (client.processDescriptor ?? -1, POLLIN)
        case .requests: (client.requestDescriptor ?? -1, POLLIN)
        case .timer: (timer.fileDescriptor, POLLIN)
        }
      requests.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
    }
    try Poll.wait(&requests, timeout: client.hasKeys ? 0 : client.wakesAt.map { max(0, $0 - clock.now) })
    for (waited, request) in zip(Source.allCases, requests) where request.revents != 0 {
      queue.append(contentsOf: try events(of: waited, request.revents))
    }
    if client.hasKeys { queue.append(.keys) }
  }

  /// What a wake-up says.
  private func events(of source: Source, _ ready: Int16) throws -> [LoopEvent] {
    switch source {
    case .signals: return signals.read().map(LoopEvent.signal)
    case .pressure: return [.relieve]
    case .output:
      if ready & Int16(POLLERR | POLLHUP) != 0 { return [.end] }
      try output.flush()
      return output.isPending ? [] : [.drained]
    case .keys: return [.keys]
    case .trace: return [.trace]
    case .execs: return [.execs]
    case .process: return [.processEnded]
    case .requests: return [.request]
    case .timer: return timer.acknowledge() > 0 ? [.tick] : []
    }
  }
}
