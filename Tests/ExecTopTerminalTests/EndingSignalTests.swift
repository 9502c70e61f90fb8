import Glibc
import TestSupport
import Testing

/// Whatever signal ends the program, the terminal is as it was, and the program has ended by that signal.
@Suite(.serialized)
struct EndingSignalTests {
  private func expectRestored(_ pty: Pty, by signal: CInt) {
    #expect(pty.modes != pty.initialModes)
    pty.forget()
    pty.process.signal(signal)
    #expect(pty.waitForEnd() == .killed(signal: signal))
    #expect(pty.modes == pty.initialModes)
    // Mouse, cursor, screen.
    for reset in ["\u{1b}[?1000l\u{1b}[?1006l", "\u{1b}[?25h", "\u{1b}[?1049l"] {
      #expect(pty.text.contains(reset), "\(pty.text)")
    }
  }

  @Test("every signal that ends it", arguments: EndingSignals.all.filter { !EndingSignals.wishes.contains($0) })
  func every(signal: CInt) throws {
    expectRestored(try Probe.onPty(), by: signal)
  }

  #if arch(x86_64)
    @Test(
      "the signals that glibc keeps for itself too", .enabled(if: Programs.installed("perl") != nil, "no perl"),
      arguments: EndingSignals.ofGlibc)
    func ofGlibc(signal: CInt) throws {
      // rt_sigaction(2) with an action that is all zeros, the default: glibc refuses to set it.
      let pty = try Pty(
        try #require(Programs.installed("perl")),
        [
          "-e", "for my $signal (32, 33) { syscall(13, $signal, my $x = \"\\0\" x 32, 0, 8) } exec @ARGV",
          Probe.program,
        ],
        environment: ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"])
      #expect(pty.waitFor { $0.contains("unicode") })
      expectRestored(pty, by: signal)
    }
  #endif

  @Test(
    "on a screen of tmux", .enabled(if: Tmux.isAvailable, "tmux is not installed"), arguments: [SIGUSR1, SIGALRM, 64])
  func onScreen(signal: CInt) throws {
    let tmux = try Tmux("sh", environment: ["PS1": "shell> ", "SWIFT_BACKTRACE": "enable=no"])
    try tmux.waitFor("shell>")
    try tmux.type("stty -g >/dev/null; \(Probe.program)")
    try tmux.send("Enter")
    try tmux.waitFor("unicode")
    let shell = try tmux.value(of: "pane_pid")
    let found = try Command.run("/bin/ps", ["-o", "pid=", "--ppid", shell]).output.filter { $0.isNumber }
    kill(try #require(pid_t(found)), signal)
    try tmux.waitFor { $0.contains { $0.hasPrefix("shell>") } && !$0.contains { $0.contains("unicode") } }
    #expect(try tmux.value(of: "alternate_on") == "0")
    #expect(try tmux.value(of: "cursor_flag") == "1")
    #expect(try tmux.value(of: "mouse_any_flag") == "0")
    try tmux.type("echo status $?\n")
    try tmux.waitFor("status \(128 + signal)")
  }

  @Test("a signal that was ignored at the start stays ignored")
  func ignored() throws {
    let pty = try Pty(
      "/bin/sh", ["-c", "trap '' USR1; exec \(Probe.program)"],
      environment: ["TERM": "xterm", "PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"])
    #expect(pty.waitFor { $0.contains("unicode") })
    pty.process.signal(SIGUSR1)
    pty.write("x")
    #expect(pty.waitFor { $0.contains("character(\"x\")") })
    pty.write("q")
    #expect(pty.waitForEnd() == .exited(0))
  }

  @Test("a terminal that nobody reads keeps none of them from ending it", arguments: [SIGTERM, SIGUSR1, SIGSEGV])
  func unread(signal: CInt) throws {
    let pty = try Probe.onPty(columns: 200, rows: 60)
    // Each draws the whole screen.
    for _ in 0..<40 {
      pty.write("\u{c}")
      usleep(10_000)
    }
    pty.process.signal(signal)
    #expect(Deadline(after: .seconds(20)).wait { pty.process.poll() != nil })
    #expect(pty.process.poll() == (signal == SIGTERM ? .exited(0) : .killed(signal: signal)))
    #expect(pty.modes == pty.initialModes)
    // The reset is what a reader that comes back gets.
    pty.forget()
    #expect(pty.waitFor { $0.contains("\u{1b}[?1049l") }, "\(pty.text)")
  }
}
