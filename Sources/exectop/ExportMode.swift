import ExecTopCounting
import ExecTopHTTP
import ExecTopRecords
import ExecTopSystem
import ExecTopText

/// Counts, and gives metrics to whoever asks for them.
///
/// A sample is taken when someone asks, as Prometheus wants it of an exporter: what is answered is of that moment, and
/// nothing is read that nobody wants. Within an interval of the last sample that one is given again, so no client makes
/// more work than that.
struct ExportMode: LoopClient {
  private let source: any ExecSource
  private let clock: Clock
  private let exchange: MetricsExchange?
  private var file: TextFile?
  /// Seconds between two samples, at least.
  private let interval: Seconds
  private var metrics: Metrics
  private var pages: MetricsPages?
  /// When the last sample was taken.
  private var sampled: Seconds?

  /// A sample is taken so often though nobody asks: places for paths go to those that came first.
  static let longestInterval: Seconds = 60

  init(
    source: any ExecSource, clock: Clock, exchange: MetricsExchange?, file: TextFile?, interval: Seconds,
    metrics: Metrics
  ) {
    self.source = source
    self.clock = clock
    self.exchange = exchange
    self.file = file
    self.interval = interval
    self.metrics = metrics
  }

  /// The file is there at once.
  var beginning: [LoopEvent] { [.tick] }
  var requestDescriptor: CInt? { exchange?.descriptor }

  mutating func handle(_ event: LoopEvent) throws -> [LoopEvent] {
    switch event {
    case .request: try answer()
    case .tick:
      try sample()
      file?.write(Exposition.text.render(metrics))
    case .signal(.suspend): return [.relieve, .stop]
    case .stop: JobControl.stop()
    default: break
    }
    return []
  }

  private mutating func answer() throws {
    if sampled.map({ clock.now - $0 >= interval }) ?? true { try sample() }
    let pages = pages ?? MetricsPages(metrics)
    self.pages = pages
    exchange?.answer(pages)
  }

  private mutating func sample() throws {
    let snapshot = try source.sample(at: clock.now)
    // What the user should know of the source is said once.
    if let notice = snapshot.notice, notice != metrics.notice { StandardError.say(notice) }
    metrics.apply(snapshot)
    metrics.own = Metrics.OwnUse(
      cpu: CostMeter.cpuTime, memory: CostMeter.residentMemory, programs: source.programTime)
    sampled = snapshot.time
    pages = nil
  }
}
