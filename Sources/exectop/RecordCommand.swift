import ArgumentParser
import ExecTopApp
import ExecTopCounting
import ExecTopStore
import ExecTopSystem
import ExecTopText

/// exectop record: counts without a screen, into a recording.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record what is executed, without a screen, for exectop replay and exectop diff.",
    discussion: """
      FILE is an SQLite database that only its owner can read; README describes it. What is there already goes on: each \
      start is a session of its own. Ends with SIGINT or SIGTERM. Arguments of programs are never recorded.
      """)

  @Argument(help: ArgumentHelp("The recording; made where there is none.", valueName: "file"), completion: .file())
  var file: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Interval between refreshes, 0.1 to 3600 (default: 1).", valueName: "seconds"))
  var delay: Seconds?

  @Option(
    name: [.customShort("n"), .long], help: ArgumentHelp("Exit after this many refreshes.", valueName: "n"))
  var iterations: Int?

  @OptionGroup var retention: RetentionOptions
  @OptionGroup var counting: CountingOptions

  func validate() throws {
    try OptionBounds.check(delay: delay)
    try OptionBounds.check(iterations: iterations)
  }

  func run() throws {
    var loop = try EventLoop()
    let source = try RecordingSource(
      try counting.source(loop.clock), file: file, retention: retention.retention, clock: loop.clock)
    var mode = RecordMode(source: source, clock: loop.clock, left: iterations ?? .max)
    loop.setInterval(delay ?? 1)
    try loop.run(&mode, source: source)
    source.end()
  }
}

/// What a recording keeps.
struct RetentionOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Keep this many days; of what is older, the sums.", valueName: "days"))
  var keep: Double?

  @Option(help: ArgumentHelp("Keep the file below this many megabytes; of what goes, the sums.", valueName: "mb"))
  var size: Int64?

  func validate() throws {
    if let keep, !(0.001...36_500).contains(keep) {
      throw ValidationError("--keep takes 0.001 to 36500 days, not \(keep)")
    }
    if let size, !(1...1_000_000).contains(size) { throw ValidationError("--size takes 1 to 1000000 MB, not \(size)") }
  }

  var retention: Retention { Retention(age: keep.map { $0 * 86_400 }, size: size.map { $0 * 1_000_000 }) }
}

/// Takes a snapshot each interval, and shows nothing.
private struct RecordMode: LoopClient {
  let source: RecordingSource
  let clock: Clock
  /// Refreshes until the end.
  var left: Int
  /// What has been said of the source.
  private var notice: String?

  init(source: RecordingSource, clock: Clock, left: Int) {
    self.source = source
    self.clock = clock
    self.left = left
  }

  mutating func handle(_ event: LoopEvent) throws -> [LoopEvent] {
    switch event {
    case .tick:
      try sample()
      left -= 1
    case .signal(.suspend): return [.relieve, .stop]
    case .stop: JobControl.stop()
    default: break
    }
    return left == 0 ? [.end] : []
  }

  /// The interval under way becomes the last one.
  mutating func finish() throws { try sample() }

  private mutating func sample() throws {
    let snapshot = try source.sample(at: clock.now)
    if let said = snapshot.notice, said != notice { StandardError.say(said) }
    if notice != nil, snapshot.notice == nil { StandardError.say("recording goes on") }
    notice = snapshot.notice
  }
}
