import ExecTopCore
import ExecTopKernel
import ExecTopTerminal
import Glibc

/// Prints trace lines instead of records: as `cat trace_pipe` does, but escaped.
struct TraceBatch {
  let arguments: Arguments
  let counter: ExecCounter

  /// Bytes taken at a time, so that signals are seen between.
  private static let share = 256 * 1024

  func run() throws {
    // A closed pipe is then an error of write.
    signal(SIGPIPE, SIG_IGN)
    let signals = try SignalSource()
    let timer = try TimerSource()
    timer.setInterval(arguments.choices().interval)
    let choice = TraceChoice(filter: try arguments.parsedFilter)
    let feed = try TraceFeed(counter: counter)
    if feed.origin == .shared {
      try StandardError.writeLine("no trace instance can be had: these lines are taken from other readers")
    }
    var parser = TraceParser()
    var left = arguments.iterations ?? .max
    do {
      while left > 0 {
        // Standard output shows only that its reader has gone.
        let ready = try Poll.wait(
          for: [signals.fileDescriptor, timer.fileDescriptor, feed.fileDescriptor], orEndOf: STDOUT_FILENO)
        if ready[3] { return }
        if ready[2] { try StandardOutput.write(text(of: try feed.read(limit: TraceBatch.share), &parser, choice)) }
        if ready[0], signals.read().contains(where: \.ends) { return }
        if ready[1] { left -= timer.acknowledge() }
      }
    } catch let error as OutputError where error.isClosedPipe {
      return
    }
  }

  private func text(of bytes: [UInt8], _ parser: inout TraceParser, _ choice: TraceChoice) -> String {
    let isUnicode = CharacterType.isUnicode
    var budget = FilterBudget()
    var text = ""
    parser.take(bytes) { item in
      switch item {
      case .line(let line):
        guard choice.includes(line, within: &budget) else { return }
        text += SafeText(line.bytes) { isUnicode || $0.isASCII }.string
        text += (line.isCut ? isUnicode ? "…" : "~" : "") + "\n"
      case .lost(let cpu, let count):
        text += "CPU:\(cpu) [LOST " + (count.map { "\($0) " } ?? "") + "EVENTS]\n"
      }
    }
    return text
  }
}
