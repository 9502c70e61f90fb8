import Glibc
import TestSupport
import Testing

/// However the program ends, the terminal is as it was.
@Suite(.serialized)
struct TerminalRestoreTests {
  /// What xterm-256color needs to come back: no mouse reports, the cursor, the normal screen.
  private let resets = ["\u{1b}[?1006;1000l", "\u{1b}[?12l\u{1b}[?25h", "\u{1b}[?1049l", "\u{1b}[?1l\u{1b}>"]

  private func isRestored(_ pty: Pty, isCrash: Bool = false) -> Bool {
    let wanted = isCrash ? ["\u{1b}[?1000l\u{1b}[?1006l"] + resets.dropFirst() : resets
    return pty.modes == pty.initialModes && wanted.allSatisfy(pty.text.contains)
      // Nothing is turned on again.
      && !pty.text[after: "\u{1b}[?1049l"].contains(#/\x1b\[\?[0-9;]*h/#)
  }

  @Test func takesTheTerminalOver() throws {
    let pty = try Probe.onPty()
    #expect(
      pty.waitFor { text in
        ["\u{1b}[?1049h", "\u{1b}[?1006;1000h", "\u{1b}[?25l"].allSatisfy(text.contains)
      })
    #expect(pty.modes.local & UInt32(ICANON | ECHO) == 0)
    #expect(pty.modes.local & UInt32(ISIG) != 0)
    #expect(pty.modes.input & UInt32(IXON) == 0)
    #expect(pty.modes.characters[Int(VQUIT)] == 0)
  }

  @Test(arguments: [("q", "q"), ("D", "leaving"), ("\u{3}", "interrupt")])
  func key(key: String, reason: String) throws {
    let pty = try Probe.onPty()
    pty.forget()
    pty.write(key)
    #expect(pty.waitForEnd() == .exited(0))
    #expect(isRestored(pty), "\(pty.text)")
    #expect(pty.text.hasSuffix("ended by \(reason)\r\n"))
  }

  @Test(arguments: [(SIGTERM, "terminate"), (SIGINT, "interrupt"), (SIGQUIT, "quit")])
  func signal(signal: CInt, reason: String) throws {
    let pty = try Probe.onPty()
    pty.forget()
    pty.process.signal(signal)
    #expect(pty.waitForEnd() == .exited(0))
    #expect(isRestored(pty), "\(pty.text)")
    #expect(pty.text.hasSuffix("ended by \(reason)\r\n"))
  }

  /// The alternate stack is what makes the last of them work.
  @Test(arguments: [("T", [SIGILL, SIGTRAP]), ("S", [SIGSEGV]), ("A", [SIGABRT]), ("O", [SIGSEGV])])
  func crash(key: String, signals: [CInt]) throws {
    let pty = try Probe.onPty()
    pty.forget()
    pty.write(key)
    let ending = pty.waitForEnd()
    #expect(signals.contains { ending == .killed(signal: $0) }, "\(ending as Any)")
    #expect(isRestored(pty, isCrash: true), "\(pty.text)")
  }

  @Test func crashSentFromOutside() throws {
    let pty = try Probe.onPty()
    pty.forget()
    pty.process.signal(SIGSEGV)
    #expect(pty.waitForEnd() == .killed(signal: SIGSEGV))
    #expect(isRestored(pty, isCrash: true), "\(pty.text)")
  }

  @Test func reportOfACrashIsOnTheNormalScreen() throws {
    let pty = try Probe.onPty(environment: ["SWIFT_BACKTRACE": "enable=yes,color=no,interactive=no,symbolicate=off"])
    pty.forget()
    pty.write("S")
    #expect(pty.waitForEnd(.seconds(60)) == .killed(signal: SIGSEGV))
    let report = pty.text[after: "\u{1b}[?1049l"]
    #expect(report.contains("crashed: Bad pointer dereference at 0x0000000000000008"), "\(pty.text)")
  }

  /// The leader of a session has no shell that could continue it, so Ctrl-Z must not stop it.
  @Test func suspendWithoutAShell() throws {
    let pty = try Probe.onPty()
    pty.write("\u{1a}")
    #expect(pty.waitFor { $0.contains("\u{1b}[?1049l") })
    pty.forget()
    pty.write("x")
    #expect(pty.waitFor { $0.contains("character(\"x\")") }, "\(pty.text)")
  }

  @Test func terminalIsClosed() throws {
    let pty = try Probe.onPty()
    pty.hangUp()
    #expect(pty.waitForEnd() == .exited(0))
  }

  /// Without SIGHUP, too, the program ends, and does not spin.
  @Test func terminalIsClosedUnnoticed() throws {
    let environment = ["TERM": "xterm", "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"]
    let pty = try Pty("/bin/sh", ["-c", "trap '' HUP; exec \(Probe.program)"], environment: environment)
    #expect(pty.waitFor { $0.contains("unicode") })
    pty.hangUp()
    #expect(pty.waitForEnd() == .exited(0))
  }
}

extension String {
  /// What follows the last occurrence of a text; empty if there is none.
  fileprivate subscript(after text: String) -> String {
    ranges(of: text).last.map { String(self[$0.upperBound...]) } ?? ""
  }
}
