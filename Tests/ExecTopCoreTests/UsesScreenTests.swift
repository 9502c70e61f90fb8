import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// What the dashboard shows of processes.
@Suite("Screens of what processes use")
struct UsesScreenTests {
  private typealias Row = UsesSaid.Row

  /// Two seconds: what ran long, what is short and fails, what crashes.
  private static let before = UsesSaid(
    [Row(path: "/bin/long", running: 2, runningCPU: 1000), Row(path: "/bin/short", ended: 40, endings: [(0, 20, 2)])],
    others: [(.kernelThreads, 50)], busy: 1100)
  private static let after = UsesSaid(
    [
      Row(path: "/bin/long", ended: 83_450, running: 1, runningCPU: 598, endings: [(11 | 0x80, 1, 90_000)]),
      Row(
        path: "/bin/short", ended: 240, endings: [(0, 100, 2), (1 << 8, 17, 3), (9, 2, 1500)], majorFaults: 3,
        resident: 12 << 20),
    ], others: [(.kernelThreads, 140)], busy: 84_500)

  private func board(
    mode: Mode = .attempts, query: Query = Query(), rows: Int = 24, columns: Int = 80, capacity: Int? = nil
  ) -> Board {
    var board = Board(mode: mode, capacity: capacity, query: query, rows: rows, columns: columns)
    board.sample(["/bin/long": 1, "/bin/short": 20, "/no": 1], uses: Self.before)
    board.sample(["/bin/long": 1, "/bin/short": 120, "/no": 1], failures: [("/no", 2, 1)], uses: Self.after)
    return board
  }

  // MARK: Columns

  @Test("P sorts by CPU, the others by < and >, by a click and by the saved choice")
  func sorts() throws {
    var board = board(columns: 160)
    let listed = [
      Column.cpu: ["/bin/long", "/bin/short", "/no"], .time: ["/bin/long", "/bin/short", "/no"],
      .running: ["/bin/long", "/bin/short", "/no"], .exits: ["/bin/short", "/bin/long", "/no"],
    ]
    board.press(.text("P"))
    #expect(board.state.query.sort == .cpu && board.listed == listed[.cpu])
    #expect(board.lines[4].hasPrefix(" CPU%▼    TIME+  RUNS   RATE/S LAST MINUTE "))
    board.press(.text("<"))
    #expect(board.state.message == "there is no column to sort by further to the left")
    for column in [Column.time, .running] {
      board.press(.text(">"))
      #expect(board.state.query.sort == column && board.listed == listed[column])
    }
    for column in [Column.exits, .cpu, .running, .time] {
      let place = try #require(board.state.layout.places.first { $0.column == column })
      board.mouse(.press, row: 4, column: place.end - 1)
      #expect(board.state.query.sort == column && board.listed == listed[column])
      #expect(self.board(query: Query(sort: column)).listed == listed[column])
    }
  }

  @Test("figures are as top and htop write them")
  func cells() {
    let lines = board(query: Query(sort: .cpu), columns: 160).lines
    #expect(
      lines[5].hasPrefix(" 8,305  1:24.04     1      0.0 ") && lines[5].contains("        0       0       1      1.0 "))
    #expect(
      lines[6].hasPrefix("  20.0  0:00.24     0    100.0 ") && lines[6].contains("        0       0      19    100.0 "))
    #expect(lines[7].hasPrefix("   0.0  0:00.00     0      0.0 "))
  }

  @Test("a figure that is zero is faint, processes that ended with an error are failures")
  func styles() throws {
    let board = board(query: Query(sort: .cpu), columns: 160)
    func style(_ row: Int, _ column: Column) throws -> Style {
      let place = try #require(board.state.layout.places.first { $0.column == column })
      return board.grid[row: row][board.grid[row: row].startIndex + place.end - 1].style
    }
    for column in [Column.cpu, .time, .running] { #expect(try style(7, column) == .faint) }
    for column in [Column.cpu, .time] { #expect(try style(6, column) == .plain) }
    #expect(try [5, 6, 7].map { try style($0, .exits) } == [.failed, .failed, .faint])
  }

  @Test("what is not known comes last in order")
  func unknownLast() {
    var tally = Tally(began: 0, countsFromZero: true)
    var snapshots = Snapshots()
    tally.apply(snapshots.at(1, ["/a": 1], uses: UsesSaid([Row(path: "/a", ended: 5)])))
    #expect(Column.cpu.value(tally, tally.id("/a")) == .number(0.005))
    #expect(Value.unknown.rank > Value.number(0).rank && Value.number(0).rank > Value.number(0.005).rank)
    // A first sample of what was there before: of all of them nothing is known.
    tally = Tally(began: 0, countsFromZero: false)
    snapshots = Snapshots()
    tally.apply(snapshots.at(1, ["/a": 1], uses: UsesSaid([Row(path: "/a", ended: 5)])))
    #expect(Column.cpu.value(tally, tally.id("/a")) == .unknown)
    #expect(Column.cpu.text(.unknown, CellContext(of: tally, now: 1)) == "–")
  }

  @Test(
    "where nothing is known of processes their columns take no room, and P says why it does nothing",
    arguments: [Mode.light, .tutorial, .map])
  func unseen(mode: Mode) {
    var board = Board(["/a": 1], mode: mode, columns: 200)
    #expect(!board.lines[4].contains("CPU%") && !board.lines[4].contains("EXIT"))
    #expect(board.lines[4].hasPrefix(" RATE/S▼ LAST MINUTE"))
    board.press(.text("P"))
    #expect(board.state.query.sort == .rate)
    #expect(board.state.message == "what processes use is not seen in the mode \(mode.rawValue): nothing to sort by")
    board.press(.text("<"))
    #expect(board.state.query.sort == .rate)
    for sort in [Column.cpu, .time, .running, .exits] {
      #expect(Board(mode: mode, query: Query(sort: sort)).state.query.sort == .rate)
    }
    board.press(.enter)
    #expect(!board.grid.text.contains("cpu") && !board.grid.text.contains("ended"))
  }

  @Test("so it is where the kernel tells nothing of them")
  func notTold() {
    var board = Board(query: Query(sort: .cpu), columns: 120)
    #expect(board.state.query.sort == .cpu && board.lines[4].contains("CPU%▼"))
    board.sample(["/a": 1])
    #expect(board.state.query.sort == .rate && !board.lines[4].contains("CPU%"))
  }

  @Test("a directory has the sums")
  func directories() {
    var board = board(query: Query(sort: .cpu), columns: 160)
    board.press(.text("d"))
    #expect(
      board.lines[5].hasPrefix(" 8,325  1:24.28     1    100.0 ") && board.lines[5].contains("      20        – "))
    #expect(board.lines[6].hasSuffix("▸ bin/"))
  }

  // MARK: Outcomes

  @Test("o has a step for what ended with an error, where that is known")
  func outcome() {
    var board = board()
    var seen: [[String]] = []
    for _ in 1...4 {
      board.press(.text("o"))
      seen.append(board.listed)
    }
    #expect(
      seen == [
        ["/bin/short", "/bin/long"], ["/no"], ["/bin/short", "/bin/long"], ["/bin/short", "/bin/long", "/no"],
      ])
    board.press(.text("o"), .text("o"), .text("o"))
    #expect(board.lines[3].contains("show exit≠0"))
    #expect(Screen.render(board.state, glyphs: .ascii).text.contains("show exit>0"))
    board.type("/no")
    #expect(board.lines[5] == "no path that ended with an error begins with \"no\"; ~no finds it anywhere")
    var unknown = Board(["/a": 1])
    unknown.press(.text("o"), .text("o"), .text("o"))
    #expect(unknown.state.query.outcome == .all)
    var light = Board(["/a": 1], mode: .light)
    light.press(.text("o"))
    #expect(light.state.query.outcome == .succeeded)
    light.press(.text("o"))
    #expect(light.state.query.outcome == .all)
  }

  // MARK: The head

  @Test(
    "the head says where the CPU went, as far as there is room",
    arguments: [
      (40, "unattributed 0  ok  cpu 8340% of 200%"), (60, "unattributed 0  ok  cpu 8340% of 200%: programs 8325"),
      (80, "unattributed 0  ok  cpu 8340% of 200%: programs 8325, kernel 9.0, rest 6.2"),
      (100, "unattributed 0  every exec accounted for  cpu 8340% of 200%: programs 8325, kernel 9.0, rest 6.2"),
    ])
  func head(columns: Int, line: String) {
    #expect(board(columns: columns).lines[2] == line)
    #expect(board(columns: columns).state.layout.headerLines == 4)
  }

  @Test("execs without a row are said before the CPU; CPU time without a row is an alert", arguments: [80, 120])
  func headAlert(columns: Int) {
    var board = Board(capacity: nil, columns: columns)
    let totals = Totals(execs: 4, unattributed: [.unreadable: 2, .mapFull: 1])
    board.sample(["/a": 1], totals: totals, uses: UsesSaid([], busy: 0))
    board.sample(
      ["/a": 1], totals: totals,
      uses: UsesSaid([Row(path: "/a", ended: 500)], others: [(.withoutPath, 20), (.withoutSlot, 30)], busy: 700))
    let line = board.lines[2]
    let cpu =
      columns == 80
      ? "70% of 200%" : "70% of 200%: programs 50, no_path 2.0, no_slot 3.0"
    #expect(line == "unattributed 3  3 without a row: 2 unreadable, 1 map_full  cpu " + cpu)
    let place = line.distance(from: line.startIndex, to: line.firstRange(of: "cpu ")?.upperBound ?? line.startIndex)
    #expect(board.grid[row: 2][board.grid[row: 2].startIndex + place].style == .alert)
  }

  // MARK: Details

  @Test("the details have each status with what it means, and the CPU of ended and of running")
  func details() {
    var board = board(query: Query(sort: .exits), columns: 120)
    board.press(.enter)
    #expect(board.lines[1] == "/bin/short")
    #expect(board.lines[2].contains("  time 0:00.24  cpu 20.0%  running 0  exits 19"))
    #expect(board.lines.contains("CPU of ended 0:00.24  of running 0:00.00  most resident 12.0M  major faults 3"))
    #expect(
      board.lines.contains { $0.hasPrefix("ended 119  mean time 27 ms  p50 1.") && $0.hasSuffix("longest 1.5 s") })
    #expect(board.lines.contains("exit 0: 100 succeeded  exit 1: 17 an error  SIGKILL: 2 Killed"))
    let row = board.lines.firstIndex { $0.hasPrefix("exit 0:") } ?? 0
    #expect(Set(board.grid[row: row].map(\.style)).isSuperset(of: [.plain, .failed]))
    board.press(.down)
    #expect(board.lines.contains("CPU of ended 1:23.45  of running 0:00.59  most resident –  major faults 0"))
    #expect(board.lines.contains("SIGSEGV+core: 1 Segmentation fault, core dumped"))
    // What a part of it came before a reset is not told apart.
    board.press(.escape, .text("z"))
    board.sample(["/bin/long": 1, "/bin/short": 120, "/no": 1], uses: Self.after)
    board.press(.enter)
    #expect(board.lines.contains("CPU of ended –  of running 0:00.59  most resident –  major faults 0"))
    #expect(board.lines.contains("ended 0  mean time –  p50 –  p99 –  longest –"))
  }

  @Test("pause, filter and undo hold what processes used as they hold counts")
  func pause() {
    var board = board(query: Query(sort: .cpu))
    board.press(.text("p"))
    board.sample(["/bin/long": 1, "/bin/short": 120, "/no": 1], uses: Self.after)
    #expect(board.lines[5].hasPrefix(" 8,305  1:24.04"))
    board.press(.text("p"))
    #expect(board.lines[6].hasPrefix("   0.0  1:24.04"))
    board.press(.text("z"))
    board.sample(["/bin/long": 1, "/bin/short": 120, "/no": 1], uses: Self.after)
    #expect(board.lines[5].hasPrefix("   0.0  0:00.00") && board.listed == ["/bin/long"])
    board.press(.text("u"))
    #expect(board.lines[6].hasPrefix("   0.0  1:24.04"))
    board.type("/sh")
    #expect(board.listed == ["/bin/short"])
    #expect(board.lines[2].contains("programs 0.0"))
  }

  @Test("at 80x24 all errors are seen beside all that there is")
  func errorsVisible() {
    var board = Board(query: Query(sort: .failed))
    let errors: [(String, Int32, UInt64)] = [2, 13, 8, 40].map { ("/a", $0, 1) }
    let endings: [(status: Int32, count: UInt64, wall: Double)] = (0...40).map { ($0 << 8, 1, Double($0)) }
    board.sample(
      ["/a": 99], failures: errors,
      uses: UsesSaid([Row(path: "/a", ended: 9, running: 1, runningCPU: 9, endings: endings)]))
    board.press(.enter)
    for name in ["ENOENT 1", "EACCES 1", "ENOEXEC 1", "ELOOP 1"] {
      #expect(board.lines.contains { $0.hasPrefix(name) })
    }
    #expect(board.lines.contains { $0.hasPrefix("and ") && $0.hasSuffix(" other ways in which they ended") })
    #expect(board.lines.contains { $0.contains("last minute") && $0.contains("how long each of 41 took") })
  }

  @Test(
    "the chart has a bar where there are processes, and labels where their times begin",
    arguments: [(80, 31), (160, 63), (200, 79)])
  func chart(columns: Int, width: Int) throws {
    var board = Board(columns: columns)
    board.sample(["/a": 9], uses: UsesSaid([Row(path: "/a", endings: [(0, 8, 0.9), (0, 4, 100), (0, 1, 11_000)])]))
    board.press(.enter)
    let title = try #require(board.lines.firstIndex { $0.contains("how long each of 13 took") })
    let start = columns - width
    let rows = (title + 1...title + 9).map { Array(board.lines[$0].dropFirst(start)) }
    let axis = String(rows[8])
    #expect(axis.hasPrefix("1 ms") && axis.contains("0.1 s") && axis.contains("10 s"))
    // The highest one is as high as there is room for, the others are in its measure.
    #expect(rows[0].first == "█")
    for label in ["1 ms", "0.1 s", "10 s"] {
      let range = try #require(axis.firstRange(of: label))
      #expect(rows[7][axis.distance(from: axis.startIndex, to: range.lowerBound)] != " ")
    }
    #expect(rows[7].filter { $0 != " " }.count <= 3 * max(1, width / 48) + 3)
  }

  @Test("the chart of a few buckets is as wide as the room, whatever they are", arguments: [0, 3, 30, 62, 63])
  func narrowChart(number: Int) {
    var board = Board(columns: 100)
    var buckets = [UInt64](repeating: 0, count: WallBucket.count)
    buckets[number] = 5
    var canvas = Canvas(size: Size(rows: 12, columns: 100), glyphs: .utf8)
    for width in 1...100 {
      WallChart.draw(WallTimes(buckets: buckets, sum: 5, longest: nil)!, rows: 0..<12, columns: 0..<width, on: &canvas)
      expectConsistent(canvas.grid, glyphs: .utf8)
    }
    #expect(canvas.grid.text.contains("how long each of 5 took"))
    board.resize(rows: 24, columns: 40)
  }

  @Test("at every size all cells print and stand where a terminal shows them", arguments: [Glyphs.utf8, .ascii])
  func everySize(glyphs: Glyphs) {
    for view in 0..<3 {
      var board = board(query: Query(sort: .exits))
      if view == 1 { board.press(.enter) }
      if view == 2 { board.press(.text("d"), .text("o"), .text("o"), .text("o")) }
      for columns in [1, 19, 20, 33, 53, 71, 72, 80, 107, 130, 200] {
        for rows in [1, 5, 8, 12, 14, 16, 18, 20, 24, 40] {
          board.resize(rows: rows, columns: columns)
          expectConsistent(Screen.render(board.state, glyphs: glyphs), glyphs: glyphs)
        }
      }
    }
  }

  @Test("each frame is what it would be as the first one")
  func frames() {
    var screen = Screen(glyphs: .utf8)
    var board = board(query: Query(sort: .cpu), columns: 160)
    _ = screen.render(board.state)
    for second in 1...5 {
      var uses = Self.after
      uses.rows[1].ended += UInt64(second * 100)
      uses.rows[0].running = UInt64(second % 2)
      board.sample(["/bin/long": 1, "/bin/short": 120, "/no": 1], uses: uses)
      #expect(screen.render(board.state) == board.grid)
    }
  }

  // MARK: Numbers

  @Test("figures of any size keep to their columns and trap nothing")
  func extreme() {
    var board = Board(query: Query(sort: .cpu), columns: 160)
    let most = UInt64.max / 2_000_000
    let row = Row(
      path: "/a", ended: most, running: .max, runningCPU: most,
      endings: [(9, most / 2, 1), (0, most / 2, 1), (15, .max, -1)],
      majorFaults: .max, resident: .max)
    for _ in 1...3 {
      board.sample(["/a": 1, "/a/b": 1], uses: UsesSaid([row, Row(path: "/a/b", running: .max)], busy: most))
      board.press(.text("d"), .text("d"), .enter)
      #expect(!board.lines.isEmpty)
      board.press(.escape)
    }
    #expect(board.lines[5].hasSuffix("/a"))
    var decisions = Decisions()
    let record = Record(
      time: WallTime(milliseconds: 0), mode: .attempts, tally: board.state.tally, query: Query(), decisions: &decisions,
      limit: nil, isUnicode: true)
    #expect(!record.json.isEmpty && !record.csv.isEmpty && !record.text.isEmpty)
  }
}
