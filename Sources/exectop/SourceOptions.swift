import ArgumentParser
import ExecTopApp
import ExecTopCounting
import ExecTopKernel
import ExecTopSystem
import ExecTopText

/// What is counted, how often it is looked at, and what is told or kept of it beside the records: what a recording, which
/// tells what was, leaves no choice of.
struct SourceOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Interval between refreshes, 0.1 to 3600 (default: 1).", valueName: "seconds"))
  var delay: Seconds?

  @OptionGroup var counting: CountingOptions

  @Flag(help: "Count at the system call's entry, as the tutorial's program does, and show what that misses.")
  var tutorial = false

  @Option(
    help: ArgumentHelp("Display an existing BPF map (\(MapPlace.forms)); loads no programs.", valueName: "where"),
    transform: SourceOptions.mapPlace)
  var map: MapPlace?

  @Flag(
    help: """
      With --batch --format json: also tell of each exec, with its arguments, which can hold secrets. Without it they \
      are in no record; the dashboard shows those of one path while its details are open, and keeps none.
      """)
  var arguments = false

  @Option(
    help: ArgumentHelp("Also record what is counted, for exectop replay.", valueName: "file"), completion: .file())
  var record: String?

  @Flag(help: "With --batch: print trace lines instead of records.")
  var trace = false

  func validate() throws {
    try OptionBounds.check(delay: delay)
    if sources.count > 1 { throw ValidationError("\(sources[0]) and \(sources[1]) cannot be combined") }
    if counting.execsOnly, let source = sources.first {
      throw ValidationError("--execs-only and \(source) cannot be combined")
    }
    if arguments, let source = sources.first ?? (counting.execsOnly ? "--execs-only" : nil) {
      throw ValidationError("--arguments and \(source) cannot be combined")
    }
    if trace, map != nil {
      throw ValidationError("--trace and --map cannot be combined: a map prints no trace lines")
    }
    if trace, counting.demo {
      throw ValidationError("--trace and --demo cannot be combined: the demo prints no trace lines")
    }
    if trace, record != nil { throw ValidationError("--record cannot be used with --trace") }
  }

  /// Those of the options that say where execs come from, other than from exectop's own programs, all of them.
  var sources: [String] {
    [
      ("--light", counting.light), ("--tutorial", tutorial), ("--map", map != nil), ("--demo", counting.demo),
    ].filter(\.1).map(\.0)
  }

  /// The first one that has been given. Nil if none has.
  var first: String? {
    [
      ("--delay", delay != nil), ("--light", counting.light), ("--execs-only", counting.execsOnly),
      ("--max-paths", counting.maxPaths != ExecCounter.defaultMaxPaths), ("--demo", counting.demo),
      ("--tutorial", tutorial), ("--map", map != nil), ("--trace", trace), ("--record", record != nil),
      ("--arguments", arguments),
    ].first(where: \.1)?.0
  }

  /// Begins to count.
  func source(_ clock: Clock) throws -> any ExecSource {
    if let map { return try ForeignMap(map) }
    return tutorial ? try counting.counter(kind) : try counting.source(clock)
  }

  /// What exectop's own programs count.
  var kind: ExecCounter.Kind {
    if tutorial { return .tutorial }
    // Trace lines tell nothing of processes.
    return trace && counting.kind == .exact ? .execsOnly : counting.kind
  }

  private static func mapPlace(_ text: String) throws -> MapPlace {
    guard let place = MapPlace(text) else { throw ValidationError("expected \(MapPlace.forms)") }
    return place
  }
}
