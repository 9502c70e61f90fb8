import ExecTopKernel
import Foundation
import TestSupport
import Testing

/// The trace pane in a real terminal, on the running kernel.
@Suite(.needsKernel, .serialized, .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct TraceDashboardTests {
  private let workload: Workload
  private let instances: TraceInstances

  init() throws {
    workload = try Workload()
    instances = try TraceInstances(tracefs: Tracefs.makeVisible)
  }

  private func open(_ options: String = "", before: String = "", columns: Int = 120, rows: Int = 40) throws -> Tmux {
    let command = "\(before) \(Programs.built("exectop")) -d 0.2 -f \(workload.directory)/ \(options)"
    let screen = try Tmux(command, columns: columns, rows: rows)
    try screen.waitFor("unattributed 0  ")
    return screen
  }

  /// The lines of the pane that end in a name of the workload's: the names.
  private func lines(_ screen: [String]) -> [String] {
    let title = screen.firstIndex { $0.contains("TRACE") } ?? screen.endIndex
    return screen[title...].compactMap { line in
      guard line.contains("execve: \(workload.directory)/") else { return nil }
      return line.split(separator: "/").last.map(String.init)
    }
  }

  private func title(_ screen: [String]) -> String { screen.first { $0.contains("TRACE") } ?? "" }

  /// Quits, and waits until the program has ended: what it prints would show in the next test.
  private func quit(_ screen: Tmux) throws {
    let process = try #require(pid_t(try screen.value(of: "pane_pid")))
    try screen.send("q")
    #expect(Deadline(after: .seconds(20)).wait { kill(process, 0) != 0 })
    #expect(try instances.added().isEmpty)
  }

  @Test("t opens the pane, marked execs are its lines, and t closes it with its instance")
  func toggle() throws {
    defer { workload.remove() }
    let screen = try open()
    #expect(try instances.added().isEmpty)
    try screen.send("t")
    try screen.waitFor("TRACE  following  lost 0")
    #expect(try instances.added().count == 1)
    try workload.run("fail", workload.path("marked"), "5")
    try screen.waitFor { lines($0) == Array(repeating: "marked", count: 5) && title($0).hasSuffix("5 lines") }
    try screen.send("t")
    try screen.waitFor { title($0).isEmpty }
    _ = try instances.waitFor(added: 0)
    try quit(screen)
  }

  @Test("scrolled back it holds still and says so, and End follows again")
  func scroll() throws {
    defer { workload.remove() }
    let screen = try open(rows: 24)
    try screen.send("t")
    try screen.waitFor("TRACE  following")
    try workload.run("distinct", workload.path("n"), "100", "0")
    try screen.waitFor { lines($0).last == "n99" }
    try screen.send("Tab", "Home")
    try screen.waitFor { lines($0).first == "n0" && title($0).contains("NOT FOLLOWING") }
    try workload.run("fail", workload.path("later"), "5")
    let held = try screen.waitFor { title($0).hasSuffix("105 lines") }
    #expect(lines(held).first == "n0")
    try screen.send("End")
    try screen.waitFor { lines($0).last == "later" && title($0).contains("TRACE  following") }
    try quit(screen)
  }

  @Test("paused, the pane holds with the table; resumed, what came meanwhile is there")
  func pause() throws {
    defer { workload.remove() }
    let screen = try open()
    try screen.send("t")
    try screen.waitFor("TRACE  following")
    try workload.run("fail", workload.path("before"), "3")
    try screen.waitFor { lines($0).count == 3 }
    try screen.send("p")
    let frozen = try screen.waitFor("PAUSED")
    try workload.run("fail", workload.path("meanwhile"), "4")
    // A pause of three refreshes in which the frozen screen must not change.
    try workload.run("distinct", workload.path("pacing"), "3", "3")
    #expect(try screen.capture() == frozen)
    try screen.send("p")
    try screen.waitFor { screen in lines(screen).filter { $0 == "meanwhile" }.count == 4 && lines(screen).count == 10 }
    try quit(screen)
  }

  @Test("T leaves only the lines in our form, and the filter those of matching paths")
  func choose() throws {
    defer { workload.remove() }
    let screen = try open()
    try screen.send("t")
    try screen.waitFor("TRACE  following")
    // The second line of a path with a newline is no line of ours; it matches the filter as a text of its own.
    try screen.send("/", "C-u")
    try screen.type("~\(workload.directory)|stray")
    try screen.send("Enter")
    try workload.run("fail", workload.path("ours\nstray"), "1")
    try screen.waitFor { $0.contains("stray") && lines($0) == ["ours"] }
    try screen.send("T")
    try screen.waitFor { !$0.contains("stray") && lines($0) == ["ours"] && title($0).contains("own lines only") }
    try screen.send("T")
    try screen.waitFor { $0.contains("stray") }
    try quit(screen)
  }

  @Test("at 10,000 lines a second and more keys are answered, and counts stay exact")
  func storm() throws {
    defer { workload.remove() }
    let screen = try open("-s count")
    try screen.send("t")
    try screen.waitFor("TRACE  following")
    let path = workload.path("storm")
    let busy = workload.start(["steady", path, "150000", "15000"])
    try screen.waitFor { lines($0).count > 3 }
    var answers = 0
    var status: Int32 = 0
    while waitpid(busy, &status, WNOHANG) == 0 {
      try screen.send("?")
      try screen.waitFor("undo the last reset")
      try screen.send("?")
      try screen.waitFor { title($0).contains("TRACE") }
      answers += 1
    }
    #expect(status == 0)
    // It was answered while the storm went on.
    #expect(answers > 2)
    try workload.run("fail", workload.path("exact"), "1234")
    try screen.waitFor { $0.contains { $0.contains("/exact") && $0.contains("1,234") } }
    try screen.waitFor("unattributed 0  ")
    try quit(screen)
  }

  @Test("the instance that a SIGKILL left goes at the next start")
  func killed() throws {
    defer { workload.remove() }
    let screen = try open()
    try screen.send("t")
    let left = try instances.waitFor(added: 1)
    let process = try #require(pid_t(try screen.value(of: "pane_pid")))
    kill(process, SIGKILL)
    #expect(Deadline(after: .seconds(20)).wait { kill(process, 0) != 0 })
    #expect(try instances.added() == left)
    let next = try open()
    _ = try instances.waitFor(added: 0)
    try quit(next)
  }

  @Test("without instances it takes the lines of the kernel's own pipe, and says so; with another reader there, too")
  func fallback() throws {
    defer { workload.remove() }
    let covered = """
      unshare -m sh -c 'mount -t tracefs t /sys/kernel/tracing 2>/dev/null; \
      mount -t tmpfs -o ro t /sys/kernel/tracing/instances && exec "$@"' sh
      """
    let screen = try open(before: covered)
    try screen.send("t")
    try screen.waitFor("lost –  taken from other readers")
    try workload.run("fail", workload.path("marked"), "5")
    try screen.waitFor { lines($0).count == 5 }
    let second = try open(before: covered)
    try second.send("t")
    try second.waitFor("another program is reading it (Device or resource busy)")
    try quit(second)
    try quit(screen)
  }

  @Test(
    "every signal that ends it gives the terminal back and removes the instance",
    arguments: EndingSignals.all.filter { ![SIGPIPE, SIGXFSZ].contains($0) })
  func endings(signal: CInt) throws {
    defer { workload.remove() }
    let pty = try Pty(
      Programs.built("exectop"), ["-d", "0.2", "-f", workload.directory],
      environment: [
        "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no", "HOME": "/nonexistent",
      ])
    pty.write("t")
    #expect(pty.waitFor { $0.contains("following") })
    #expect(try instances.waitFor(added: 1).count == 1)
    #expect(pty.modes != pty.initialModes)
    pty.forget()
    pty.process.signal(signal)
    #expect(pty.waitForEnd() == (EndingSignals.wishes.contains(signal) ? .exited(0) : .killed(signal: signal)))
    #expect(pty.modes == pty.initialModes)
    #expect(pty.text.contains("\u{1b}[?1049l"))
    #expect(try instances.added().isEmpty)
  }

  @Test("a path that looks like the kernel's word on losses is a line, and no loss")
  func forgedLoss() throws {
    defer { workload.remove() }
    let screen = try open()
    try screen.send("t")
    try screen.waitFor("TRACE  following")
    // Others' lines have no part in it.
    try screen.send("/", "C-u")
    try screen.type("~18446744073709551615")
    try screen.send("Enter")
    try workload.run("fail", workload.path("x\nCPU:0 [LOST 18446744073709551615 EVENTS]\nx"), "3")
    let shown = try screen.waitFor { $0.contains("CPU:0 [LOST 18446744073709551615 EVENTS]") }
    #expect(!title(shown).contains("18,446,744"))
    // It lives, and refreshes.
    try workload.run("fail", workload.path("later-18446744073709551615"), "7")
    try screen.waitFor { $0.contains { $0.hasSuffix("/later-18446744073709551615") } }
    try quit(screen)
  }

  @Test("the demo has no trace, and says so")
  func demo() throws {
    defer { workload.remove() }
    let screen = try Tmux("\(Programs.built("exectop")) --demo", columns: 120, rows: 40)
    try screen.waitFor("DEMO")
    try screen.send("t")
    try screen.waitFor("the demo prints no trace lines")
    try screen.send("q")
  }
}
