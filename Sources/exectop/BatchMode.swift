import ExecTopApp
import ExecTopCounting
import ExecTopRecords
import ExecTopSystem
import ExecTopTable
import ExecTopTerminal
import ExecTopText

/// Prints a record each interval.
///
/// A reader that is behind gets fewer records and not older ones: while a part of the last record waits to be written,
/// none is made, and the next one spans the time between.
struct BatchMode: LoopClient {
  private let view: ViewOptions
  /// Single execs are told.
  private let tellsExecs: Bool
  /// The end of a recording is waited for.
  private let follows: Bool
  private let source: any ExecSource
  private let clock: Clock
  private let output: OutputQueue
  private let query: Query
  private var decisions = Decisions()
  private var tally: Tally
  /// Single execs and ends for the next record, how many were left out for want of room, and how many in all were not told.
  private var events: [ExecEvent] = []
  private var dropped: UInt64 = 0
  private var lost: UInt64 = 0
  /// Records to be made.
  private var left: Int

  /// As many single execs and ends stand in a record at most.
  private static let mostEvents = 10_000

  static func run(
    _ view: ViewOptions, delay: Seconds?, tellsExecs: Bool = false, follows: Bool = false, source: any ExecSource,
    in loop: inout EventLoop
  ) throws {
    // Saved choices are the dashboard's: a script gets the same records from everyone.
    let choices = view.choices(delay: delay)
    var mode = BatchMode(
      view: view, tellsExecs: tellsExecs, follows: follows, source: source, clock: loop.clock, output: loop.output,
      query: Query(
        view: view.row, sort: choices.sort, isInverted: choices.isInverted, filter: try view.parsedFilter,
        isOnlyChanged: view.changed),
      tally: Tally(began: source.began ?? loop.clock.now, countsFromZero: source.countsFromZero),
      left: view.iterations ?? .max)
    if view.format == .csv { loop.output.append(Record.csvHeader(by: view.row).utf8) }
    if tellsExecs { _ = try source.watch(.all) }
    // What was recorded is printed as fast as it is read.
    loop.setInterval(source.isRecorded ? 0.001 : choices.interval)
    try loop.run(&mode, source: source)
    try loop.finish()
  }

  mutating func handle(_ event: LoopEvent) throws -> [LoopEvent] {
    switch event {
    case .tick:
      for _ in 0..<(source.isRecorded ? BatchMode.recordsAtOnce : 1) where canPrint { try print() }
    case .execs: takeEvents()
    case .signal(.suspend): return [.relieve, .stop]
    case .stop: JobControl.stop()
    default: break
    }
    return left == 0 && !output.isPending ? [.end] : []
  }

  /// The interval under way becomes the last record.
  mutating func finish() throws {
    if canPrint, !source.isRecorded { try print() }
  }

  /// Of a recording: signals are seen between.
  private static let recordsAtOnce = 64

  /// A reader that is behind gets no record. Nor is there one without an interval that is long enough for a rate: where
  /// the reader has come back, the next tick can follow at once.
  private var canPrint: Bool {
    left > 0 && !output.isPending
      && (source.isRecorded || clock.now - tally.time >= Tally.shortestInterval)
  }

  private mutating func print() throws {
    let snapshot = try source.sample(at: clock.now)
    if source.isRecorded {
      // Another session of the recording.
      if let began = source.began, began != tally.began {
        tally = Tally(began: began, countsFromZero: source.countsFromZero)
      }
      guard snapshot.time > tally.time else {
        if source.hasEnded || !follows { left = 0 }
        return
      }
    }
    // What the user should know of the source is said once.
    if let notice = snapshot.notice, notice != tally.notice { StandardError.say(notice) }
    tally.apply(snapshot)
    var record = Record(
      time: tally.wallTime ?? clock.wallTime, mode: source.mode, tally: tally, query: query, decisions: &decisions,
      limit: view.rows, isUnicode: CharacterType.isUnicode)
    if tellsExecs {
      takeEvents()
      record.events = ExecEvents(events, lost: lost)
      events.removeAll()
    }
    output.append(text(of: record).utf8)
    try output.flush()
    left -= 1
  }

  private mutating func takeEvents() {
    let taken = source.takeEvents()
    let room = BatchMode.mostEvents - events.count
    events += taken.events.prefix(room)
    dropped += UInt64(max(0, taken.events.count - room))
    lost = taken.lost + dropped
  }

  private func text(of record: Record) -> String {
    switch view.format ?? .text {
    case .text: record.text
    case .json: record.json + "\n"
    case .csv: record.csv
    case .folded: record.folded
    }
  }
}
