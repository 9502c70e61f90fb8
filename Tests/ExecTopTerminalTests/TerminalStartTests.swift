import Glibc
import TestSupport
import Testing

/// What is said where there is no terminal to open. The status and the line are the whole answer.
struct TerminalStartTests {
  private func fails(on pty: Pty, with line: String) -> Bool {
    pty.waitForEnd() == .exited(69) && pty.text == line + "\r\n"
  }

  @Test func typeUnset() throws {
    let line = "open the terminal: TERM is not set; set it, or use --batch"
    for environment in [[:], ["TERM": ""]] {
      let pty = try Pty(Probe.program, environment: environment)
      #expect(fails(on: pty, with: line), "\(pty.text)")
    }
  }

  @Test func typeUnknown() throws {
    let pty = try Pty(Probe.program, environment: ["TERM": "no-such\u{1b}[31m"])
    let line =
      "open the terminal: TERM is no-such?[31m, which terminfo does not know; set TERM to a known type such as xterm, "
      + "install ncurses-term, or use --batch"
    #expect(fails(on: pty, with: line), "\(pty.text)")
    #expect(pty.modes == pty.initialModes)
  }

  @Test func typeTooSimple() throws {
    let pty = try Pty(Probe.program, environment: ["TERM": "dumb"])
    let line =
      "open the terminal: TERM is dumb, which has no cursor control; set TERM to a known type such as "
      + "xterm, or use --batch"
    #expect(fails(on: pty, with: line), "\(pty.text)")
  }

  @Test func standardInputIsNoTerminal() throws {
    let result = try Command.run(Probe.program, environment: ["TERM": "xterm"])
    #expect(result.ending == .exited(69))
    #expect(
      result.output
        == "open the terminal: standard input is not a terminal; start exectop in one, or use --batch\n")
  }

  @Test func standardOutputIsNoTerminal() throws {
    let pty = try Pty(
      "/bin/sh", ["-c", "\(Probe.program) | cat"], environment: ["TERM": "xterm", "PATH": "/usr/bin:/bin"])
    #expect(pty.waitForEnd() == .exited(0))
    #expect(
      pty.text
        == "open the terminal: standard output is not a terminal; do not redirect it, or use --batch\r\n")
  }

  /// Variables left over from another window must not count.
  @Test func sizeIsTheTerminals() throws {
    let pty = try Probe.onPty(columns: 50, rows: 20, environment: ["LINES": "33", "COLUMNS": "99"])
    #expect(pty.waitFor { $0.contains("50x20") }, "\(pty.text)")
  }

  /// A terminal without a size, as a serial line is, has the one that terminfo gives.
  @Test func sizeUnknown() throws {
    let pty = try Probe.onPty(type: "vt100", columns: 0, rows: 0)
    #expect(pty.waitFor { $0.contains("80x24") }, "\(pty.text)")
  }
}
