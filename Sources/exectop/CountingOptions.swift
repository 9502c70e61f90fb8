import ArgumentParser
import ExecTopCounting
import ExecTopKernel
import ExecTopSystem

/// What is counted: the options that every command has that counts.
struct CountingOptions: ParsableArguments {
  @Flag(help: "Count successful execs only, without any cost to other system calls.")
  var light = false

  @Flag(help: "Count execs only: nothing of who starts them, what processes use and how they end.")
  var execsOnly = false

  @Option(
    help: ArgumentHelp(
      "Entries of the map exec_count; each takes \(ExecCounter.memoryPerPath) bytes of kernel memory.",
      valueName: "n"))
  var maxPaths = ExecCounter.defaultMaxPaths

  @Flag(help: "Show a simulated workload; needs no privileges.")
  var demo = false

  func validate() throws {
    try OptionBounds.check(maxPaths: maxPaths)
    let chosen = [("--execs-only", execsOnly), ("--light", light), ("--demo", demo)].filter(\.1)
    if chosen.count > 1 { throw ValidationError("\(chosen[0].0) and \(chosen[1].0) cannot be combined") }
  }

  /// What exectop's own programs count.
  var kind: ExecCounter.Kind { light ? .light : execsOnly ? .execsOnly : .exact }

  /// How they stand on a command line.
  var arguments: [String] {
    (light ? ["--light"] : []) + (execsOnly ? ["--execs-only"] : []) + (demo ? ["--demo"] : [])
      + (maxPaths == ExecCounter.defaultMaxPaths ? [] : ["--max-paths", "\(maxPaths)"])
  }

  /// Begins to count.
  func source(_ clock: Clock) throws -> any ExecSource {
    demo ? Demo(began: clock.now) : try counter(kind)
  }

  func counter(_ kind: ExecCounter.Kind) throws -> ExecCounter {
    let counter = try ExecCounter(maxPaths: maxPaths, kind: kind)
    TraceFeed.sweep()
    return counter
  }
}
