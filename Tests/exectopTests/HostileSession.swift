import Foundation
import TestSupport

/// One run of the dashboard on a terminal where everything that it writes is looked at.
final class HostileSession {
  private let pty: Pty
  private let options: String
  private var stream: TerminalStream

  /// A wait that no run needs, on a slow machine and with any number of paths: after it, the program hangs.
  private static let patience = Duration.seconds(30)

  init(_ options: [String], isUnicode: Bool, home: String) throws {
    self.options = options.joined(separator: " ")
    stream = TerminalStream(isUnicode: isUnicode)
    pty = try Pty(
      Programs.built("exectop"), options,
      environment: [
        "TERM": "xterm-256color", "LC_ALL": isUnicode ? "C.UTF-8" : "C", "HOME": home, "SWIFT_BACKTRACE": "enable=no",
      ])
    guard pty.waitFor(Self.patience, { $0.contains("exectop") && $0.contains("\u{1b}[?1049h") }) else {
      throw failure("no first screen")
    }
  }

  /// Bytes that it has written.
  var written: Int { stream.count }

  /// A click has ended it: the last line has a place for that.
  struct ClickedAway: Error {}
  private var wasClicked = false

  /// Types bytes.
  func type(_ bytes: [UInt8]) throws {
    if bytes.starts(with: Array("\u{1b}[<0;".utf8)) { wasClicked = true }
    guard pty.type(bytes, timeout: Self.patience) else {
      try expectLife()
      throw failure("the keys are not taken")
    }
  }

  private func expectLife() throws {
    guard let ending = pty.process.poll() else { return }
    if wasClicked, ending == .exited(0) { throw ClickedAway() }
    throw failure("it has ended")
  }

  func resize(columns: Int, rows: Int) { pty.resize(columns: columns, rows: rows) }

  func signal(_ signal: CInt) { pty.process.signal(signal) }

  /// Stops the program, and continues it.
  func stop() throws {
    let file = "/proc/\(pty.process.identifier)/stat"
    signal(SIGSTOP)
    let isStopped = try Deadline(after: Self.patience).wait {
      // The state stands behind the name, which is in brackets.
      try String(contentsOfFile: file, encoding: .utf8).split(separator: ")").last?.hasPrefix(" T") == true
    }
    signal(SIGCONT)
    if !isStopped { throw failure("it does not stop") }
  }

  /// Suspends it as Ctrl-Z does. Nobody could continue the leader of a session, so that it comes back by itself.
  func suspend(bySignal: Bool) throws {
    take()
    if bySignal { signal(SIGTSTP) } else { try type([0x1a]) }
    guard pty.waitFor(Self.patience, { $0.contains("\u{1b}[?1049h") }) else {
      throw failure("it does not come back after a suspension")
    }
    try check(for: .zero)
  }

  /// Reads for a moment, and checks what has come.
  func check(for time: Duration) throws {
    pty.read(for: time)
    take()
    try expectLife()
    try checkStream()
  }

  /// Checks that it answers: Ctrl-L clears the screen in every state.
  func expectAnswer() throws {
    try check(for: .zero)
    let deadline = Deadline(after: Self.patience)
    while !deadline.isOver {
      // The first one can be taken for the rest of a sequence that has been cut.
      try type([0x0c])
      if pty.waitFor(.seconds(1), { $0.contains("\u{1b}[H\u{1b}[2J") }) { return take() }
      if pty.process.poll() != nil { break }
    }
    throw failure("no answer")
  }

  /// Goes to the table and checks what it says of the execs.
  func expectAudit() throws {
    resize(columns: 100, rows: 30)
    let deadline = Deadline(after: Self.patience)
    while !deadline.isOver {
      // Each Escape alone: with something behind it, it is the beginning of a sequence.
      for _ in 0..<3 {
        try type([0x1b])
        try check(for: .milliseconds(80))
      }
      try type([0x0c])
      if pty.waitFor(.seconds(1), { $0.contains("unattributed") }) {
        pty.read(for: .milliseconds(100))
        if pty.text.contains(#/[0-9] LOST/#) { throw failure("execs are lost") }
        return take()
      }
    }
    throw failure("no audit")
  }

  enum End: CaseIterable {
    case interrupt, key, terminate, interruptSignal
  }

  /// Ends it, and checks what it leaves.
  func end(by end: End) throws {
    try check(for: .zero)
    switch end {
    case .interrupt: try type([0x03])
    case .key: try quit()
    case .terminate: signal(SIGTERM)
    case .interruptSignal: signal(SIGINT)
    }
    let ending = pty.waitForEnd(Self.patience)
    take()
    guard ending == .exited(0) else { throw failure("after \(end) it has not ended well") }
    try checkStream()
    guard stream.isComplete, stream.modes.isDisjoint(with: [1, 1000, 1006, 1049]), stream.modes.contains(25) else {
      throw failure("the terminal is left with the private modes \(stream.modes)")
    }
    guard pty.modes == pty.initialModes else { throw failure("the terminal's modes are not as before") }
  }

  /// F10, which a prompt does not take.
  private func quit() throws {
    let deadline = Deadline(after: Self.patience)
    while !deadline.isOver, pty.process.poll() == nil {
      pty.type([0x1b])
      pty.read(for: .milliseconds(80))
      pty.type(Array("\u{1b}[21~".utf8))
      if pty.waitForEnd(.milliseconds(500)) != nil { return }
    }
  }

  private func take() {
    stream.take(pty.output)
    last = Array((last + pty.output).suffix(600))
    pty.forget()
  }

  /// What has been written last.
  private var last: [UInt8] = []

  private func checkStream() throws {
    if !stream.offences.isEmpty { throw failure("it writes what it should not: \(stream.offences)") }
  }

  private func failure(_ what: String) -> TestFailure {
    take()
    let ending = pty.process.poll().map { "\($0)" } ?? "it runs"
    return TestFailure(
      "\(what) (exectop \(options), \(ending)); last written: \(String(decoding: last, as: UTF8.self).debugDescription)"
    )
  }
}
