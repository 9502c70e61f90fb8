import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText

/// What the details show of single execs.
@Suite("Screens of single execs")
struct ExecsPaneTests {
  private func board(columns: Int = 120, rows: Int = 20) -> Board {
    var board = Board(rows: rows, columns: columns)
    board.sample(["/bin/sh": 3, "/bin/make": 1], uses: UsesSaid([UsesSaid.Row(path: "/bin/sh", running: 1)]))
    board.type("//bin/sh")
    board.press(.enter)
    return board
  }

  private func event(
    _ what: ExecEvent.What, process: Int32, at time: Seconds, _ arguments: [String] = [], isCut: Bool = false
  ) -> ExecEvent {
    var event = ExecEvent(
      what, of: ExecEvent.ProcessKey(id: process, start: 7), at: time, launch: 99, user: 1000)
    event.path = Path("/bin/sh")
    event.arguments = ExecEvent.Arguments(arguments.map { Array($0.utf8) }, isCut: isCut)
    event.directory = ExecEvent.Directory(Array("/srv".utf8), isCut: false)
    return event
  }

  private var told: ExecEvents {
    ExecEvents(
      [
        event(.ran, process: 41, at: 1.1, ["sh", "-c", "curl -s http://a | jq ."]),
        event(.ended(ExitStatus(word: 7 << 8)), process: 41, at: 1.35),
        event(.failed(13), process: 42, at: 1.4, ["sh", "\u{1b}[31mx", "", "a b"]),
        event(.ran, process: 43, at: 1.5, ["sh", "/opt/backup.sh"], isCut: true),
      ], lost: 12)
  }

  @Test("the page of a path asks to be told of its execs, another page of none, and the table of none")
  func watching() {
    var board = board()
    #expect(board.state.handle(.key(.enter)) == [.watch(Path("/bin/sh"))])
    #expect(board.state.handle(.key(.text("?"))) == [.watch(nil)])
    #expect(board.state.execLog == nil)
  }

  @Test("while the screen is paused it shows no exec that has come since, and all of them afterwards")
  func paused() {
    var board = board()
    board.press(.enter)
    board.press(.text("p"))
    let before = board.lines
    _ = board.state.handle(.execs(told))
    #expect(board.lines == before && board.state.execLog?.execs.isEmpty == true)
    board.press(.text("p"))
    #expect(board.state.execLog?.execs.count == 3)
  }

  @Test(
    "e shows each exec, the latest first, and what the program was told to run; no byte reaches the screen as it is")
  func execs() {
    var board = board()
    board.press(.enter)
    _ = board.state.handle(.execs(told))
    board.press(.text("e"))
    let text = board.lines.joined(separator: "\n")
    #expect(text.contains("12 execs and ends came too fast to be told"))
    #expect(text.contains("        1  /opt/backup.sh"))
    #expect(text.contains("        1  'curl -s http://a'…"))
    let rows = board.lines.filter { $0.contains("1000") }
    #expect(rows.count == 3)
    #expect(rows[0].contains("43      runs") && rows[0].hasSuffix("/opt/backup.sh…"))
    #expect(rows[1].contains("42      EACCES") && rows[1].hasSuffix("\\x1b[31mx '' 'a b'"))
    #expect(rows[2].contains("41      7        250 ms") && rows[2].hasSuffix("-c 'curl -s http://a | jq .'"))
    #expect(!text.unicodeScalars.contains("\u{1b}"))
    board.press(.text("e"))
    #expect(board.lines.contains { $0.hasPrefix("told to run 1 ") })
  }

  @Test("it fits any terminal", arguments: [20, 40, 60, 80, 100, 200])
  func sizes(columns: Int) {
    for rows in 5...14 {
      var board = board(columns: columns, rows: rows)
      board.press(.enter)
      _ = board.state.handle(.execs(told))
      board.press(.text("e"))
      #expect(board.lines.count == rows)
    }
  }
}
