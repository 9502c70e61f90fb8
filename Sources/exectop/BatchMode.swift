import ExecTopCore
import ExecTopTerminal
import Glibc

/// Prints a record each interval.
struct BatchMode {
  let arguments: Arguments
  let source: any ExecSource
  let clock: Clock

  func run() throws {
    // A closed pipe is then an error of write.
    signal(SIGPIPE, SIG_IGN)
    let signals = try SignalSource()
    let timer = try TimerSource()
    // Saved choices are the dashboard's: a script gets the same records from everyone.
    let choices = arguments.choices()
    timer.setInterval(choices.interval)
    let query = Query(sort: choices.sort, isInverted: choices.isInverted, filter: try arguments.parsedFilter)
    var decisions = Decisions()
    var tally = Tally(began: clock.now, countsFromZero: source.countsFromZero)
    do {
      if arguments.format == .csv { try StandardOutput.write(Record.csvHeader) }
      var left = arguments.iterations ?? .max
      while left > 0 {
        let ready = try Poll.wait(
          for: [signals.fileDescriptor, timer.fileDescriptor, source.pressureDescriptor ?? -1])
        if ready[0], signals.read().contains(where: \.ends) { return }
        if ready[2] { try source.relieve() }
        guard ready[1] else { continue }
        _ = timer.acknowledge()
        let snapshot = try source.sample(at: clock.now)
        try tell(snapshot.notice, unless: tally.notice)
        tally.apply(snapshot)
        try StandardOutput.write(
          text(
            of: Record(
              time: clock.wallTime, mode: source.mode, tally: tally, query: query, decisions: &decisions,
              limit: arguments.rows, isUnicode: CharacterType.isUnicode)))
        left -= 1
      }
    } catch let error as OutputError where error.isClosedPipe {
      return
    }
  }

  /// Says on standard error what the user should know of the source, once.
  private func tell(_ notice: String?, unless known: String?) throws(OutputError) {
    if let notice, notice != known { try StandardError.writeLine(notice) }
  }

  private func text(of record: Record) -> String {
    switch arguments.format {
    case .text: record.text
    case .json: record.json + "\n"
    case .csv: record.csv
    }
  }
}
