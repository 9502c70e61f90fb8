import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// Paths that try what a screen can bear.
private let hostile: KeyValuePairs<String, UInt64> = [
  "/tmp/\u{1b}[31m\u{7}evil\n\u{202e}gpj": 7,
  "/srv/通知/サムネイル作成スクリプト/非常に長い名前のプログラム.sh": 6,
  "/opt/re\u{301}sume\u{301}": 5,
  "\u{301}": 4,
  "": 3,
  "/usr/libexec/a/very/long/path/that/goes/on/and/on/and/on/and/on/and/does/not/fit/into/any/of/the/rows/program": 2,
  "🦊": 1,
]

extension Board {
  /// A workload with failures over two seconds.
  fileprivate static func busy(
    mode: Mode = .attempts, query: Query = Query(), rows: Int = 24, columns: Int = 80
  ) -> Board {
    var board = Board(mode: mode, query: query, rows: rows, columns: columns)
    board.sample(
      ["/usr/bin/git": 40, "/bin/sh": 1200, "/usr/local/bin/python3": 3], failures: [("/usr/local/bin/python3", 2, 3)])
    board.sample(
      ["/usr/bin/git": 50, "/bin/sh": 1234, "/usr/local/bin/python3": 3, "/srv/www/hooks/通知": 2],
      failures: [("/usr/local/bin/python3", 2, 3)],
      totals: Totals(execs: 1290, failed: 4, unattributed: [.unreadable: 1]))
    return board
  }
}

/// What stands at the end of a prompt of 80 columns, behind so many cells.
private func hint(_ used: Int) -> String { String(repeating: " ", count: 57 - used) + "Enter apply  Esc cancel" }

@Suite("Screen")
struct ScreenTests {
  @Test("some paths, one of them selected")
  func busy() {
    var board = Board.busy(rows: 10)
    board.press(.down)
    #expect(
      board.grid.text == """
        exectop  every 1s  counting for 2s
        execs 1,290  rate 47.0/s  failed 4  paths 4  map 0%  peak 1,243.0/s
        unattributed 1  1 without a row: 1 unreadable
        sort rate  show all  filter none
         RATE/S▼ LAST MINUTE      COUNT   FAILED  LAST  PATH                    1–4 of 4
            34.0            █     1,234        0   now  /bin/sh
            10.0            █        50        0   now  /usr/bin/git
             2.0            █         2        0   now  /srv/www/hooks/通知
             0.0            █         3        3    1s  /usr/local/bin/python3
        ? help  <> sort  / filter  p pause  z reset  Enter open  v view  t trace  q quit
        """)
  }

  @Test("a wide screen of the demo, paused, with more paths than fit")
  func demo() {
    let demo = Demo(began: 0, seed: 1)
    var board = Board(mode: .demo, query: Query(sort: .count), rows: 14, columns: 120)
    for time in 1...20 { _ = board.state.handle(.snapshot(demo.sample(at: Double(time)))) }
    board.press(.text("p"), .end)
    #expect(
      board.grid.text == """
        exectop   DEMO   every 1s  counting for 20s                                                                      PAUSED
        execs 1,647  rate 109.0/s  failed 108  paths 38  map 0%  peak 109.0/s                                            ▄▃▃▅▆▇█
        unattributed 0  every exec accounted for  cpu 164% of 400%: programs 163, kernel 1.4, rest -0.1                  ███████
        sort count  show all  filter none
          CPU%    TIME+  RUNS   RATE/S LAST MINUTE     COUNT▼   FAILED   AVOID  EXIT≠0  LAST  PATH                   31–38 of 38
           0.0  0:00.00     0      0.0         █            1        0       0       0   19s  /usr/bin/jq
           0.0  0:00.00     0      0.0         █            1        1       0       0   19s  /home/anna/bin/backup.sh
           0.0  0:04.09     0      0.0         █            1        0       0       0   19s  /usr/bin/rsync
           0.0  0:00.00     0      0.0         █            1        1       0       0   19s  /tmp/evil\\x1b[31m\\xe2\\x80\\xaename
           0.2  0:00.03     1      0.0                      0        0       0       0     –  /usr/lib/systemd/systemd
           0.1  0:00.01     3      0.0                      0        0       0       0     –  /usr/sbin/sshd
           1.2  0:00.24     5      0.0                      0        0       0       0     –  /usr/sbin/nginx
           6.5  0:01.18     9      0.0                      0        0       0       0     –  /usr/lib/po…gresql/17/bin/postgres
        ? help  <> sort  / filter  p pause  z reset  Enter open  v view  t trace  q quit
        """)
  }

  // MARK: Single lines

  @Test(
    "the first line says what is counted",
    arguments: [
      (.attempts, "exectop  every 1s  counting for 2s"),
      (.light, "exectop  light: failures not seen  every 1s  counting for 2s"),
      (.map, "exectop  map  every 1s  counting for 2s"), (.demo, "exectop   DEMO   every 1s  counting for 2s"),
    ] as [(Mode, String)])
  func title(mode: Mode, line: String) {
    #expect(Board.busy(mode: mode).lines[0] == line)
  }

  @Test("what is not known is a dash")
  func unknown() {
    var board = Board(mode: .map, capacity: nil, query: Query(sort: .count))
    board.sample(
      ["/a": 5],
      totals: Totals(execs: 5, failed: nil, unattributed: .unknown))
    board.sample(
      ["/a": 3],
      totals: Totals(execs: 3, failed: nil, unattributed: .unknown))
    #expect(board.lines[1] == "execs 3  rate –/s  failed –  paths 1  peak 5.0/s")
    #expect(board.lines[2] == "unattributed –  what the map's owner missed is not known")
    #expect(board.lines[5] == "       –            █         3        –    1s  /a")
  }

  @Test("huge numbers keep to their columns")
  func huge() {
    var board = Board(query: Query(sort: .count), columns: 70)
    board.sample(["/a": 0])
    board.sample(["/a": 12_345_678_901_234], failures: [("/a", 2, 1_000_000_000)])
    #expect(
      board.lines[5] == " 12,345G   12,345G   1,000M   now  /a")
  }

  @Test(
    "columns come in the order of their use as a terminal gets wider, the sorted one first",
    arguments: [
      (
        .rate,
        [
          (20, "RATE/S▼"), (25, "RATE/S▼"), (26, "CPU% RATE/S▼"), (36, "CPU% RATE/S▼ COUNT"),
          (45, "CPU% RATE/S▼ COUNT FAILED"), (54, "CPU% TIME+ RATE/S▼ COUNT FAILED"),
          (80, "CPU% TIME+ RATE/S▼ COUNT FAILED LAST"), (86, "CPU% TIME+ RUNS RATE/S▼ COUNT FAILED LAST"),
          (94, "CPU% TIME+ RUNS RATE/S▼ COUNT FAILED EXIT≠0 LAST"),
          (107, "CPU% TIME+ RUNS RATE/S▼ LAST MINUTE COUNT FAILED EXIT≠0 LAST"),
        ]
      ),
      (.last, [(20, "LAST▼"), (25, "RATE/S LAST▼"), (42, "CPU% RATE/S COUNT LAST▼")]),
      (.count, [(20, "COUNT▼"), (29, "RATE/S COUNT▼"), (36, "CPU% RATE/S COUNT▼")]),
      (.exits, [(20, "EXIT≠0▼"), (36, "CPU% RATE/S EXIT≠0▼")]),
    ] as [(Column, [(Int, String)])])
  func columns(sort: Column, widths: [(Int, String)]) {
    for (width, names) in widths {
      let line = Board(query: Query(sort: sort), rows: 5, columns: width).lines[1]
      #expect(line.split(separator: " ").joined(separator: " ") == names + " PATH", "\(width) columns")
    }
  }

  @Test(
    "the mark points down where the greatest comes first",
    arguments: [
      (.count, false, "COUNT▼"), (.count, true, "COUNT▲"), (.path, false, "PATH▲"), (.path, true, "PATH▼"),
    ] as [(Column, Bool, String)])
  func sortMark(sort: Column, isInverted: Bool, name: String) {
    let line = Board(query: Query(sort: sort, isInverted: isInverted)).lines[4]
    #expect(line.split(separator: " ").contains { $0 == name })
  }

  @Test(
    "an empty table says why",
    arguments: [
      ("", "no execs yet", false), ("/nowhere", "no execs yet", false),
      ("ake", "no path begins with \"ake\"; ~ake finds it anywhere; Esc clears", true),
      ("a+", "no path begins with \"a+\"; Esc clears", true), ("!/", "every path begins with \"/\"; Esc clears", true),
      ("~ake$", "no path matches ~ake$; Esc clears", true),
      ("\u{1b}[31m", "no path begins with \"\\x1b[31m\"; Esc clears", true),
    ])
  func emptyTable(filter: String, text: String, hasRows: Bool) throws {
    let query = Query(filter: filter.isEmpty ? nil : try Filter(filter))
    var board = Board(query: query)
    if hasRows { board.sample(["/a": 1]) }
    #expect(board.lines[5] == text)
  }

  @Test("the filter is shown as it would be anywhere: escaped, in its width, cut where it has no room")
  func filterShown() throws {
    for (filter, columns, line) in [
      ("\u{1b}[31m", 80, "sort rate  show all  filter \\x1b[31m"), ("通知", 80, "sort rate  show all  filter 通知"),
      ("/usr/libexec/program", 40, "sort rate  show all  filter /us…/program"),
    ] {
      let board = Board(query: Query(filter: try Filter(filter)), columns: columns)
      #expect(board.lines[3] == line)
      expectConsistent(board.grid, glyphs: .utf8)
    }
  }

  @Test(
    "what must not be overlooked stands beside PAUSED at any width",
    arguments: [
      (.attempts, 20, "exectop      PAUSED"), (.demo, 20, " DEMO        PAUSED"), (.light, 20, "light        PAUSED"),
      (.demo, 28, "exectop   DEMO       PAUSED"), (.demo, 40, "exectop   DEMO   every 1s        PAUSED"),
    ] as [(Mode, Int, String)])
  func pausedNarrow(mode: Mode, width: Int, line: String) {
    var board = Board.busy(mode: mode, columns: width)
    board.press(.text("p"))
    #expect(board.lines[0] == line)
  }

  @Test(
    "execs that are lost or have no row are said at any size",
    arguments: [
      (20, 24, 0, 2, "unattributed 0  ok"), (20, 24, 0, 0, "unattributed 0  LOST"),
      (24, 24, 0, 0, "unattributed 0  7 LOST"), (20, 24, 1_234_567, 0, "unattributed 1.2M"),
      (20, 5, 0, 0, "exectop  7 LOST"),
      (80, 5, 3, 0, "exectop  3 without a row: 3 map_full  every 1s  counting for 1s"),
      (80, 24, 0, 0, "unattributed 0  7 without a row: 7 LOST"),
    ] as [(Int, Int, UInt64, UInt64, String)])
  func auditAnywhere(width: Int, height: Int, unattributed: UInt64, good: UInt64, line: String) {
    var board = Board(rows: height, columns: width)
    let lost: UInt64 = good > 0 || unattributed > 0 ? 0 : 7
    board.sample(
      ["/a": 5],
      totals: Totals(
        execs: 5 + unattributed + lost, failed: 0, unattributed: [.mapFull: unattributed], unaccounted: lost)
    )
    #expect(board.lines[height == 5 ? 0 : 2] == line)
    if good == 0 { #expect(board.grid[row: height == 5 ? 0 : 2].contains { $0.style == .alert }) }
  }

  @Test("the first total is shortened rather than cut")
  func hugeTotal() {
    var board = Board(columns: 20)
    board.sample(["/a": 12_345_678_901_234_567])
    #expect(board.lines[1] == "execs 12,345T")
  }

  @Test("a path that fills its key has a mark behind it")
  func cutPath() {
    let path = "/" + String(repeating: "a", count: 254)
    #expect(Board([path: 1], columns: 80).lines[5].hasSuffix("aaa…"))
    #expect(Board([path: 1], columns: 400).lines[5].hasSuffix(path + "…"))
    #expect(Board([String(path.dropLast()): 1], columns: 400).lines[5].hasSuffix("/" + path.dropFirst(2)))
  }

  @Test("the selected row is selected from edge to edge, and no other is")
  func selectedRow() {
    var board = Board(hostile, query: Query(sort: .count))
    board.press(.home, .down)
    for row in 0..<24 {
      let styles = board.grid[row: row].map(\.style)
      #expect(styles.allSatisfy { $0 == .selected || $0 == .selectedGraph } == (row == 6))
    }
  }

  @Test(
    "failed execs and escaped bytes have styles of their own",
    arguments: [("/a", Style.failed), ("/\u{1b}", .escaped)])
  func styles(path: String, style: Style) {
    var board = Board()
    board.sample([path: 2], failures: path == "/a" ? [(path, 13, 2)] : [])
    #expect(Set(board.grid[row: 5].map(\.style)).contains(style))
    #expect(!Set(Board(["/b": 2]).grid[row: 5].map(\.style)).contains(style))
  }

  @Test(
    "the prompt shows what is typed, with the cursor in its place",
    arguments: [
      ("", 80, "filter:" + hint(7), 8),
      ("/usr", 80, "filter: /usr" + hint(12), 12),
      ("通e\u{301}", 80, "filter: 通e\u{301}" + hint(11), 11),
      ("~(", 80, "filter: ~(  missing closing parenthesis, after 2 characters           Esc cancel", 10),
      // What is typed is the user's own: a backslash stays one.
      ("~\\x1b$", 80, "filter: ~\\x1b$" + hint(14), 14),
      ("a\u{200b}b", 80, "filter: a\\xe2\\x80\\x8bb" + hint(22), 22),
      ("\u{301}a", 80, "filter: \\xcc\\x81a" + hint(17), 17),

      ("~(", 20, "filter: ~(", 10),
      ("abcdefghijklmnop", 20, "filter: fghijklmnop", 19),
    ])
  func prompt(text: String, columns: Int, line: String, cursor: Int) {
    var board = Board(["/a": 1], columns: columns)
    board.type("/" + text)
    #expect(board.lines[23] == line)
    #expect(board.grid.cursor == Position(row: 23, column: cursor))
  }

  @Test("a text as long as it may become says so, until another key")
  func fullPrompt() {
    var board = Board(["/a": 1], columns: 1100)
    let end = "   Enter apply  Esc cancel"
    board.type("/" + String(repeating: "a", count: 1024))
    #expect(board.lines[23].hasSuffix(end))
    board.type("a")
    #expect(board.lines[23].contains("a  no more than 1,024 bytes  "))
    #expect(board.state.query.filter?.text.count == 1024)
    board.press(.left)
    #expect(board.lines[23].hasSuffix(end))
  }

  @Test("the cursor goes back through the prompt")
  func promptCursor() {
    var board = Board(["/a": 1], columns: 20)
    board.type("/abcdefghijklmnop")
    board.press(.home, .right)
    #expect(board.lines[23] == "filter: abcdefghijkl")
    #expect(board.grid.cursor == Position(row: 23, column: 9))
  }

  @Test("a message stands where the keys are, until the next key")
  func message() {
    var board = Board(["/a": 1])
    board.press(.text("u"))
    #expect(board.lines[23] == "no reset to undo")
    board.press(.down)
    #expect(board.lines[23].hasPrefix("? help"))
  }

  @Test("a terminal that is too small says what it needs", arguments: [(4, 80), (24, 19), (4, 19)])
  func tooSmall(rows: Int, columns: Int) {
    let lines = Board(["/a": 1], rows: rows, columns: columns).lines
    #expect(lines[0] == "too small")
    #expect(lines[1] == "need 20x5")
    #expect(lines.dropFirst(2).allSatisfy { $0.isEmpty })
  }

  // MARK: Every size

  /// States that draw all there is to draw.
  enum Scene: CaseIterable {
    case empty, hostile, paused, help, prompt, wrongPrompt, filtered

    fileprivate var board: Board {
      var board = self == .empty ? Board() : Board(ExecTopCoreTests.hostile, mode: .demo)
      board.press(.end)
      switch self {
      case .empty, .hostile: break
      case .paused: board.press(.text("p"), .text("u"))
      case .help: board.press(.text("?"), .pageDown)
      case .prompt:
        board.type("/通知e\u{301}\u{1b}/a long text that scrolls out of the prompt on a terminal of this size")
      case .wrongPrompt: board.type("/~(")
      case .filtered:
        board.type("/!通知\u{1b}[31m\u{301}")
        board.press(.enter)
      }
      return board
    }
  }

  @Test("at every size all cells print and stand where a terminal shows them", arguments: Scene.allCases)
  func everySize(scene: Scene) {
    expectConsistentScreens(scene, widths: 1...130, heights: [2, 5, 8], glyphs: .utf8)
    expectConsistentScreens(scene, widths: [1, 19, 20, 53, 130], heights: Array(1...16) + [24, 60], glyphs: .utf8)
  }

  @Test("so they do where only ASCII is shown", arguments: Scene.allCases)
  func everySizeInASCII(scene: Scene) {
    expectConsistentScreens(scene, widths: [1, 19, 20, 53, 80, 130], heights: [1, 5, 8, 24], glyphs: .ascii)
  }

  private func expectConsistentScreens(
    _ scene: Scene, widths: some Sequence<Int>, heights: some Sequence<Int>, glyphs: Glyphs
  ) {
    var board = scene.board
    for columns in widths {
      for rows in heights {
        board.resize(rows: rows, columns: columns)
        expectConsistent(Screen.render(board.state, glyphs: glyphs), glyphs: glyphs)
      }
    }
  }

  @Test(
    "each frame is what it would be as the first one, whatever came before it", arguments: 1...4 as ClosedRange<UInt64>
  )
  func everyFrame(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var screen = Screen(glyphs: .utf8)
    var board = Board(ExecTopCoreTests.hostile, rows: 12, columns: 150)
    let keys: [Key] = [
      .text("c"), .text("r"), .text("n"), .text("i"), .text("o"), .text("p"), .text("z"), .text("u"), .text("d"),
      .text("t"), .text("?"), .text("/"), .text("a"), .enter, .escape, .tab, .up, .down, .pageDown, .end, .home, .right,
    ]
    var counts: [UInt64] = [1, 1, 1, 1]
    for _ in 0..<150 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        counts[Int.random(in: 0..<4, using: &random)] += UInt64.random(in: 0...2, using: &random)
        board.sample(
          ["/bin/a": counts[0], "/通知/e\u{301}": counts[1], "/bin/\u{1b}[31m": counts[2], "/usr/a": counts[3]],
          failures: [("/bin/a", 2, counts[0] / 2)])
      case 1:
        let sizes = [(12, 150), (24, 80), (5, 20), (3, 10), (40, 200)]
        let size = sizes.randomElement(using: &random) ?? (12, 150)
        board.resize(rows: size.0, columns: size.1)
      case 2:
        _ = board.state.handle(.trace(.bytes(Array("a line\n".utf8))))
      default: board.press(keys.randomElement(using: &random) ?? .enter)
      }
      #expect(screen.render(board.state) == board.grid)
    }
  }
}
