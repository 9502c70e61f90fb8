import ArgumentParser
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// The command line.
struct Arguments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exectop",
    abstract: "Show what is being executed on this machine, how often, and whether it fails.",
    discussion: """
      Opens a dashboard that counts every exec by path; press ? in it for its keys. With --batch, prints a record \
      each interval instead. Needs root, except with --demo.

      FILTER: words parted by blanks, which must all hold. TEXT: paths that begin with TEXT, or whose last component \
      does (path:TEXT is the same); by:TEXT: a program above it in its chain of launchers does; user:NAME: run by the \
      user of just this name or number; unit:TEXT: in a systemd unit, container or pod whose name begins with TEXT. \
      !WORD: what the word does not choose. "\\ " is a blank in a TEXT. ~EXPRESSION, which takes the rest: a regular \
      expression (PCRE2), searched in the bytes of the whole path. Where that takes too long to tell, the path is shown \
      with a ? before it. A filter chooses rows; the totals always cover all execs.

      Not seen at all: an exec that fails in a 32-bit program, that seccomp ends first, or that fails for the kernel \
      itself.

      Exit status: 0 done; 64 the command line is wrong; 69 the kernel lacks something; \
      74 a file could not be read or written; 77 no permission.
      """,
    version: version,
    subcommands: commands)

  static let version = "0.1.0"

  /// Each is a type of its own, of which run() is called.
  private static let commands: [any ParsableCommand.Type] = [
    RunCommand.self, ExportCommand.self, RecordCommand.self, ReplayCommand.self, DiffCommand.self,
  ]

  /// What the command line asks for: this, the dashboard or batch mode, or the command with whose name it begins.
  ///
  /// What follows such a name goes to that command alone: the parser would let this one take what it has too.
  static func command(_ arguments: [String]) throws -> any ParsableCommand {
    if let chosen = named(arguments) { return try parse(chosen, Array(arguments.dropFirst())) }
    let command = try parseAsRoot(arguments)
    if let misplaced = commands.first(where: { $0 == type(of: command) }) {
      throw ValidationError("the command comes first: exectop \(misplaced.configuration.commandName ?? "") OPTIONS")
    }
    return command
  }

  /// What an option that ends the program asks for: --help, --version and the like. Nil for any other error.
  static func answer(to error: any Error, _ arguments: [String]) -> String? {
    guard exitCode(for: error) == .success else { return nil }
    return named(arguments).map { helpMessage(for: $0) } ?? fullMessage(for: error)
  }

  /// How help is asked for, with the command with whose name the command line begins.
  static func helpName(_ arguments: [String]) -> String {
    "exectop " + (named(arguments)?.configuration.commandName.map { $0 + " " } ?? "") + "--help"
  }

  private static func named(_ arguments: [String]) -> (any ParsableCommand.Type)? {
    // The version is the program's.
    arguments.dropFirst() == ["--version"]
      ? nil : commands.first { $0.configuration.commandName == arguments.first }
  }

  private static func parse<Command: ParsableCommand>(
    _ command: Command.Type, _ arguments: [String]
  ) throws -> Command {
    try command.parse(arguments)
  }

  @OptionGroup var view: ViewOptions
  @OptionGroup var source: SourceOptions

  func validate() throws {
    if !source.counting.demo, let option = source.counting.execsOnly ? "--execs-only" : source.sources.first {
      try validate(option)
    }
    if source.arguments {
      guard view.batch, view.format == .json else { throw ValidationError("--arguments needs --batch --format json") }
    }
    if source.trace { try validateTrace() }
  }

  /// With an option under which something is not known.
  private func validate(_ source: String) throws {
    if let sort = view.sort, let part = sort.needs, source != "--execs-only" || part == .uses {
      throw ValidationError("\(source) does not see \(part.rawValue): nothing to sort by")
    }
    if let by = view.by, by != .path {
      throw ValidationError("--by \(by.rawValue): \(source) does not see who starts a program")
    }
    if view.format == .folded {
      throw ValidationError("--format folded: \(source) does not see who starts a program")
    }
    if let filter = try view.parsedFilter, let word = filter.launchWord {
      let error = FilterError(unknown: word, in: filter, reason: "is not seen under \(source)")
      throw ValidationError("--filter: \(error)")
    }
  }

  private func validateTrace() throws {
    guard view.batch else { throw ValidationError("--trace needs --batch; in the dashboard, press t") }
    if let format = view.format, format != .text {
      throw ValidationError("--trace prints text, not \(format.rawValue)")
    }
    if view.rows != nil { throw ValidationError("--rows cannot be used with --trace") }
    if view.changed { throw ValidationError("--changed cannot be used with --trace") }
    if view.by != nil { throw ValidationError("--by cannot be used with --trace") }
    if let filter = try view.parsedFilter, let word = filter.launchWord {
      let error = FilterError(unknown: word, in: filter, reason: "is not told by a trace line")
      throw ValidationError("--filter: \(error)")
    }
  }

  /// The dashboard and batch mode.
  func run() throws {
    var loop = try EventLoop()
    if view.batch, source.trace {
      try TraceBatch.run(view, delay: source.delay, counter: try source.counting.counter(source.kind), in: &loop)
      return
    }
    let counted = try source.source(loop.clock)
    let recording = try source.record.map { try RecordingSource(counted, file: $0, clock: loop.clock) }
    defer { recording?.end() }
    let shown: any ExecSource = recording ?? counted
    if view.batch {
      try BatchMode.run(view, delay: source.delay, tellsExecs: source.arguments, source: shown, in: &loop)
    } else {
      try Dashboard.run(view, delay: source.delay, source: shown, in: &loop)
    }
  }
}
