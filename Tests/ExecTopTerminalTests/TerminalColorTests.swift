import TestSupport
import Testing

/// Styles as the bytes that a terminal gets.
struct TerminalColorTests {
  @Test func manyColors() throws {
    let pty = try Probe.onPty(type: "xterm-256color")
    #expect(pty.waitFor { $0.contains("style input") })
    #expect(pty.text.contains("\u{1b}[38;5;231m\u{1b}[48;5;24mstyle header"), "\(pty.text)")
    #expect(pty.text.contains("\u{1b}[38;5;28m\u{1b}[49mstyle good") || pty.text.contains("\u{1b}[38;5;28mstyle good"))
  }

  @Test func eightColors() throws {
    let pty = try Probe.onPty(type: "xterm")
    #expect(pty.waitFor { $0.contains("style input") })
    #expect(!pty.text.contains("38;5"))
    #expect(pty.text.contains("\u{1b}[30m\u{1b}[46mstyle selected"), "\(pty.text)")
  }

  @Test(arguments: [("vt100", []), ("xterm-256color", ["--mono"])] as [(String, [String])])
  func noColors(type: String, options: [String]) throws {
    let pty = try Probe.onPty(type: type, options: options)
    #expect(pty.waitFor { $0.contains("style input") })
    // Neither 30 to 37, 40 to 47, nor 38 and 48.
    #expect(!pty.text.contains(#/\x1b\[([0-9;]*;)?[34][0-8][;m]/#), "\(pty.text)")
    #expect(pty.text.contains(#/\x1b\[[0-9;]*7m[^m]*style selected/#), "\(pty.text)")
  }
}
