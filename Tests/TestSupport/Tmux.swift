import Glibc

/// A terminal inside tmux, seen as a screen. Each has a server of its own, which ends with it.
public final class Tmux {
  /// Whether tmux is installed; else its tests are skipped for the reason below.
  public static var isAvailable: Bool { program != nil }
  public static let missing = "tmux is not installed"

  private static let program = Programs.installed("tmux")
  private let socket: String
  private let directory: String
  private let environment: [String: String]

  /// Starts a command of the shell in a terminal of the given size. The program sees exactly this environment, plus
  /// what tmux adds: TERM, TMUX and TMUX_PANE.
  public init(_ command: String, columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]) throws {
    var template = Array("/tmp/exectop-tmux-XXXXXX".utf8CString)
    // mkdtemp replaces the six X in place and keeps the NUL.
    guard mkdtemp(&template) != nil else { throw TestFailure("make a directory for tmux's socket") }
    directory = template.withUnsafeBufferPointer {
      String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    socket = directory + "/socket"
    self.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"]
      .merging(environment) { $1 }
    try run("new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "exec " + command)
    // Without a status line, the window is as large as was asked for.
    try run("set-option", "-g", "status", "off")
    try resize(columns: columns, rows: rows)
  }

  deinit {
    _ = try? run("kill-server")
    unlink(socket)
    rmdir(directory)
  }

  /// Presses keys, by tmux's names: `Enter`, `C-z`, `Up`, `F1`.
  public func send(_ keys: String...) throws {
    try run(["send-keys", "--"] + keys)
  }

  /// Types text as it stands.
  public func type(_ text: String) throws {
    try run("send-keys", "-l", "--", text)
  }

  /// The rows of the screen, without the blanks at their ends.
  public func capture() throws -> [String] {
    try run("capture-pane", "-p").split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// The rows of the screen with the escape sequences of their styles.
  public func captureStyled() throws -> [String] {
    try run("capture-pane", "-p", "-e").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Looks at the screen again and again until it is as expected; the last screen seen is in the error otherwise.
  @discardableResult
  public func waitFor(_ timeout: Duration = .seconds(20), _ condition: ([String]) throws -> Bool) throws -> [String] {
    var screen: [String] = []
    let deadline = Deadline(after: timeout)
    let isSeen = try deadline.wait {
      screen = try capture()
      return try condition(screen)
    }
    guard isSeen else { throw TestFailure("not on the screen in \(timeout):\n" + screen.joined(separator: "\n")) }
    return screen
  }

  /// Waits until some row contains the text.
  @discardableResult
  public func waitFor(_ text: String) throws -> [String] {
    try waitFor { screen in screen.contains { $0.contains(text) } }
  }

  /// Changes the size of the terminal.
  public func resize(columns: Int, rows: Int) throws {
    try run("resize-window", "-x", "\(columns)", "-y", "\(rows)")
  }

  /// A variable of tmux's formats, such as `alternate_on` or `cursor_flag`.
  public func value(of variable: String) throws -> String {
    try run("display-message", "-p", "#{\(variable)}").split(separator: "\n").first.map(String.init) ?? ""
  }

  @discardableResult
  private func run(_ arguments: String...) throws -> String {
    try run(arguments)
  }

  @discardableResult
  private func run(_ arguments: [String]) throws -> String {
    guard let program = Self.program else { throw TestFailure(Self.missing) }
    let result = try Command.run(program, ["-S", socket, "-f", "/dev/null"] + arguments, environment: environment)
    guard result.ending == .exited(0) else {
      throw TestFailure("tmux \(arguments.joined(separator: " ")): \(result.output)")
    }
    return result.output
  }
}
