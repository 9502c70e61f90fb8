import ArgumentParser
import ExecTopApp
import ExecTopCounting
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

  @Flag(help: "With --batch: wait for what is still being recorded.")
  var follow = false

  @OptionGroup var view: ViewOptions
  /// Refused with the reason why.
  @OptionGroup(visibility: .hidden) var source: SourceOptions

  func validate() throws {
    if let option = source.first {
      throw ValidationError("\(option) says what is counted: a recording tells what was")
    }
    if follow, !view.batch { throw ValidationError("--follow needs --batch") }
  }

  func run() throws {
    var loop = try EventLoop()
    let replay = try Replay(file)
    if view.batch {
      try BatchMode.run(view, delay: nil, follows: follow, source: replay, in: &loop)
    } else {
      try Dashboard.run(view, delay: nil, source: replay, in: &loop)
    }
  }
}
