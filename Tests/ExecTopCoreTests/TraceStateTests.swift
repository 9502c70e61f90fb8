import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// The scrollback, what is chosen from it, and scrolling.
struct TraceStateTests {
  /// A line as our programs print it, or as others do.
  static func line(_ message: String, isOurs: Bool = true) -> String {
    "            bash-17    [001] ...21   100.500000: bpf_trace_printk: \(isOurs ? "execve: " : "")\(message)\n"
  }

  private func state(filter: Filter? = nil, capacity: Int = 10, _ lines: String...) -> TraceState {
    var state = TraceState(filter: filter, isPaused: false, capacity: capacity)
    state.take(lines.map { TraceStateTests.line($0) })
    return state
  }

  @Test("of more lines than there is room for the last ones stay")
  func bounded() {
    var log = TraceLog(capacity: 3)
    for number in 0..<10 { log.append(TraceLine(Array("\(number)".utf8))) }
    #expect((log.start, log.end) == (7, 10))
    #expect((log.start..<log.end).map { log[$0].bytes } == ["7", "8", "9"].map { Array($0.utf8) })

    var state = state(capacity: 3, "a", "b", "c", "d", "e")
    #expect(state.paths(rows: 10) == ["c", "d", "e"])
    #expect(state.chosenCount == 3)
    state.take([TraceStateTests.line("f")])
    #expect(state.paths(rows: 2) == ["e", "f"])
  }

  @Test("it follows the end, holds still when scrolled back, and follows again from the end on")
  func following() {
    var state = state("a", "b", "c", "d", "e", "f")
    #expect(state.isFollowing)
    #expect(state.paths(rows: 2) == ["e", "f"])
    state.move(.up, rows: 2)
    #expect(!state.isFollowing)
    #expect(state.paths(rows: 2) == ["d", "e"])
    state.take([TraceStateTests.line("g")])
    #expect(state.paths(rows: 2) == ["d", "e"])
    state.move(.pageUp, rows: 2)
    #expect(state.paths(rows: 2) == ["b", "c"])
    state.move(.first, rows: 2)
    #expect(state.paths(rows: 2) == ["a", "b"])
    state.move(.up, rows: 2)
    #expect(state.paths(rows: 2) == ["a", "b"])
    state.move(.pageDown, rows: 2)
    state.move(.down, rows: 2)
    #expect(state.paths(rows: 2) == ["d", "e"])
    state.move(.last, rows: 2)
    #expect(state.isFollowing)
    state.take([TraceStateTests.line("h")])
    #expect(state.paths(rows: 2) == ["g", "h"])
    // Down, onto the last line, follows too.
    state.move(.up, rows: 2)
    state.move(.down, rows: 2)
    #expect(state.isFollowing)
  }

  @Test("what all has room is followed, whatever is pressed")
  func fits() {
    var state = state("a", "b")
    for move in [Move.up, .pageUp, .first] {
      state.move(move, rows: 2)
      #expect(state.isFollowing)
      #expect(state.paths(rows: 2) == ["a", "b"])
    }
    #expect(state.paths(rows: 0) == [])
  }

  @Test("scrolled back to lines that go, it shows the first that are left")
  func overrun() {
    var state = state(capacity: 4, "a", "b", "c", "d")
    state.move(.first, rows: 2)
    state.move(.down, rows: 2)
    #expect(state.paths(rows: 2) == ["b", "c"])
    state.take(["e", "f", "g", "h", "i"].map { TraceStateTests.line($0) })
    #expect(!state.isFollowing)
    #expect(state.paths(rows: 2) == ["f", "g"])
  }

  @Test("the filter chooses by the path in our lines, by the message in others")
  func filter() throws {
    var state = TraceState(filter: try Filter("gi"), isPaused: false)
    state.take([
      TraceStateTests.line("/usr/bin/git"), TraceStateTests.line("/bin/ls"),
      TraceStateTests.line("git was here", isOurs: false), TraceStateTests.line("not git", isOurs: false),
      "gibberish\n",
    ])
    #expect(state.messages == ["execve: /usr/bin/git", "git was here", "gibberish"])
    state.setFilter(try Filter("!gi"))
    #expect(state.messages == ["execve: /bin/ls", "not git"])
    state.setFilter(try Filter("~s$"))
    #expect(state.messages == ["execve: /bin/ls"])
    state.setFilter(nil)
    #expect(state.messages.count == 5)
  }

  @Test("only ours leaves the lines of others out, and they come back")
  func oursOnly() throws {
    var state = TraceState(filter: nil, isPaused: false)
    let lines = [TraceStateTests.line("/a"), TraceStateTests.line("other", isOurs: false), "raw\n"]
    state.take(lines)
    state.toggleOursOnly()
    state.take(lines)
    #expect(state.messages == ["execve: /a", "execve: /a"])
    state.toggleOursOnly()
    #expect(state.messages.count == 6)
  }

  @Test("paused, nothing moves but by keys; resumed, what came is there, within the scrollback")
  func pause() {
    var state = state(capacity: 4, "a", "b", "c")
    state.handle(.opened(.own))
    state.setPaused(true)
    state.take(["d", "e", "f"].map { TraceStateTests.line($0) })
    state.handle(.lost(7))
    #expect(state.paths(rows: 2) == ["b", "c"])
    #expect(state.log.lost == 0)
    state.move(.up, rows: 2)
    #expect(state.paths(rows: 2) == ["a", "b"])
    state.move(.last, rows: 2)
    state.toggleOursOnly()
    #expect(state.paths(rows: 9) == ["a", "b", "c"])
    state.setPaused(false)
    #expect(state.paths(rows: 9) == ["c", "d", "e", "f"])
    #expect(state.log.lost == 7)
    state.take([TraceStateTests.line("g")])
    #expect(state.paths(rows: 9) == ["d", "e", "f", "g"])
  }

  @Test("what is lost is what the kernel counts, and no line says")
  func lost() {
    var state = state()
    #expect(state.log.lost == nil)
    state.handle(.opened(.own))
    #expect(state.log.lost == 0)
    state.take(["CPU:0 [LOST 18446744073709551615 EVENTS]\n", "CPU:1 [LOST 5 EVENTS]\n", "CPU:1 [LOST EVENTS]\n"])
    #expect(state.log.lost == 0)
    #expect(state.messages.count == 3)
    state.handle(.lost(.max))
    #expect(state.log.lost == .max)
    state.handle(.opened(.shared))
    #expect(state.log.lost == nil)
  }
}

extension TraceState {
  fileprivate mutating func take(_ lines: [String]) {
    handle(.bytes(lines.flatMap { Array($0.utf8) }))
  }

  fileprivate func paths(rows: Int) -> [String] {
    lines(rows: rows).map { String(decoding: $0.ownPath ?? [], as: UTF8.self) }
  }

  fileprivate var messages: [String] {
    lines(rows: .max).map { String(decoding: $0.message, as: UTF8.self) }
  }
}
