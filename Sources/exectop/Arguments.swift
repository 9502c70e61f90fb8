import ArgumentParser
import ExecTopApp
import ExecTopCounting
import ExecTopKernel
import ExecTopRecords
import ExecTopScreen
import ExecTopSystem
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

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Interval between refreshes, 0.1 to 3600 (default: 1).", valueName: "seconds"))
  var delay: Seconds?

  @Option(
    help: ArgumentHelp("What a row is: \(Arguments.viewNames) (default: path).", valueName: "view"),
    completion: .list(View.allCases.map(\.rawValue)), transform: Arguments.view)
  var by: View?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Sort by \(Arguments.sortNames) (default: rate).", valueName: "column"),
    completion: .list(ColumnTable.standard.sortable.map(\.name)), transform: Arguments.column)
  var sort: Column?

  @Flag(name: .shortAndLong, help: "Reverse the order.")
  var invert = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Show only matching rows.", valueName: "text"))
  var filter: String?

  @Flag(name: .shortAndLong, help: "Print a record each interval instead of the dashboard.")
  var batch = false

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Exit after this many refreshes.", valueName: "n"))
  var iterations: Int?

  @Option(
    help: ArgumentHelp(
      "Format of the records of --batch: \(Format.names) (default: text). folded: who launches what, as stacks for flame graphs.",
      valueName: "format"),
    completion: .list(Format.allCases.map(\.rawValue)), transform: Arguments.format)
  var format: Format?

  @Option(help: ArgumentHelp("With --batch: print at most this many rows per record.", valueName: "n"))
  var rows: Int?

  @Flag(help: "With --batch: print only rows that changed in the interval.")
  var changed = false

  @OptionGroup var counting: CountingOptions

  @Flag(help: "Count at the system call's entry, as the tutorial's program does, and show what that misses.")
  var tutorial = false

  @Option(
    help: ArgumentHelp("Display an existing BPF map (\(MapPlace.forms)); loads no programs.", valueName: "where"),
    transform: Arguments.mapPlace)
  var map: MapPlace?

  @Flag(
    help: """
      With --batch --format json: also tell of each exec, with its arguments, which can hold secrets. Without it they \
      are in no record; the dashboard shows those of one path while its details are open, and keeps none.
      """)
  var arguments = false

  @Flag(help: "With replay and --batch: wait for what is still being recorded.")
  var follow = false

  @Option(
    help: ArgumentHelp("Also record what is counted, for exectop replay.", valueName: "file"), completion: .file())
  var record: String?

  @Flag(help: "With --batch: print trace lines instead of records.")
  var trace = false

  @Flag(help: "Use no colours; setting the environment variable NO_COLOR does the same.")
  var noColor = false

  enum Format: String, CaseIterable {
    case text, json, csv, folded

    static let names = allCases.map(\.rawValue).joined(separator: ", ")
  }

  func validate() throws {
    if let delay, !Choices.intervals.contains(delay) {
      throw ValidationError("--delay takes 0.1 to 3600 seconds, not \(delay)")
    }
    if let iterations, iterations < 1 { throw ValidationError("--iterations takes 1 or more, not \(iterations)") }
    if let rows, rows < 0 { throw ValidationError("--rows takes 0 or more, not \(rows)") }
    let sources = [
      ("--light", counting.light), ("--tutorial", tutorial), ("--map", map != nil), ("--demo", counting.demo),
    ].filter(\.1)
    if sources.count > 1 { throw ValidationError("\(sources[0].0) and \(sources[1].0) cannot be combined") }
    if counting.execsOnly, let source = sources.first {
      throw ValidationError("--execs-only and \(source.0) cannot be combined")
    }
    if !counting.demo, let source = counting.execsOnly ? "--execs-only" : sources.first?.0 { try validate(source) }
    if let sort, by ?? .path != .path, sort.launched == nil, sort.order == .figure {
      throw ValidationError("--sort \(sort.name) is of paths alone: nothing to sort by with --by \(view.rawValue)")
    }
    if format == .folded { try validateFolded() }
    let batchOnly = [("--format", format != nil), ("--rows", rows != nil), ("--changed", changed)]
    if !batch, let option = batchOnly.first(where: \.1) { throw ValidationError("\(option.0) needs --batch") }
    if arguments {
      guard batch, format == .json else { throw ValidationError("--arguments needs --batch --format json") }
      if let source = sources.first { throw ValidationError("--arguments and \(source.0) cannot be combined") }
      if counting.execsOnly { throw ValidationError("--arguments and --execs-only cannot be combined") }
    }
    if trace { try validateTrace() }
    _ = try parsedFilter
  }

  /// With an option under which something is not known.
  private func validate(_ source: String) throws {
    if let sort, let part = sort.needs, source != "--execs-only" || part == .uses {
      throw ValidationError("\(source) does not see \(part.rawValue): nothing to sort by")
    }
    if let by, by != .path { throw ValidationError("--by \(by.rawValue): \(source) does not see who starts a program") }
    if format == .folded { throw ValidationError("--format folded: \(source) does not see who starts a program") }
    if let filter = try parsedFilter, let word = filter.launchWord {
      let error = FilterError(unknown: word, in: filter, reason: "is not seen under \(source)")
      throw ValidationError("--filter: \(error)")
    }
  }

  private func validateFolded() throws {
    if let by, by != .launches { throw ValidationError("--format folded prints launches, not --by \(by.rawValue)") }
    if rows != nil { throw ValidationError("--rows cannot be used with --format folded: stacks must add up") }
    if let sort, !Record.foldedSorts.contains(sort) {
      let names = Record.foldedSorts.map(\.name).joined(separator: ", ")
      throw ValidationError("--format folded counts by \(names), not by \(sort.name)")
    }
  }

  /// What is not for the dashboard and batch mode themselves.
  private func checkNotReplay() throws {
    if follow { throw ValidationError("--follow is for exectop replay") }
  }

  private func validateTrace() throws {
    guard batch else { throw ValidationError("--trace needs --batch; in the dashboard, press t") }
    if map != nil { throw ValidationError("--trace and --map cannot be combined: a map prints no trace lines") }
    if counting.demo { throw ValidationError("--trace and --demo cannot be combined: the demo prints no trace lines") }
    if let format, format != .text { throw ValidationError("--trace prints text, not \(format.rawValue)") }
    if rows != nil { throw ValidationError("--rows cannot be used with --trace") }
    if record != nil { throw ValidationError("--record cannot be used with --trace") }
    if changed { throw ValidationError("--changed cannot be used with --trace") }
    if by != nil { throw ValidationError("--by cannot be used with --trace") }
    if let filter = try parsedFilter, let word = filter.launchWord {
      let error = FilterError(unknown: word, in: filter, reason: "is not told by a trace line")
      throw ValidationError("--filter: \(error)")
    }
  }

  var parsedFilter: Filter? {
    get throws {
      do {
        return try filter.flatMap { $0.isEmpty ? nil : try Filter($0) }
      } catch {
        throw ValidationError("--filter: \(error)")
      }
    }
  }

  /// What to start with: what is given here comes before what was saved.
  func choices(saved: Choices = Choices()) -> Choices {
    var choices = saved
    if let by { choices.view = by }
    if let delay { choices.interval = delay }
    if let sort { choices.sort = sort }
    if invert { choices.isInverted = true }
    return choices
  }
}

// MARK: - The dashboard and batch mode

extension Arguments {
  func run() throws {
    try checkNotReplay()
    var loop = try EventLoop()
    if batch, trace {
      try TraceBatch.run(self, counter: try counting.counter(kind), in: &loop)
      return
    }
    let source = try source(loop.clock)
    let recording = try record.map { try RecordingSource(source, file: $0, clock: loop.clock) }
    defer { recording?.end() }
    if batch {
      try BatchMode.run(self, source: recording ?? source, in: &loop)
    } else {
      try Dashboard.run(self, source: recording ?? source, in: &loop)
    }
  }

  private func source(_ clock: Clock) throws -> any ExecSource {
    if let map { return try ForeignMap(map) }
    return tutorial ? try counting.counter(kind) : try counting.source(clock)
  }

  /// What exectop's own programs count.
  private var kind: ExecCounter.Kind {
    if tutorial { return .tutorial }
    // Trace lines tell nothing of processes.
    return trace && counting.kind == .exact ? .execsOnly : counting.kind
  }
}

// MARK: - Values of options

extension Arguments {
  private static func mapPlace(_ text: String) throws -> MapPlace {
    guard let place = MapPlace(text) else { throw ValidationError("expected \(MapPlace.forms)") }
    return place
  }

  /// What a row of a record is.
  var view: View { format == .folded ? .launches : by ?? .path }

  private static let viewNames = View.allCases.map(\.rawValue).joined(separator: ", ")

  private static func view(_ text: String) throws -> View {
    guard let view = View(rawValue: text) else { throw ValidationError("expected \(viewNames)") }
    return view
  }

  private static let sortNames = ColumnTable.standard.sortable.map(\.name).joined(separator: ", ")

  private static func column(_ text: String) throws -> Column {
    guard let column = ColumnTable.standard.sortable(named: text) else {
      throw ValidationError("expected \(sortNames)")
    }
    return column
  }

  private static func format(_ text: String) throws -> Format {
    guard let format = Format(rawValue: text) else { throw ValidationError("expected \(Format.names)") }
    return format
  }
}
