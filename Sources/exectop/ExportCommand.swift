import ArgumentParser
import ExecTopCounting
import ExecTopText

/// exectop export: figures for Prometheus.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Give what is counted to Prometheus.")

  @OptionGroup var counting: CountingOptions

  func run() throws {
    throw ValidationError("export cannot do anything yet")
  }
}
