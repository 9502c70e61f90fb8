import ExecTopApp
import ExecTopCounting
import ExecTopKernel
import ExecTopRecords
import ExecTopScreen
import ExecTopSystem
import ExecTopTable
import ExecTopTerminal
import ExecTopText
import ExecTopTrace

/// Prints trace lines instead of records: as `cat trace_pipe` does, but escaped.
struct TraceBatch: LoopClient {
  private let feed: TraceFeed
  private let output: OutputQueue
  private let choice: TraceChoice
  private var parser = TraceParser()
  /// Intervals until the end.
  private var left: Int
  /// Lines of which the user knows that the kernel dropped them.
  private var lost: UInt64 = 0

  /// Bytes taken at a time, so that signals are seen between.
  private static let share = 256 * 1024

  static func run(
    _ view: ViewOptions, delay: Seconds?, counter: ExecCounter, in loop: inout EventLoop
  ) throws {
    let choice = TraceChoice(filter: try view.parsedFilter)
    let feed = try TraceFeed(counter: counter)
    if feed.origin == .shared {
      StandardError.say("there is no trace instance: these lines are taken from other readers of trace_pipe")
    }
    var mode = TraceBatch(feed: feed, output: loop.output, choice: choice, left: view.iterations ?? .max)
    loop.setInterval(view.choices(delay: delay).interval)
    try loop.run(&mode, source: counter)
    mode.sayLosses()
    try loop.finish()
  }

  /// Lines wait in the kernel while the reader is behind.
  var traceDescriptor: CInt? { output.isPending ? nil : feed.fileDescriptor }

  mutating func handle(_ event: LoopEvent) throws -> [LoopEvent] {
    switch event {
    case .trace: try print()
    case .tick:
      sayLosses()
      left = max(0, left - 1)
    case .signal(.suspend): return [.relieve, .stop]
    case .stop: JobControl.stop()
    default: break
    }
    return left == 0 && !output.isPending ? [.end] : []
  }

  private mutating func print() throws {
    let choice = choice
    let isUnicode = CharacterType.isUnicode
    var budget = FilterBudget()
    var text = ""
    parser.take(try feed.read(limit: TraceBatch.share)) { line in
      guard choice.includes(line, within: &budget) else { return }
      text += SafeText(line.bytes) { isUnicode || $0.isASCII }.string
      text += (line.isCut ? isUnicode ? "…" : "~" : "") + "\n"
    }
    output.append(text.utf8)
    try output.flush()
  }

  private mutating func sayLosses() {
    guard let lost = feed.lost, lost > self.lost else { return }
    StandardError.say("the kernel dropped \(lost - self.lost) trace lines that were not read in time")
    self.lost = lost
  }
}
