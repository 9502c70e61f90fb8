import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopScreen
@testable import ExecTopTable

/// Single execs that cannot be told.
@Suite("Execs that cannot be watched")
struct ExecsFailedTests {
  @Test("the reason is said, once, in the message and where the execs would stand; counting goes on")
  func failed() {
    var board = Board(rows: 24, columns: 100)
    board.sample(launches: [LaunchSaid("/init /a", execs: 3), LaunchSaid("/init /b", execs: 1)], at: 1)
    board.press(.text("c"), .enter)
    #expect(board.effects == [.watch(Path("/a"))])
    let text = "the single execs cannot be watched: attach tell_exec_ran: Permission denied"
    let effects = board.state.handle(.execsFailed("attach tell_exec_ran: Permission denied"))
    #expect(effects == [] && board.lines[23].hasPrefix(text))
    #expect(board.lines.contains("told to run " + text))
    // It is not tried at each event.
    board.sample(launches: [LaunchSaid("/init /a", execs: 5), LaunchSaid("/init /b", execs: 1)], at: 2)
    #expect(board.effects == [] && board.lines.joined().contains("count 5"))
    board.press(.text("e"))
    #expect(board.lines.dropLast().contains { $0.hasPrefix(text) } && board.effects == [])
    // Another path is another attempt.
    board.press(.text("e"), .down)
    #expect(board.effects == [.watch(Path("/b"))] && !board.lines.joined().contains("cannot be watched"))
  }
}
