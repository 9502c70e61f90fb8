import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText

/// The views by launch, user and unit.
@Suite("Views of launches")
struct LaunchViewTests {
  private static let launches = [
    LaunchSaid("/init /cron /sh /gzip", user: 1000, group: 2, execs: 8, cpu: 900),
    LaunchSaid("/init /cron /sh", user: 1000, group: 2, execs: 4, failed: 1),
    LaunchSaid("/init /nginx /hook", user: 33, group: 3, execs: 3, errors: 2, running: 1),
    LaunchSaid("/init /nginx", group: 3, execs: 1), LaunchSaid("/lone", user: 77, group: 99, execs: 2),
  ]

  private func board(_ keys: Key..., rows: Int = 24, columns: Int = 100) -> Board {
    var board = Board(query: Query(sort: .count), rows: rows, columns: columns)
    board.sample(launches: Self.launches, at: 1)
    for key in keys { board.press(key) }
    return board
  }

  private func grown(_ factor: UInt64) -> [LaunchSaid] {
    Self.launches.map {
      var said = $0
      said.execs *= factor
      return said
    }
  }

  @Test("v goes through the views and back; the head says in which one")
  func views() {
    var board = board()
    #expect(board.lines[3].hasPrefix("sort count") && board.lines[4].contains(" PATH "))
    for (view, title) in [("launches", "LAUNCH"), ("user", "USER"), ("unit", "UNIT")] {
      board.press(.text("v"))
      #expect(board.lines[3].hasPrefix("view \(view)  sort count"))
      #expect(board.lines[4].contains(" \(title) ") && !board.lines[4].contains("PATH"))
    }
    board.press(.text("v"))
    #expect(board.lines[3].hasPrefix("sort count") && board.state.query.view == .path)
  }

  @Test("where no control group is known, every unit is unknown, and the head says why")
  func withoutGroups() {
    func board(knowsGroups: Bool) -> Board {
      var board = Board(rows: 24, columns: 120)
      board.snapshots.ledger = Ledger(knowsGroups: knowsGroups)
      board.sample(launches: Self.launches, at: 1)
      board.press(.text("v"), .text("v"))
      #expect(!board.lines[3].contains("units"))
      board.press(.text("v"))
      return board
    }
    let reason = "units unknown: no cgroup v2 hierarchy is mounted"
    #expect(board(knowsGroups: false).listed == ["–"] && board(knowsGroups: false).lines[3].contains(reason))
    #expect(board(knowsGroups: true).listed.count == 3 && !board(knowsGroups: true).lines[3].contains("units"))
  }

  @Test("a launch has the sums of all below it, and stands among the others of its launcher by them")
  func tree() {
    let board = board(.text("v"))
    #expect(board.indented == ["/init", "  /cron", "    /sh", "      /gzip", "  /nginx", "    /hook", "/lone"])
    #expect(board.figures(of: .count) == [17, 13, 13, 8, 4, 3, 2])
    #expect(board.figures(of: .failed) == [1, 1, 1, 0, 0, 0, 0])
    #expect(board.figures(of: .exits) == [2, 0, 0, 0, 2, 2, 0])
    #expect(board.figures(of: .running) == [1, 0, 0, 0, 1, 1, 0])
    #expect(
      board.figures(of: .rate) == [17, 13, 13, 8, 4, 3, 2]
        && board.figures(of: .peak) == [nil, nil, nil, nil, nil, nil, nil])
    #expect(board.lines[5].hasSuffix(" ▾ /init") && board.lines[8].hasSuffix("         /gzip"))
  }

  @Test(
    "siblings stand as the sort column says, inverted just the other way",
    arguments: [
      (Key.text("n"), false, ["/init", "/cron", "/nginx", "/lone"]),
      (.text("n"), true, ["/lone", "/init", "/nginx", "/cron"]),
      (.text("P"), false, ["/init", "/cron", "/nginx", "/lone"]),
      (.text("x"), true, ["/lone", "/init", "/nginx", "/cron"]),
    ] as [(Key, Bool, [String])])
  func order(key: Key, isInverted: Bool, roots: [String]) {
    var board = board(.text("v"), key)
    if isInverted { board.press(.text("i")) }
    let listed = zip(board.listed, board.indented).filter { !$1.hasPrefix("    ") }.map(\.0)
    #expect(listed == roots)
  }

  @Test("← closes a launch, → opens it; ← on what is closed or has nothing below goes to its launcher")
  func fold() {
    var board = board(.text("v"), .down, .down, .down)
    #expect(board.selected == "/sh")
    board.press(.left)
    #expect(board.indented == ["/init", "  /cron", "    /sh", "  /nginx", "    /hook", "/lone"])
    #expect(board.lines[7].hasSuffix("     ▸ /sh") && board.figures(of: .count)[2] == 13)
    board.press(.left)
    #expect(board.selected == "/cron")
    board.press(.left, .left)
    #expect(
      board.selected == "/init"
        && board.listed == ["/init", "/cron", "/nginx", "/hook", "/lone"])
    board.press(.left, .left)
    #expect(board.listed == ["/init", "/lone"])
    #expect(board.lines[23] == "nothing stands above this launch")
    // What was closed below it stays closed.
    board.press(.right)
    #expect(board.listed == ["/init", "/cron", "/nginx", "/hook", "/lone"] && board.selected == "/init")
    board.press(.down, .right, .down, .right, .down, .right)
    #expect(board.selected == "/gzip" && board.lines[23] == "nothing stands below this launch")
  }

  @Test("what is closed and what is selected stays so through samples, new launches, pause, reset and undo")
  func stable() {
    var board = board(.text("v"), .down, .down, .down, .left)
    let folded = ["/init", "/cron", "/sh", "/nginx", "/hook", "/lone"]
    board.sample(launches: [LaunchSaid("/first /new", execs: 50)] + grown(2), at: 2)
    #expect(board.listed == ["/first", "/new"] + folded)
    #expect(board.selected == "/sh")
    board.press(.text("p"))
    board.sample(launches: [LaunchSaid("/first /new", execs: 50)] + grown(9), at: 3)
    #expect(
      board.selected == "/sh" && board.listed.count == 8
        && board.figures(of: .count)[board.state.selectedRow ?? 0] == 25)
    board.press(.text("p"))
    #expect(board.figures(of: .count)[board.state.selectedRow ?? 0] == 109)
    board.press(.text("z"))
    board.sample(launches: [LaunchSaid("/first /new", execs: 50)] + grown(9), at: 4)
    // Only what runs now has a row.
    #expect(board.listed == ["/init", "/nginx", "/hook"])
    board.sample(launches: [LaunchSaid("/first /new", execs: 50)] + grown(10), at: 5)
    #expect(board.listed == folded && board.selected == "/sh")
    #expect(board.figures(of: .count) == [16, 12, 12, 4, 3, 2])
    board.press(.text("u"))
    #expect(board.listed.count == 8 && board.selected == "/sh")
    #expect(board.figures(of: .count)[board.state.selectedRow ?? 0] == 121)
  }

  @Test("a filter shows what it chooses and the way to that, with the figures of what it chooses")
  func filtered() {
    var board = board(.text("v"))
    board.type("/gzip")
    #expect(board.indented == ["/init", "  /cron", "    /sh", "      /gzip"])
    #expect(board.figures(of: .count) == [8, 8, 8, 8])
    board.press(.escape)
    board.type("/by:nginx")
    #expect(board.indented == ["/init", "  /nginx", "    /hook"] && board.figures(of: .count) == [3, 3, 3])
    board.press(.escape, .text("o"), .text("o"))
    #expect(board.indented == ["/init", "  /cron", "    /sh"])
    board.press(.text("o"))
    #expect(board.indented == ["/init", "  /nginx", "    /hook"])
    board.type("/nothing")
    #expect(board.lines[5] == "no launch that ended with an error matches nothing")
  }

  @Test("users stand by name, or by number without one; what is not known, and the kernel's threads, by themselves")
  func users() {
    var board = Board(query: Query(sort: .count), columns: 100)
    let said = Self.launches + [LaunchSaid("/odd", user: Launch.unknownUser, execs: 1)]
    _ = board.state.handle(
      .snapshot(board.snapshots.at(1, launches: said, others: [(.kernelThreads, 40), (.withoutPath, 3)])))
    board.press(.text("v"), .text("v"))
    #expect(Set(board.listed) == ["anna", "www-data", "77", "–", "root", "(kernel)"])
    #expect(board.figures(of: .count).first == 13)
    let kernel = board.listed.firstIndex(of: "(kernel)") ?? 0
    #expect(board.figures(of: .time)[kernel] == 0.04)
  }

  @Test("control groups of one unit are one row")
  func units() {
    var names = LaunchSaid.names
    names.groups[7] = Path("/system.slice/nginx.service/worker")
    var board = Board(query: Query(sort: .count), columns: 100)
    board.sample(
      launches: Self.launches + [LaunchSaid("/init /nginx /w", user: 33, group: 7, execs: 30)], names: names, at: 1)
    board.press(.text("v"), .text("v"), .text("v"))
    #expect(board.listed == ["nginx.service", "cron.service", "cgroup 99 (gone)"])
    #expect(board.figures(of: .count) == [34, 13, 2])
    // A name that comes later, or another one, moves what stands under it.
    names.groups[99] = Path("/system.slice/cron.service")
    board.sample(
      launches: Self.launches + [LaunchSaid("/init /nginx /w", user: 33, group: 7, execs: 30)], names: names, at: 2)
    #expect(board.listed == ["nginx.service", "cron.service"] && board.figures(of: .count) == [34, 15])
  }

  @Test("the details of a path rank who launches it, and say as whom and where")
  func pathDetails() {
    var board = Board(query: Query(sort: .count), columns: 80)
    board.sample(
      launches: [
        LaunchSaid("/init /cron /bin/sh /home/backup.sh /bin/cat", user: 1000, group: 2, execs: 30, searches: 90),
        LaunchSaid("/init /nginx /bin/cat", user: 33, group: 3, execs: 70),
      ], at: 1)
    board.press(.enter)
    #expect(board.lines.contains("       70     70.0  70.0%    0.0  init › nginx"))
    #expect(board.lines.contains("       30     30.0  30.0%    0.0  init › cron › sh › backup.sh"))
    #expect(board.lines.contains("users www-data 70.0%  anna 30.0%"))
    #expect(board.lines.contains("units nginx.service 70.0%  cron.service 30.0%"))
    #expect(board.lines.contains { $0.contains("90 execs avoidable: call /bin/cat by its full path") })
    board.resize(rows: 24, columns: 30)
    #expect(board.lines.contains { $0.hasSuffix("… › sh › backup.sh") })
    #expect(board.lines.contains { $0.hasPrefix("90 execs avoidable:") })
  }

  @Test("of a launch they say what is above and what below, and what is its own")
  func launchDetails() {
    var board = board(.text("v"), .down, .down, .down, .enter)
    #expect(board.lines[1] == "/sh" && board.lines[2] == "launched by init › cron")
    #expect(board.lines[3].hasPrefix("count 13  share 68.4%  "))
    #expect(board.lines.contains { $0.hasPrefix("itself:  count 5  ") && $0.contains("failed 1") })
    #expect(board.lines.contains { $0.hasSuffix(" launches") })
    #expect(board.lines.contains { $0.hasPrefix("        8 ") && $0.hasSuffix("  /gzip") })
    board.press(.down)
    #expect(board.lines[1] == "/gzip" && board.lines[2] == "launched by init › cron › sh")
    #expect(!board.lines.contains { $0.hasPrefix("itself:") })
    board.press(.end)
    #expect(board.lines[1] == "/lone" && board.lines[2] == "launched by –")
    board.press(.down)
    #expect(board.lines[23] == "this is the last launch")
    // With nothing of it left, back to the table.
    board.press(.escape)
    #expect(board.selected == "/lone")
  }

  @Test("of a user and a unit they rank what runs there and who launches that")
  func otherDetails() {
    var board = board(.text("v"), .text("v"), .enter)
    #expect(board.lines[1] == "anna")
    for line in ["  runs", "  launched by"] { #expect(board.lines.contains { $0.hasSuffix(line) }) }
    #expect(
      board.lines.contains { $0.hasSuffix("  init › cron › sh") } && board.lines.contains { $0.hasSuffix("  /gzip") })
    #expect(board.lines.contains("units cron.service 100.0%"))
    board.press(.down)
    #expect(board.lines[1] == "root" || board.lines[1] == "www-data")
    board.press(.escape, .text("v"), .enter)
    #expect(board.lines[1] == "cron.service" && board.lines.contains("users anna 100.0%"))
  }

  @Test("keys that say nothing of launches say so", arguments: [Key.text("d"), .right, .text("m")])
  func otherKeys(key: Key) {
    var board = board(.text("v"), .text("v"), .down, key)
    #expect(board.state.message != nil)
    board.press(.text("v"), .text("v"))
    #expect(board.state.query.view == .path)
  }

  @Test(
    "where nobody knows who starts a program v says why, and a saved view is that of paths",
    arguments: [Mode.light, .tutorial, .map])
  func unknown(mode: Mode) {
    var board = Board(["/a": 1], mode: mode)
    board.press(.text("v"))
    #expect(board.lines[23] == "who starts a program is not seen in the mode \(mode.rawValue): there is no other view")
    var choices = Choices()
    choices.view = .unit
    let state = AppState(
      mode: mode, capacity: nil, countsFromZero: true, choices: choices, filter: nil, size: Size(rows: 9, columns: 80),
      began: 0)
    #expect(state.query.view == .path)
  }

  @Test("so it is where execs alone are counted")
  func execsOnly() {
    var choices = Choices()
    choices.view = .launches
    var snapshots = Snapshots()
    var state = AppState(
      mode: .attempts, capacity: nil, countsFromZero: true, choices: choices, filter: nil,
      size: Size(rows: 9, columns: 80), began: 0)
    #expect(state.query.view == .launches)
    _ = state.handle(.snapshot(snapshots.at(1, ["/a": 1])))
    #expect(state.query.view == .path && state.listing.count == 1)
    _ = state.handle(.key(.text("v")))
    #expect(state.message == "who starts a program is not known under --execs-only: there is no other view")
  }

  @Test("W saves the view, and it is there at the next start")
  func saved() throws {
    var board = board(.text("v"), .text("v"), .text("W"))
    guard case .save(let choices) = board.effects.first else {
      Issue.record("nothing is saved")
      return
    }
    #expect(choices.view == .user && choices.text.contains("\nview = user\n"))
    #expect(try Choices(text: choices.text) == choices)
    #expect(throws: ChoicesError(line: 1)) { try Choices(text: "view = users") }
    board.press(.text("v"))
  }

  @Test("a deep tree leaves the names half of the room")
  func deep() {
    var board = Board(query: Query(sort: .count), rows: 60, columns: 80)
    let chain = (0..<50).map { Path("/program\($0)") }
    board.sample(launches: [LaunchSaid(paths: chain, execs: 1)], at: 1)
    board.press(.text("v"), .end)
    #expect(board.lines.contains { $0.contains("program49") })
    expectConsistent(board.grid, glyphs: .utf8)
  }

  @Test(
    "names that try what a screen can bear stand nowhere as they are", arguments: View.allCases, [Glyphs.utf8, .ascii])
  func hostile(view: View, glyphs: Glyphs) throws {
    let bytes: [UInt8] = [0x1b, 0x5b, 0x33, 0x31, 0x6d, 0xff, 0xe2, 0x80, 0xae]
    let names = LaunchNames(
      users: [5: "ev\u{1b}[31mil\u{202e}"], groups: [6: Path(Array("/system.slice/a\\x1b".utf8) + bytes)])
    let path = Path(Array("/tmp/".utf8) + bytes)
    let said = [
      LaunchSaid(paths: [path, Path("(kernel)"), path], user: 5, group: 6, execs: 3),
      LaunchSaid(paths: [Path("/通知/e\u{301}"), Path(""), path], user: 6, group: 7, execs: 1),
    ]
    for size in [(24, 80), (5, 20), (40, 160), (10, 40), (9, 21)] {
      var board = Board(query: Query(view: view), rows: size.0, columns: size.1)
      board.sample(launches: said, names: names, at: 1)
      while board.state.query.view != view { board.press(.text("v")) }
      for _ in 0..<2 {
        expectConsistent(Screen.render(board.state, glyphs: glyphs), glyphs: glyphs)
        board.press(.down, .enter)
      }
      let text = Screen.render(board.state, glyphs: glyphs).text
      #expect(!text.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" })
    }
  }

  @Test(
    "each frame is what it would be as the first one, whatever came before it", arguments: 1...3 as ClosedRange<UInt64>)
  func everyFrame(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var screen = Screen(glyphs: .utf8)
    var board = board(rows: 14, columns: 150)
    let keys: [Key] = [
      .text("v"), .text("v"), .text("c"), .text("P"), .text("n"), .text("i"), .text("o"), .text("p"), .text("z"),
      .text("u"), .text("d"), .enter, .escape, .up, .down, .end, .home, .left, .left, .right,
    ]
    var launches = Self.launches
    var time = 1.0
    for _ in 0..<150 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        launches[Int.random(in: 0..<5, using: &random)].execs += UInt64.random(in: 0...2, using: &random)
        time += 1
        board.sample(launches: launches, at: time)
      case 1:
        // Others come, which changes who stands where.
        let number = Int.random(in: 0..<8, using: &random)
        launches.append(LaunchSaid("/init /nginx /new\(number)", user: UInt32(number), group: 3, execs: 1))
        if launches.count > 12 { launches.remove(at: 5) }
      case 2:
        board.type("/")
        board.press(.control("u"))
        board.type(["by:init", "user:anna", "unit:nginx", "gzip !by:x", ""].randomElement(using: &random) ?? "")
        board.press(.enter)
      default: board.press(keys.randomElement(using: &random) ?? .enter)
      }
      #expect(screen.render(board.state) == board.grid)
      expectConsistent(board.grid, glyphs: .utf8)
    }
  }
}
