import TestSupport
import Testing

/// A recording, played in a real terminal.
@Suite("exectop replay", .serialized, .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct ReplayTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  private var file: String { workload.path("recording.db") }

  private func record(_ refreshes: Int) throws {
    let result = try Command.run(
      Programs.built("exectop"), ["record", "--demo", "-d", "0.1", "-n", "\(refreshes)", file], timeout: .seconds(60))
    guard result.ending == .exited(0) else { throw TestFailure(result.output) }
  }

  /// The execs in the head of the screen.
  private func execs(_ screen: Tmux) throws -> Int? {
    try screen.capture().lazy.compactMap { $0.firstMatch(of: #/^execs ([0-9,]+) /#)?.1 }.first
      .flatMap { Int($0.filter(\.isNumber)) }
  }

  @Test("plays to its end, stops, steps, goes to times and to a spike; sorts and filters as ever")
  func keys() throws {
    defer { workload.remove() }
    try record(30)
    let screen = try Tmux(
      "\(Programs.built("exectop")) replay \(file)", columns: 140, rows: 30, environment: ["HOME": "/nonexistent"])
    try screen.waitFor(" REPLAY ")
    try screen.send("+", "+", "+")
    try screen.waitFor("speed 8x")
    try screen.waitFor(" end ")
    let last = try #require(try execs(screen))
    try screen.send(",")
    try screen.waitFor { $0[0].contains("PAUSED") && !$0[0].contains(" end ") }
    let before = try #require(try execs(screen))
    #expect(before < last)
    try screen.send(".")
    try screen.waitFor { _ in try execs(screen) == last }
    try screen.send(".")
    try screen.waitFor("the recording ends here")
    try screen.send(":")
    try screen.type("-1h")
    try screen.waitFor("go to: -1h")
    try screen.send("Enter")
    try screen.waitFor { _ in try #require(try execs(screen)) < before }
    try screen.send(",")
    try screen.waitFor("the recording begins here")
    try screen.send(":")
    try screen.type("soon")
    try screen.send("Enter")
    try screen.waitFor("a time is 14:05, 14:05:30, +5m or -30s")
    try screen.send("C-u")
    try screen.type("+1h")
    try screen.send("Enter")
    try screen.waitFor { _ in try execs(screen) == last }
    try screen.send("J")
    try screen.waitFor("there is no spike behind this")
    try screen.send("n", "/")
    try screen.type("/usr/bin/")
    try screen.send("Enter")
    try screen.waitFor { $0.contains { $0.contains("PATH▲") } && !$0.contains { $0.contains("/bin/sh") } }
    // Going back ends a reset.
    try screen.send("z")
    try screen.waitFor { _ in try execs(screen) == 0 }
    try screen.send(",")
    try screen.waitFor { _ in try execs(screen) == before }
    try screen.send("t")
    try screen.waitFor("trace lines are not recorded")
    try screen.send("q")
  }

  @Test("a recording that is being written is followed")
  func following() throws {
    defer { workload.remove() }
    let exectop = try Running(["record", "--demo", "-d", "0.2", file])
    #expect(
      Deadline(after: .seconds(20)).wait { (try? Command.run("/usr/bin/test", ["-s", file]).ending) == .exited(0) })
    let screen = try Tmux(
      "\(Programs.built("exectop")) replay \(file)", columns: 140, environment: ["HOME": "/nonexistent"])
    try screen.waitFor { _ in (try execs(screen) ?? 0) > 0 }
    let early = try #require(try execs(screen))
    try screen.waitFor { _ in (try execs(screen) ?? 0) > early }
    _ = try exectop.end()
    try screen.waitFor(" end ")
  }
}
