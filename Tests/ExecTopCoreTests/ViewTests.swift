import Foundation
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// Every view at three sizes. The expected screens stand in Tests/Screens; with EXECTOP_RENEW_SCREENS set they are
/// written anew, to be read before they are committed.
@Suite("Views")
struct ViewTests {
  @Test("a view is as it stands in its file", arguments: Shot.all)
  func screen(shot: Shot) throws {
    let grid = shot.grid
    expectConsistent(grid, glyphs: .utf8)
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Screens/\(shot.description).txt")
    if ProcessInfo.processInfo.environment["EXECTOP_RENEW_SCREENS"] != nil {
      try Data((grid.text + "\n").utf8).write(to: file)
    }
    #expect(try grid.text + "\n" == String(contentsOf: file, encoding: .utf8))
  }
}

/// A view of a workload at a size.
struct Shot: CustomStringConvertible, Sendable {
  enum View: String {
    case table, details, errors, directories, help, prompt, following, cost, costDetails
    case launches, launchDetails, users, userDetails, units, unitDetails
    // An operator's questions, in at most four keys each, where what is typed into the prompt is one.
    case whoStartsCurl, noisiestUnit, behindShell, cronsLastMinute
    /// The single execs of a path, from the moment on at which its details were opened.
    case execs
  }
  enum Workload: String {
    /// No exec, one, and more paths than fit.
    case none, one, many
    /// Huge numbers; long, wide and hostile paths.
    case extreme
    /// As many paths, of which it is known what their processes use.
    case busy
    /// That of the demo.
    case demo
  }

  var view: View
  var workload: Workload
  var size: (columns: Int, rows: Int)

  static let all: [Shot] = [
    Shot(.table, .none, 80, 24), Shot(.table, .many, 20, 5), Shot(.table, .one, 80, 24), Shot(.table, .extreme, 80, 24),
    Shot(.table, .many, 160, 50), Shot(.table, .extreme, 160, 50),
    Shot(.details, .extreme, 20, 5), Shot(.details, .one, 80, 24), Shot(.details, .extreme, 80, 24),
    Shot(.details, .many, 160, 50),
    Shot(.errors, .many, 20, 5), Shot(.errors, .many, 80, 24), Shot(.errors, .many, 160, 50),
    Shot(.prompt, .many, 80, 24), Shot(.following, .many, 80, 24),
    Shot(.directories, .many, 20, 5), Shot(.directories, .none, 20, 5), Shot(.directories, .extreme, 80, 24),
    Shot(.directories, .many, 160, 50),
    Shot(.cost, .busy, 20, 5), Shot(.cost, .busy, 80, 24), Shot(.cost, .busy, 160, 50),
    Shot(.costDetails, .busy, 20, 5), Shot(.costDetails, .busy, 60, 40), Shot(.costDetails, .busy, 80, 24),
    Shot(.costDetails, .busy, 160, 50), Shot(.directories, .busy, 120, 24),
    Shot(.launches, .demo, 20, 5), Shot(.launches, .demo, 40, 10), Shot(.launches, .demo, 80, 24),
    Shot(.launches, .demo, 160, 50), Shot(.launches, .none, 80, 24),
    Shot(.launchDetails, .demo, 20, 5), Shot(.launchDetails, .demo, 80, 24), Shot(.launchDetails, .demo, 160, 50),
    Shot(.users, .demo, 80, 24), Shot(.userDetails, .demo, 80, 24), Shot(.units, .demo, 120, 24),
    Shot(.unitDetails, .demo, 40, 10), Shot(.unitDetails, .demo, 120, 40),
    Shot(.whoStartsCurl, .demo, 80, 24), Shot(.noisiestUnit, .demo, 80, 24), Shot(.behindShell, .demo, 80, 24),
    Shot(.cronsLastMinute, .demo, 80, 24), Shot(.execs, .demo, 20, 5), Shot(.execs, .demo, 120, 24),
    Shot(.help, .none, 20, 5), Shot(.help, .none, 80, 24), Shot(.help, .none, 160, 50),
  ]

  init(_ view: View, _ workload: Workload, _ columns: Int, _ rows: Int) {
    (self.view, self.workload, self.size) = (view, workload, (columns, rows))
  }

  var description: String { "\(view)-\(workload)-\(size.columns)x\(size.rows)" }

  var grid: Grid {
    var board = Board(mode: workload.mode, rows: size.rows, columns: size.columns)
    for snapshot in workload.snapshots { _ = board.state.handle(.snapshot(snapshot)) }
    switch view {
    case .table: board.press(.down)
    case .details: board.press(.enter)
    case .errors:
      _ = board.state.handle(.civilOffset(20 * 3600 + 21 * 60))
      board.press(.text("x"), .enter)
    case .prompt: board.type("/ake")
    case .following: board.press(.text("n"), .down, .text("F"), .text("i"))
    case .directories: board.press(.text("d"), .down, .down, .right)
    case .cost: board.press(.text("P"), .down)
    case .costDetails:
      _ = board.state.handle(.civilOffset(20 * 3600 + 21 * 60))
      board.press(.text("x"), .down, .down, .enter)
    case .help: board.press(.text("?"))
    case .launches: board.press(.text("v"), .down)
    case .launchDetails: board.press(.text("v"), .down, .down, .enter)
    case .users: board.press(.text("v"), .text("v"))
    case .userDetails: board.press(.text("v"), .text("v"), .enter)
    case .units: board.press(.text("v"), .text("v"), .text("v"), .down)
    case .unitDetails: board.press(.text("v"), .text("v"), .text("v"), .enter)
    case .whoStartsCurl:
      board.type("/curl")
      board.press(.enter, .enter)
    case .noisiestUnit: board.press(.text("v"), .text("v"), .text("v"))
    case .behindShell:
      board.type("/sh")
      board.press(.enter, .enter)
    case .cronsLastMinute:
      board.press(.text("v"), .text("l"))
      board.type("/by:cron")
      board.press(.enter)
    case .execs: return execs
    }
    return board.grid
  }

  /// A minute of the demo, and ten seconds with the details of the shell open.
  private var execs: Grid {
    var board = Board(mode: .demo, rows: size.rows, columns: size.columns)
    let demo = Demo(began: 0, seed: 1)
    for second in 1...70 {
      _ = board.state.handle(.snapshot(demo.sample(at: Double(second))))
      if board.state.execLog != nil { _ = board.state.handle(.execs(demo.takeEvents())) }
      guard second == 60 else { continue }
      _ = board.state.handle(.civilOffset(20 * 3600 + 21 * 60))
      board.type("/sh")
      board.press(.enter, .enter)
      for case .watch(let path) in board.effects { _ = demo.watch(path.map { .path($0) }) }
      board.press(.text("e"))
    }
    return board.grid
  }
}

extension Shot.Workload {
  fileprivate var mode: Mode {
    switch self {
    case .extreme: .map
    case .demo: .demo
    case .none, .one, .many, .busy: .attempts
    }
  }

  /// A snapshot a second.
  fileprivate var snapshots: [Snapshot] {
    var ledger = Snapshots()
    func snapshot(at second: Int, paths: [String], count: (Int, Int) -> UInt64) -> Snapshot {
      self.snapshot(of: &ledger, at: second, paths: paths, count: count)
    }
    return switch self {
    case .none: []
    case .demo: Self.demoSnapshots
    case .one: (1...3).map { snapshot(at: $0, paths: ["/usr/bin/git"]) { second, _ in UInt64(second * second) } }
    case .many, .busy: (1...70).map { snapshot(at: $0, paths: Self.manyPaths, count: Self.manyCount) }
    case .extreme:
      (1...2).map { second in
        snapshot(at: second, paths: Self.extremePaths) { second, index in
          second == 1 ? 1 : index == 0 ? 9_876_543_210_987_654 : UInt64(1_234_567_890 / (index + 1))
        }
      }
    }
  }

  /// Two minutes of it.
  private static let demoSnapshots: [Snapshot] = {
    let demo = Demo(began: 0, seed: 1)
    return (1...120).map { demo.sample(at: Double($0)) }
  }()

  private static let manyPaths = (0..<100).map { index in
    "/\(["usr/bin", "usr/lib/git-core", "opt/tools", "bin"][index % 4])/p\(index)"
  }

  /// Bursts, each path in its own time.
  private static func manyCount(second: Int, index: Int) -> UInt64 {
    UInt64((0...second).count { ($0 + index * 7) % 30 < 6 } * (1 + index % 9))
  }

  /// Each exec that does not fail is a process of so many milliseconds; some go on running, and one is as old as the
  /// machine.
  private static func uses(at second: Int) -> UsesSaid {
    var rows = manyPaths.indices.map { index in
      let execs = manyCount(second: second, index: index)
      let ran = execs - (index % 5 == 0 ? execs / 2 + execs / 3 : 0)
      let running: UInt64 = index % 11 == 3 && ran > 0 ? 1 : 0
      let ended = ran - running
      let errors = index % 3 == 0 ? ended / 6 : 0
      let wall = Double(1 + index % 13) * 1.7
      return UsesSaid.Row(
        path: manyPaths[index], ended: ended * UInt64(1 + index % 13), running: running,
        runningCPU: running * UInt64(second * 10),
        endings: [
          (0, ended - 2 * errors, wall), (256, errors / 2, wall * 3), (127 << 8, errors - errors / 2, 0.4),
          (11 | 0x80, errors / 2, wall * 20), (9, errors - errors / 2, 1500),
        ].filter { $0.1 > 0 }, majorFaults: UInt64(index % 4), resident: UInt64(index) << 17)
    }
    rows.append(UsesSaid.Row(path: "/usr/sbin/daemon", running: 3, runningCPU: UInt64(second * 120)))
    let counted = rows.reduce(0) { $0 + $1.ended + $1.runningCPU } + UInt64(second * 30)
    return UsesSaid(rows, others: [(.kernelThreads, UInt64(second * 30))], busy: counted + UInt64(second * 8))
  }

  private static let extremePaths = [
    "/srv/" + String(repeating: "通知é", count: 30) + "/\u{1b}[31m\u{202e}end",
    "/tmp/\u{1b}[31m\u{7}evil\n\u{202e}gpj",
    "/usr/libexec/a/very/long/path/that/goes/on/and/on/and/on/and/on/and/does/not/fit/into/any/of/the/rows/program",
    "/opt/re\u{301}sume\u{301}", "\u{301}", "", "🦊", "//double//slashes", "ends/in/slash/",
    "/"
      + String(
        repeating: "x", count: 254),
  ]

  /// Every fifth path fails, by two errors.
  private func snapshot(
    of ledger: inout Snapshots, at second: Int, paths: [String], count: (Int, Int) -> UInt64
  ) -> Snapshot {
    let rows = paths.indices.map { (Path(paths[$0]), count(second, $0)) }
    let failing = rows.indices.filter { $0 % 5 == 0 && self != .one }
    let failures = failing.flatMap { row in
      [(2, 2), (13, 3)].map { (rows[row].0, Int32($0.0), rows[row].1 / $0.1) }
    }
    return ledger.at(
      Seconds(second), rows: rows, failures: failures, uses: self == .busy ? Self.uses(at: second) : nil)
  }
}
