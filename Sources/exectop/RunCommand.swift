import ArgumentParser
import ExecTopApp
import ExecTopCounting
import ExecTopKernel
import ExecTopRecords
import ExecTopSystem
import ExecTopTable
import ExecTopTerminal
import ExecTopText
import Glibc

/// `exectop run`: what one command does, and all that it starts.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a command, and tell what it and all that it starts execute.",
    usage: "exectop run [--format FORMAT] [--record FILE] [--dashboard] -- COMMAND …",
    discussion: """
      Counts from the command's own exec to its end, and nothing else that the machine executes. Ends with the \
      command's exit status, 128 and the signal's number if a signal ended it, 127 if there is no such command, 126 if \
      it cannot be executed. The account goes to standard error; with --format json, a record as of --batch goes to \
      standard output, behind all that the command wrote there.

      Under sudo the command runs as the user who called sudo.
      """)

  @Option(
    help: ArgumentHelp("Form of the account: \(Form.names) (default: text).", valueName: "format"),
    completion: .list(Form.allCases.map(\.rawValue)), transform: RunCommand.form)
  var format: Form?

  @Flag(help: "Show the dashboard meanwhile; what the command would write to the terminal is dropped.")
  var dashboard = false

  @Option(
    help: ArgumentHelp("Also record what is counted, for exectop replay and diff.", valueName: "file"),
    completion: .file())
  var record: String?

  @Option(
    help: ArgumentHelp(
      "Entries of the map exec_count; each takes \(ExecCounter.memoryPerPath) bytes of kernel memory.",
      valueName: "n"))
  var maxPaths = ExecCounter.defaultMaxPaths

  @Argument(parsing: .postTerminator, help: ArgumentHelp("The command and its arguments.", valueName: "command"))
  var command: [String] = []

  enum Form: String, CaseIterable {
    case text, json

    static let names = allCases.map(\.rawValue).joined(separator: ", ")
  }

  private static func form(_ text: String) throws -> Form {
    guard let form = Form(rawValue: text) else { throw ValidationError("expected \(Form.names)") }
    return form
  }

  func validate() throws {
    if command.isEmpty { throw ValidationError("the command is missing: exectop run -- COMMAND") }
    try OptionBounds.check(maxPaths: maxPaths)
  }

  func run() throws {
    // Signals first: they wait for the loop from here on, and the command gets them as they were.
    var loop = try EventLoop()
    let user = RunCommand.caller
    guard let path = RunCommand.file(of: command[0]) else { throw CommandError(command: command[0], error: ENOENT) }
    let held = try HeldCommand(
      path: path, arguments: command, environment: RunCommand.environment(of: user), user: user,
      leavesTerminal: dashboard)
    let counter = try ExecCounter(maxPaths: maxPaths, kind: .children)
    let began = loop.clock.now
    let recording = try record.map { try RecordingSource(counter, file: $0, clock: loop.clock) }
    let source: any ExecSource = recording ?? counter
    if let error = held.release() {
      _ = held.takeStatus()
      throw CommandError(command: command[0], error: error)
    }
    let count = CommandCount(held, source: source, clock: loop.clock, began: began)
    if dashboard {
      try Dashboard.run(try ViewOptions.parse([]), delay: nil, source: source, command: count, in: &loop)
    }
    if count.status == nil {
      var mode = RunMode(count: count)
      loop.setInterval(1)
      try loop.run(&mode, source: source)
    }
    let status = count.takeEnd()
    try count.sample()
    recording?.end()
    if let notice = count.tally.notice { StandardError.say(notice) }
    try tell(count, status, uncounted: counter.uncountedProcesses, in: loop)
    Glibc.exit(status.signal.map { 128 + $0 } ?? status.code ?? 0)
  }

  private func tell(
    _ count: CommandCount, _ status: ExecTopCounting.ExitStatus, uncounted: UInt64, in loop: borrowing EventLoop
  ) throws {
    let isUnicode = CharacterType.isUnicode
    switch format ?? .text {
    case .text:
      let account = Account(
        of: count.tally, command: command[0], status: status, elapsed: count.elapsed, counted: count.counted,
        uncounted: uncounted, isUnicode: isUnicode)
      StandardError.write(account.text)
    case .json:
      var decisions = Decisions()
      let record = Record(
        time: loop.clock.wallTime, mode: .attempts, tally: count.tally, query: Query(sort: .count),
        decisions: &decisions, limit: nil, isUnicode: isUnicode)
      loop.output.append((record.json + "\n").utf8)
      try loop.finish()
    }
  }
}

// MARK: - Whose it is

extension RunCommand {
  /// The user who called sudo. Nil without sudo, and where that is root.
  private static var caller: HeldCommand.User? { FileRights.ofCaller.flatMap { HeldCommand.User(id: $0.user) } }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// This process's own, and for another user what login(1) would set.
  private static func environment(of user: HeldCommand.User?) -> [String] {
    var variables: [String] = []
    var next = environ
    // The array ends with a null pointer, and nothing changes it meanwhile.
    while let variable = next.pointee {
      variables.append(String(cString: variable))
      next += 1
    }
    guard let user else { return variables }
    let own = ["HOME=\(user.home)", "USER=\(user.name)", "LOGNAME=\(user.name)", "SHELL=\(user.shell)"]
    let replaced = ["HOME=", "USER=", "LOGNAME=", "SHELL=", "MAIL=", "SUDO_"]
    return variables.filter { variable in !replaced.contains { variable.hasPrefix($0) } } + own
  }

  /// Where the command is, as a shell finds it: its own search would be counted. Nil if it is nowhere.
  private static func file(of command: String) -> String? {
    if command.contains("/") { return command }
    let directories = (variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(
      separator: ":", omittingEmptySubsequences: false)
    let files = directories.map { $0.isEmpty ? command : "\($0)/\(command)" }
    return files.first { access($0, X_OK) == 0 } ?? files.first { access($0, F_OK) == 0 }
  }
}

/// The command cannot be executed.
struct CommandError: Error, CustomStringConvertible {
  var command: String
  /// An errno.
  var error: CInt

  var description: String { "run \(command): \(String(cString: strerror(error)))" }

  /// As env(1) and shells have it.
  var status: CInt { error == ENOENT ? 127 : 126 }
}

/// Waits for a command, and looks each second at what it and its children do.
struct RunMode: LoopClient {
  let count: CommandCount

  var processDescriptor: CInt? { count.endDescriptor }
  var outlivesSignals: Bool { true }

  mutating func handle(_ event: LoopEvent) throws -> [LoopEvent] {
    switch event {
    case .processEnded:
      count.takeEnd()
      return [.end]
    case .tick: try count.sample()
    // The terminal sends its own signals to the command too.
    case .signal(.terminate): count.send(.terminate)
    case .signal(.hangUp): count.send(.hangUp)
    case .signal(.suspend): return [.relieve, .stop]
    case .stop: JobControl.stop()
    default: break
    }
    return []
  }
}
