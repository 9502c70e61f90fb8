import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// Everything that the state machine can be told, at random and in any order.
@Suite("Hostile events")
struct HostileEventsTests {
  @Test(
    "no order of events traps, and each frame is of the screen's size and prints", arguments: [1, 2, 3] as [UInt64])
  func anyOrder(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for round in 0..<12 {
      let mode = [Mode.attempts, .light, .tutorial, .map, .demo].randomElement(using: &random) ?? .attempts
      var state = AppState(
        mode: mode, capacity: [nil, 0, 16_384, .max].randomElement(using: &random) ?? nil,
        countsFromZero: .random(using: &random), choices: Choices(), filter: nil, size: Size(rows: 24, columns: 80),
        began: 0)
      let glyphs = round.isMultiple(of: 3) ? Glyphs.ascii : .utf8
      var screen = Screen(glyphs: glyphs)
      var maker = SnapshotMaker(knowsReasons: mode != .map)
      for _ in 0..<150 {
        for effect in state.handle(event(&random, &maker)) {
          // As the loop does.
          if effect == .sample { _ = state.handle(.snapshot(maker.next(&random))) }
        }
        let grid = screen.render(state)
        #expect(grid.size == state.size)
        let unsafe = grid.cells.first { !$0.scalar.prints || !$0.scalar.isASCII && !glyphs.isUnicode }
        #expect(unsafe == nil, "\(String(describing: state.page)), mode \(mode), \(state.size)")
      }
    }
  }

  private func event(_ random: inout SeededGenerator, _ maker: inout SnapshotMaker) -> Event {
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<9: return .key(key(&random))
    case 9: return .key(.mouse(mouse(&random), position(&random)))
    case 10..<14: return .snapshot(maker.next(&random))
    case 14: return .resized(size(&random))
    case 15, 16: return .trace(.bytes(traceBytes(&random)))
    case 17:
      let events: [TraceEvent] = [
        .opened(.own), .opened(.shared), .failed("no \u{1b}[2J"), .lost(nil), .lost(0), .lost(.max),
      ]
      return .trace(events.randomElement(using: &random) ?? .opened(.own))
    case 18:
      let any = [nil, 0, -1, 1e300, .infinity, -.infinity, .nan] as [Double?]
      return .cost(
        Cost(
          cpuShare: any.randomElement(using: &random) ?? nil,
          memory: [nil, 0, .max].randomElement(using: &random) ?? nil,
          programTime: any.randomElement(using: &random) ?? nil))
    default: return .saved("saved in \u{1b}[2J\u{9b}\u{202e}/x")
    }
  }

  private static let bound = KeyMap.bindings.flatMap(\.actions).map(\.key)

  private func key(_ random: inout SeededGenerator) -> Key {
    let others: [Key] = [
      .escape, .enter, .backspace, .delete, .unknown, .control("u"), .control("w"), .character("~"), .character("("),
      .character("*"), .character("!"), .character("\u{301}"), .character("通"), .character("\u{1b}"),
      .character("\u{202e}"), .function(.max), .control("\u{10ffff}"),
    ]
    return (Int.random(in: 0..<3, using: &random) > 0 ? Self.bound : others).randomElement(using: &random) ?? .enter
  }

  private func mouse(_ random: inout SeededGenerator) -> MouseAction {
    [.press, .wheelUp, .wheelDown].randomElement(using: &random) ?? .press
  }

  /// Also where there is no screen: ncurses hands over any 32-bit number.
  private func position(_ random: inout SeededGenerator) -> Position {
    let far = [-1, 0, Int(Int32.min), Int(Int32.max)]
    let isNear = Bool.random(using: &random)
    return Position(
      row: isNear ? .random(in: 0...60, using: &random) : far.randomElement(using: &random) ?? 0,
      column: isNear ? .random(in: 0...250, using: &random) : far.randomElement(using: &random) ?? 0)
  }

  private func size(_ random: inout SeededGenerator) -> Size {
    let isSmall = Bool.random(using: &random)
    return Size(
      rows: .random(in: 1...(isSmall ? 8 : 80), using: &random),
      columns: .random(in: 1...(isSmall ? 25 : 250), using: &random))
  }

  private func traceBytes(_ random: inout SeededGenerator) -> [UInt8] {
    let lines = [
      "CPU:0 [LOST 18446744073709551615 EVENTS]\n", "CPU:99999999999999999999 [LOST EVENTS]\n", "\n", "\u{0}\n",
      "  x-1 [000] d..31 1.000000: bpf_trace_printk: execve: /bin/true\n", "CPU:",
      "  x-99999999999999999999 [99999999999999999999] ..... 99999999999999999999.9: bpf_trace_printk: execve: ",
      " <...>-1 [000] ..... 1.0: bpf_trace_printk: \n", String(repeating: "9", count: 5000),
    ]
    return (0..<Int.random(in: 1...4, using: &random)).flatMap { _ in
      Bool.random(using: &random)
        ? Array((lines.randomElement(using: &random) ?? "").utf8) : hostileBytes(&random, atMost: 80)
    }
  }
}

/// Snapshots of figures that nobody promises anything of, except that the numbers in them are known.
private struct SnapshotMaker {
  let knowsReasons: Bool
  private var time: Seconds = 0
  private var ledger = Ledger(pathLimit: 30)
  private var paths: [Path] = [Path("/a")]

  init(knowsReasons: Bool) {
    self.knowsReasons = knowsReasons
  }

  mutating func next(_ random: inout SeededGenerator) -> Snapshot {
    // The clock is monotonic, but two samples can have the same time.
    time += [0, 1e-9, 0.1, 1, 1, 1, 3600, 1e9].randomElement(using: &random) ?? 1
    for _ in 0..<Int.random(in: 0...3, using: &random) { paths.append(Path(hostileBytes(&random, atMost: 255))) }
    if Int.random(in: 0..<8, using: &random) == 0 { ledger.restart() }
    if Bool.random(using: &random) {
      let moved = paths.randomElement(using: &random).map { [($0, figure(&random))] } ?? []
      MapRows(paths: moved.map { (path: $0.0, count: $0.1) }).inChunks(of: .max) {
        ledger.movePaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
      }
    }
    ledger.beginWalk()
    // Some of those known: the others have left the map, and go into (other) when there are too many.
    for path in paths.suffix(40) where Int.random(in: 0..<4, using: &random) > 0 {
      ledger.read(path, count: figure(&random))
      if Bool.random(using: &random) {
        let errors: [Int32] = [1, 2, 13, 0, -1, .max, .min]
        ledger.read(path, error: errors.randomElement(using: &random) ?? 2, count: figure(&random))
      }
    }
    var snapshot = ledger.snapshot(
      at: time, execsBefore: figure(&random), failed: Bool.random(using: &random) ? figure(&random) : nil,
      unattributed: knowsReasons
        ? [.unreadable: figure(&random), .mapFull: figure(&random), .missed: nil, .refusedLate: figure(&random)]
        : .unknown,
      failedWithoutErrno: figure(&random), begun: figure(&random), underWay: figure(&random))
    if Bool.random(using: &random) { snapshot.totals.unaccounted = figure(&random) }
    snapshot.notice = Bool.random(using: &random) ? "the map \u{1b}]0;x\u{7} is gone" : nil
    return snapshot
  }

  private func figure(_ random: inout SeededGenerator) -> UInt64 {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: [UInt64.max, .max - 1, .max / 2, 0, 1 << 53, UInt64(Int64.max)].randomElement(using: &random) ?? 0
    case 1: .random(in: .min ... .max, using: &random)
    default: .random(in: 0...1000, using: &random)
    }
  }
}
