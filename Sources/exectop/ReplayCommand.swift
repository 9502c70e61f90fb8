import ArgumentParser
import ExecTopApp
import ExecTopCounting
import ExecTopKernel
import ExecTopStore
import ExecTopSystem
import ExecTopText

/// exectop replay: the dashboard, or batch mode, over a recording.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Show a recording of exectop record or --record as it was then.",
    discussion: """
      Needs no privileges. Opens the dashboard at the beginning of the recording and plays it; with --batch, prints the \
      same records as then. A recording that is still being written is followed to its end.
      """)

  @Argument(help: ArgumentHelp("The recording.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup var view: Arguments

  func validate() throws {
    let chosen = [
      ("--delay", view.delay != nil), ("--light", view.counting.light), ("--execs-only", view.counting.execsOnly),
      ("--max-paths", view.counting.maxPaths != ExecCounter.defaultMaxPaths), ("--demo", view.counting.demo),
      ("--tutorial", view.tutorial), ("--map", view.map != nil), ("--trace", view.trace),
      ("--record", view.record != nil), ("--arguments", view.arguments),
    ]
    if let option = chosen.first(where: \.1) {
      throw ValidationError("\(option.0) says what is counted: a recording tells what was")
    }
  }

  func run() throws {
    var loop = try EventLoop()
    let replay = try Replay(file)
    if view.batch {
      try BatchMode.run(view, source: replay, in: &loop)
    } else {
      try Dashboard.run(view, source: replay, in: &loop)
    }
  }
}
