import ExecTopText

/// Single execs of the invented workload, as long as somebody asks. What is told depends on the seed alone, not on when
/// that was.
struct DemoExecs: Sendable {
  /// An exec, or its end.
  struct Event: Equatable, Sendable {
    var what: ExecEvent.What
    /// Places of the program, and of its launcher among those of the program.
    var program: Int
    var launcher: Int
    /// How many execs came before it.
    var number: UInt64
    var time: Seconds
  }

  /// The places of the programs that are told of.
  private(set) var watched: Set<Int> = []
  private(set) var events: [Event] = []
  private(set) var lost: UInt64 = 0
  /// Those of which the end is to be told.
  private var running: Set<UInt64> = []

  /// As many wait to be taken.
  static let limit = 1000

  mutating func watch(_ programs: Set<Int>) {
    watched = programs
    events = []
    running = []
  }

  mutating func begin(_ exec: Event) {
    guard watched.contains(exec.program), add(exec) else { return }
    if exec.what == .ran { running.insert(exec.number) }
  }

  mutating func end(_ exec: Event) { if running.remove(exec.number) != nil { _ = add(exec) } }

  mutating func take() -> [Event] {
    defer { events = [] }
    return events
  }

  /// - Returns: whether there was room.
  private mutating func add(_ exec: Event) -> Bool {
    guard events.count < DemoExecs.limit else {
      lost += 1
      return false
    }
    events.append(exec)
    return true
  }
}
