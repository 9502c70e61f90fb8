import TestSupport

/// The program that these tests drive.
enum Probe {
  static let program = Programs.built("TerminalProbe")

  /// Starts it on a pseudo-terminal and waits until it has painted. Crashes are reported by their signal alone.
  static func onPty(
    type: String = "xterm-256color", locale: String = "C.UTF-8", columns: Int = 80, rows: Int = 24,
    options: [String] = [], environment: [String: String] = [:]
  ) throws -> Pty {
    let basics = ["TERM": type, "LC_ALL": locale, "SWIFT_BACKTRACE": "enable=no"]
    let pty = try Pty(
      program, options, columns: columns, rows: rows, environment: basics.merging(environment) { $1 })
    guard pty.waitFor(.seconds(20), { $0.contains("unicode") }) else {
      throw TestFailure("the probe has not painted: \(pty.text)")
    }
    return pty
  }

  /// Starts it from a shell with job control in tmux and waits until it has painted.
  static func inTmux(
    columns: Int = 80, rows: Int = 24, locale: String = "C.UTF-8", options: String = ""
  ) throws -> Tmux {
    let tmux = try Tmux(
      "sh", columns: columns, rows: rows,
      environment: ["PS1": "shell> ", "LC_ALL": locale, "SWIFT_BACKTRACE": "enable=no"])
    try tmux.waitFor("shell>")
    try tmux.type("\(program) \(options)")
    try tmux.send("Enter")
    try tmux.waitFor("size")
    return tmux
  }
}
