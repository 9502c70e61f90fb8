import TestSupport
import Testing

/// Keys as a terminal sends them, by the names of their `Key`.
struct TerminalKeyTests {
  @Test(arguments: [
    ("x", "character(\"x\")"), ("é", "character(\"\\u{00E9}\")"), ("\r", "enter"), ("\t", "tab"),
    ("\u{7f}", "backspace"), ("\u{8}", "backspace"), ("\u{c}", "control(\"l\")"), ("\u{13}", "control(\"s\")"),
    ("\u{1c}", "unknown"), ("\u{1b}", "escape"), ("\u{1b}x", "unknown"),
    ("\u{1b}OA", "up"), ("\u{1b}OB", "down"), ("\u{1b}OC", "right"), ("\u{1b}OD", "left"), ("\u{1b}OH", "home"),
    ("\u{1b}OF", "end"), ("\u{1b}[5~", "pageUp"), ("\u{1b}[6~", "pageDown"), ("\u{1b}[3~", "delete"),
    ("\u{1b}OP", "function(1)"), ("\u{1b}[21~", "function(10)"), ("\u{1b}[200~", "unknown"),
  ])
  func key(bytes: String, name: String) throws {
    let pty = try Probe.onPty()
    pty.forget()
    pty.write(bytes)
    #expect(pty.waitFor { $0.contains(name) }, "\(pty.text)")
  }

  @Test(arguments: [
    // SGR reports: button, column and row from 1, M for a press.
    ("\u{1b}[<0;11;4M", "mouse(ExecTopApp.MouseAction.press, ExecTopApp.Position(row: 3, column: 10))"),
    ("\u{1b}[<64;1;1M", "mouse(ExecTopApp.MouseAction.wheelUp, ExecTopApp.Position(row: 0, column: 0))"),
    ("\u{1b}[<65;200;24M", "mouse(ExecTopApp.MouseAction.wheelDown, ExecTopApp.Position(row: 23, column: 199))"),
  ])
  func mouse(report: String, name: String) throws {
    let pty = try Probe.onPty(type: "xterm", columns: 220)
    pty.forget()
    pty.write(report)
    #expect(pty.waitFor { $0.contains(name) }, "\(pty.text)")
  }

  @Test func otherMouseEventsAreNoKeys() throws {
    let pty = try Probe.onPty(type: "xterm")
    pty.forget()
    // A release, the other buttons, and then a key.
    pty.write("\u{1b}[<0;1;1m\u{1b}[<1;1;1M\u{1b}[<1;1;1m\u{1b}[<2;1;1M\u{1b}[<2;1;1mx")
    #expect(pty.waitFor { $0.contains("character(\"x\")") })
    #expect(!pty.text.contains("mouse") && !pty.text.contains("unknown"), "\(pty.text)")
  }

  @Test func mouseInX10Encoding() throws {
    let pty = try Probe.onPty(type: "screen", columns: 120)
    pty.forget()
    pty.write("\u{1b}[M +$")
    #expect(pty.waitFor { $0.contains("press, ExecTopApp.Position(row: 3, column: 10)") }, "\(pty.text)")
  }

  @Test func otherEncodings() throws {
    let pty = try Probe.onPty(locale: "C")
    pty.forget()
    pty.write("é")
    #expect(pty.waitFor { $0.contains("unknown unknown") }, "\(pty.text)")
  }
}
