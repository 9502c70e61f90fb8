import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// What needs a new frame, and what does not.
@Suite("Revision")
struct RevisionTests {
  /// A dashboard on which nothing has been run for a second.
  private static var still: Board { Board(["/a": 3], ["/a": 3], ["/a": 3]) }

  /// Whether something changes the revision.
  private func revises(_ board: Board, _ change: (inout Board) -> Void) -> Bool {
    var changed = board
    change(&changed)
    return changed.state.revision != board.state.revision
  }

  @Test("a snapshot that finds nothing new needs a new frame only when the second has passed")
  func quiet() {
    let board = RevisionTests.still
    #expect(!revises(board) { $0.sample(["/a": 3], after: 0.5) })
    #expect(revises(board) { $0.sample(["/a": 3], after: 1) })
    #expect(revises(board) { $0.sample(["/a": 4], after: 0.5) })
    // Its rate has been 1, and is 0 now.
    #expect(revises(Board(["/a": 3], ["/a": 4])) { $0.sample(["/a": 4], after: 0.5) })
  }

  @Test("nor does any snapshot while it is paused, but for a reset")
  func quietWhilePaused() {
    var board = RevisionTests.still
    board.press(.text("p"))
    #expect(!revises(board) { $0.sample(["/a": 9], after: 1) })
    board.press(.text("z"))
    #expect(revises(board) { $0.sample(["/a": 3], after: 0.1) })
    #expect(board.effects == [.sample])
  }

  @Test("every other event does")
  func loud() {
    let board = RevisionTests.still
    #expect(revises(board) { $0.press(.text("c")) })
    #expect(revises(board) { $0.resize(rows: 24, columns: 80) })
    #expect(revises(board) { _ = $0.state.handle(.saved("saved")) })
    #expect(revises(board) { _ = $0.state.handle(.cost(Cost())) })
    #expect(revises(board) { _ = $0.state.handle(.trace(.bytes([]))) })
  }

  @Test("what the source has to say stands in the last line, until a key's message does")
  func notice() {
    var board = RevisionTests.still
    var snapshot = board.snapshots.at(4, ["/a": 3])
    snapshot.notice = "map x\u{1b} (id 3): no program uses it"
    #expect(revises(board) { _ = $0.state.handle(.snapshot(snapshot)) })
    _ = board.state.handle(.snapshot(snapshot))
    #expect(board.lines.last == "map x\\x1b (id 3): no program uses it")
    board.press(.text("z"))
    #expect(board.lines.last == "counters reset (u undoes)")
  }
}
