import DequeModule
import ExecTopCounting
import ExecTopText

/// The last execs of a path, one by one, and how often each command was run, as long as somebody looks.
public struct ExecLog: Sendable {
  /// An exec, and what is known of its process's end.
  public struct Exec: Equatable, Sendable {
    public var event: ExecEvent
    /// Nil while the process runs, and where the exec failed.
    public var end: ExecEvent?

    /// Seconds that the process ran this program. Nil while it does, and where the exec failed.
    public var duration: Seconds? { end.map { max(0, $0.time - event.time) } }
  }

  /// Whose they are. Nil: of all paths.
  public let path: Path?
  /// The latest last.
  public private(set) var execs: Deque<Exec> = []
  /// Execs and ends that could not be told.
  public private(set) var lost: UInt64 = 0
  /// Execs of each command. Beyond `commandLimit` of them, the others are counted together in `otherCommands`.
  public private(set) var commands: [CommandName: UInt64] = [:]
  public private(set) var otherCommands: UInt64 = 0
  /// Why none can be told. Nil as long as they are.
  var failure: String?

  /// That in a sentence.
  package var failureText: String? { failure.map { "the single execs cannot be watched: \($0)" } }

  /// How many have been dropped at the front of `execs`.
  private var dropped = 0
  /// The place, counted from the first there ever was, of the exec whose end is not known.
  private var running: [ExecEvent.ProcessKey: Int] = [:]

  /// As many are kept.
  public static let limit = 500
  private static let commandLimit = 1000

  public init(of path: Path?) {
    self.path = path
  }

  /// Takes what a source has told, in its order.
  public mutating func take(_ came: ExecEvents) {
    lost = came.lost
    for event in came.events {
      switch event.what {
      case .ran:
        running[event.process] = dropped + execs.count
        add(event)
      case .failed: add(event)
      case .ended, .replaced:
        guard let place = running.removeValue(forKey: event.process), place >= dropped else { continue }
        execs[place - dropped].end = event
      }
    }
  }

  private mutating func add(_ event: ExecEvent) {
    execs.append(Exec(event: event))
    let command = CommandName(of: event, path: path)
    if commands[command] != nil || commands.count < Self.commandLimit {
      commands[command, default: 0] += 1
    } else {
      otherCommands += 1
    }
    while execs.count > Self.limit {
      let first = execs.removeFirst()
      if running[first.event.process] == dropped { running[first.event.process] = nil }
      dropped += 1
    }
  }

  /// The commands, the most frequent first.
  public var ranking: [(command: CommandName, count: UInt64)] {
    commands.map { (command: $0.key, count: $0.value) }.sorted {
      $0.count != $1.count ? $0.count > $1.count : $0.command.text.lexicographicallyPrecedes($1.command.text)
    }
  }
}
