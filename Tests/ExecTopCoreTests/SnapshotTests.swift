import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// A snapshot stands alone: what a tally tells does not depend on which of them it has seen before.
@Suite("Snapshots left out and repeated")
struct SnapshotTests {
  /// Maps that are filled, moved out of and read once a second.
  private struct Source {
    var random: SeededGenerator
    private var ledger = Ledger(pathLimit: 12)
    private var map: [String: UInt64] = [:]
    private var failing: [String: UInt64] = [:]
    private var time = 0.0

    init(seed: UInt64) {
      random = SeededGenerator(seed: seed)
    }

    mutating func next() -> Snapshot {
      for _ in 0..<Int.random(in: 0...30, using: &random) {
        let path = "/p\(Int.random(in: 0..<40, using: &random) * Int.random(in: 0..<40, using: &random) / 40)"
        map[path, default: 0] += UInt64.random(in: 1...9, using: &random)
        if Bool.random(using: &random) { failing[path, default: 0] += 1 }
      }
      if Int.random(in: 0..<3, using: &random) == 0 { spill() }
      time += 1
      ledger.beginWalk()
      for (path, count) in failing.sorted(by: { $0.key < $1.key }) { ledger.read(Path(path), error: 2, count: count) }
      for (path, count) in map.sorted(by: { $0.key < $1.key }) { ledger.read(Path(path), count: count) }
      return ledger.snapshot(
        at: time, execsBefore: nil, failed: failing.values.reduce(0, +), unattributed: [.mapFull: UInt64(time)])
    }

    private mutating func spill() {
      for path in map.keys.sorted() where Int.random(in: 0..<4, using: &random) > 0 {
        let failures = failing[path].map { [(path, Int32(2), $0)] } ?? []
        ledger.move([path: map[path] ?? 0], failures: failures)
        map[path] = nil
        failing[path] = nil
      }
    }

    /// Whoever fills the maps starts again from nothing.
    mutating func restart() {
      map = [:]
      failing = [:]
      ledger.restart()
    }
  }

  /// What a tally shows of counts, by path.
  private func table(_ tally: Tally) -> [String: [UInt64]] {
    Dictionary(
      uniqueKeysWithValues: tally.rows.map {
        (tally.path(of: $0).description, [tally.count(of: $0), tally.failed(of: $0) ?? .max])
      })
  }

  @Test("sums are the same, and no rate, peak or history is wrong", arguments: 0..<8 as Range<UInt64>)
  func faulty(seed: UInt64) {
    var source = Source(seed: seed)
    var whole = Tally(began: 0, countsFromZero: true)
    var faulty = whole
    var last = faulty.latest
    var sent: [Snapshot] = []
    for second in 1...100 {
      let restarts = second == 50
      if restarts { source.restart() }
      let snapshot = source.next()
      sent.append(snapshot)
      whole.apply(snapshot)
      // The first one of the new series is the third of three.
      guard second % 3 != 2 else { continue }
      faulty.apply(snapshot)
      expectRates(faulty, of: snapshot, since: last)
      last = snapshot
      if second % 5 == 0 { faulty.apply(snapshot) }
      if second % 7 == 0, let old = sent.dropLast(2).last { faulty.apply(old) }
      #expect(table(faulty) == table(whole))
      #expect(faulty.totals == whole.totals)
      #expect(faulty.rowCount == whole.rowCount)
      expectPeaks(faulty, atMost: whole)
      switch second {
      case 10, 16, 60:
        whole.reset()
        faulty.reset()
      case 25, 66, 67:
        let both = [whole.undoReset(), faulty.undoReset()]
        #expect(both[0] == both[1])
      case 49: expectHistory(faulty, of: snapshot)
      default: break
      }
      #expect(table(faulty) == table(whole))
    }
  }

  private func expectRates(_ tally: Tally, of snapshot: Snapshot, since last: Snapshot) {
    guard snapshot.series == last.series else {
      #expect(tally.interval == nil && tally.totalRate == nil)
      #expect(tally.rows.allSatisfy { tally.delta(of: $0) == nil })
      return
    }
    #expect(tally.interval == snapshot.time - last.time)
    let came = snapshot.totals.execs - last.totals.execs
    #expect(tally.totalRate == Double(came) / (snapshot.time - last.time))
    for id in snapshot.paths.ids where id != .other {
      #expect(tally.delta(of: id) == snapshot.paths.figure(of: id) - last.paths.figure(of: id))
    }
    let unattributed = snapshot.totals.unattributed.sum - last.totals.unattributed.sum
    #expect(snapshot.paths.ids.reduce(0) { $0 + (tally.delta(of: $1) ?? 0) } == came - unattributed)
  }

  /// The mean of several intervals is not more than the highest of them.
  private func expectPeaks(_ faulty: Tally, atMost whole: Tally) {
    #expect(faulty.totalPeak ?? 0 <= whole.totalPeak ?? 0)
    for id in faulty.rows where id != .other {
      #expect(faulty.peak(of: id) ?? 0 <= whole.peak(of: id) ?? 0)
    }
  }

  /// Every exec has its second.
  private func expectHistory(_ tally: Tally, of snapshot: Snapshot) {
    #expect(tally.totalHistory.reduce(0) { $0 + ($1 ?? 0) } == snapshot.totals.execs)
    for id in snapshot.paths.ids {
      #expect(tally.history(of: id).reduce(0) { $0 + ($1 ?? 0) } == snapshot.paths.figure(of: id))
    }
  }

  @Test("a source that starts anew is counted from its new zero, also where its first snapshots are left out")
  func restart() {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(snapshots.at(1, ["/a": 5, "/b": 3], failures: [("/a", 2, 4)]))
    tally.reset()
    let id = tally.id("/a")
    snapshots.ledger.restart()
    _ = snapshots.at(2, ["/a": 1])
    // More than at the reset: the counter did not fall, and yet it is another one.
    tally.apply(snapshots.at(3, ["/a": 9], failures: [("/a", 2, 6)]))
    #expect(tally.table == ["/a": 9])
    #expect(tally.errors("/a") == [2: 6])
    #expect(tally.totals.execs == 9)
    #expect(tally.id("/a") == id)
    #expect(tally.rate("/a") == nil && tally.totalRate == nil)
    #expect(tally.history(of: id).suffix(3) == [5, 0, 0])
    tally.apply(snapshots.at(4, ["/a": 10], failures: [("/a", 2, 6)]))
    #expect(tally.rate("/a") == 1)
    #expect(tally.peak("/a") == 1)
    let undone = tally.undoReset()
    #expect(undone)
    #expect(tally.table == ["/a": 10])
  }

  @Test("a snapshot that was kept still holds what it held")
  func kept() throws {
    var ledger = Ledger(pathLimit: 2)
    let first = ledger.sample(["/a": 5, "/b": 1], at: 1)
    ledger.move(["/a": 5, "/b": 1])
    _ = ledger.sample(["/c": 1, "/d": 1], at: 2)
    _ = ledger.sample(["/c": 1, "/d": 1, "/e": 1], at: 3)
    let paths = first.paths.ids.filter { $0 != .other }.compactMap(first.paths.key)
    #expect(paths == [Path("/a"), Path("/b")])
    #expect(first.paths.ids.map { first.paths.figure(of: $0) } == [0, 5, 1])
    #expect(first.paths.total() == 6)
  }

  @Test("a path that is named (other) is not the row (other)")
  func namedOther() {
    var tests = Ledger(pathLimit: 2)
    var tally = Tally(began: 0, countsFromZero: true)
    tests.move(["/cold": 3])
    tally.apply(tests.sample(["(other)": 5, "/b": 1], at: 1))
    let rows = tally.rows.filter { tally.path(of: $0) == Path("(other)") }
    #expect(rows.map { tally.count(of: $0) } == [3, 5])
    #expect(rows.first == .other)
    var decisions = Decisions()
    let record = Record(
      time: WallTime(milliseconds: 0), mode: .map, tally: tally, query: Query(), decisions: &decisions, limit: nil,
      isUnicode: true)
    #expect(record.json.contains(#"{"path":"(other)","other":true,"count":3,"#))
    #expect(record.json.contains(#"{"path":"\\x28other)","path_base64":"KG90aGVyKQ==","count":5,"#))
  }
}

extension Path {
  fileprivate var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// Intervals in which a few execs would make a rate of millions.
@Suite("Short intervals")
struct ShortIntervalTests {
  private var snapshots = Snapshots()
  private var tally = Tally(began: 10, countsFromZero: true)

  private mutating func sample(at time: Seconds, _ counts: KeyValuePairs<String, UInt64>) {
    tally.apply(snapshots.at(time, counts))
  }

  @Test("a storm under way at the start leaves no peak of the first microseconds")
  mutating func start() {
    sample(at: 10.000_02, ["/a": 40])
    #expect(tally.count("/a") == 40)
    #expect(tally.rate("/a") == nil && tally.peak("/a") == nil && tally.delta("/a") == nil)
    #expect(tally.totalRate == nil && tally.totalPeak == nil && tally.interval == nil)
    #expect(tally.mean(of: tally.id("/a")) == nil)
    sample(at: 11.000_02, ["/a": 1040])
    #expect(tally.rate("/a") == 1000)
    #expect(tally.peak("/a") == 1000 && tally.totalPeak == 1000)
    #expect(tally.mean(of: tally.id("/a")) ?? 0 <= 1000)
    #expect(tally.history(of: tally.id("/a")).suffix(2) == [40, 1000])
  }

  @Test("what comes in too short a time is carried into the next rate, and is in counts and history at once")
  mutating func carried() {
    sample(at: 11, ["/a": 100])
    sample(at: 11.02, ["/a": 150, "/b": 1])
    #expect(tally.count("/a") == 150)
    #expect(tally.rate("/a") == 100 && tally.interval == 1)
    #expect(tally.delta("/b") == nil && tally.rate("/b") == nil)
    #expect(tally.totalRate == 100 && tally.totalPeak == 100)
    #expect(tally.lastSeen(tally.id("/b")) == 11.02)
    sample(at: 11.04, ["/a": 160, "/b": 1])
    sample(at: 12, ["/a": 200, "/b": 1])
    #expect(tally.delta("/a") == 100 && tally.delta("/b") == 1)
    #expect(tally.interval == 1)
    #expect(tally.peak("/a") == 100)
    #expect(tally.totalRate == 101)
    #expect(tally.history(of: tally.id("/a")).suffix(2) == [160, 40])
    #expect(tally.totalHistory.suffix(2) == [161, 40])
  }

  @Test("a counter that falls in a short time is unknown until the next interval is over")
  mutating func fell() {
    sample(at: 11, ["/a": 100, "/b": 1])
    sample(at: 11.01, ["/a": 90, "/b": 2])
    #expect(tally.rate("/a") == 100)
    sample(at: 12, ["/a": 120, "/b": 3])
    #expect(tally.rate("/a") == nil && tally.totalRate == nil)
    #expect(tally.rate("/b") == 2)
    sample(at: 13, ["/a": 120, "/b": 3])
    #expect(tally.rate("/a") == 0 && tally.totalRate == 0)
  }

  @Test("a reset just after a refresh leaves the header's rate, and nothing from before in the next peak and mean")
  mutating func reset() {
    sample(at: 11, ["/a": 100])
    sample(at: 11.002, ["/a": 140])
    tally.reset()
    #expect(tally.totalRate == 100 && tally.rate("/a") == 100)
    #expect(tally.table.isEmpty)
    sample(at: 12.002, ["/a": 150])
    #expect(tally.rate("/a") == 10 && tally.peak("/a") == 10 && tally.totalPeak == 10)
    #expect(tally.mean(of: tally.id("/a")) == 10)
  }

  @Test("the mean is never above the peak", arguments: 1...20 as ClosedRange<UInt64>)
  mutating func mean(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var (time, count) = (10.0, 0 as UInt64)
    for step in 0..<60 {
      time += Bool.random(using: &random) ? Double.random(in: 0...0.06, using: &random) : 1
      count += UInt64.random(in: 0...50, using: &random)
      sample(at: time, ["/a": count])
      let id = tally.id("/a")
      if let mean = tally.mean(of: id) { #expect(mean <= tally.peak(of: id) ?? -1) }
      if step % 20 == 7 { tally.reset() }
    }
  }

  @Test("of a map that was there before no mean is known until a reset")
  mutating func foreign() {
    tally = Tally(began: 10, countsFromZero: false)
    sample(at: 11, ["/a": 5_000])
    sample(at: 12, ["/a": 5_001])
    #expect(tally.mean(of: tally.id("/a")) == nil)
    tally.reset()
    sample(at: 14, ["/a": 5_003])
    #expect(tally.mean(of: tally.id("/a")) == 1)
  }

  @Test("a path that goes into (other) in a short time takes along what it carried")
  func folding() {
    var ledger = Ledger(pathLimit: 2)
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(ledger.sample(["/a": 1, "/b": 1], at: 1))
    tally.apply(ledger.sample(["/a": 4, "/b": 1], at: 1.01))
    ledger.move(["/a": 4, "/b": 1])
    tally.apply(ledger.sample(["/c": 1, "/d": 1], at: 1.02))
    tally.apply(ledger.sample(["/c": 1, "/d": 1, "/e": 2], at: 2))
    #expect(tally.delta("(other)") == 3)
    #expect(tally.delta("/c") == 1 && tally.delta("/e") == 2)
    #expect(tally.totalRate == 7)
  }
}

/// Numbers that no machine counts, but that anyone can write into a map.
@Suite("Extreme figures")
struct ExtremeTests {
  @Test(
    "failures, totals, histories and the audit end at the highest count",
    arguments: [.max, .max - 1, 1 << 63] as [UInt64])
  func sums(figure: UInt64) {
    var ledger = Ledger(pathLimit: 3)
    var tally = Tally(began: 0, countsFromZero: true)
    let unattributed: Unattributed = [.unreadable: figure, .mapFull: figure, .missed: figure]
    for time in 1...4 {
      tally.apply(
        ledger.sample(
          ["/a": time > 2 ? figure : 1, "/b": figure], failures: [("/a", 2, figure), ("/a", 13, figure)],
          at: Double(time), execsBefore: figure, unattributed: unattributed))
      if time == 1 { tally.reset() }
      if time > 1 { ledger.move(["/a": figure, "/c": figure], failures: [("/a", 2, figure), ("/c", 2, figure)]) }
    }
    _ = tally.undoReset()
    #expect(tally.failed(of: tally.id("/a")) == Saturating.most)
    #expect(tally.totals.execs == Saturating.most)
    #expect(tally.totals.unattributed.sum == Saturating.most)
    #expect(tally.totalHistory.compactMap { $0 }.allSatisfy { $0 <= Saturating.most })
    #expect(tally.history(of: Array(tally.rows)).count == 60)
    #expect(Audit(Totals(unattributed: unattributed, unaccounted: figure)).text.contains("LOST"))
    for column in ColumnTable.standard.sortable { #expect(!Query(sort: column).rows(of: tally).isEmpty) }
    var decisions = Decisions()
    let record = Record(
      time: WallTime(milliseconds: 0), mode: .map, tally: tally, query: Query(), decisions: &decisions, limit: nil,
      isUnicode: true)
    #expect(!record.json.isEmpty && !record.csv.isEmpty && !record.text.isEmpty)
  }

  @Test("any instant of a source is taken", arguments: [0, -5, 1e300, .infinity, .nan] as [Seconds])
  func instants(time: Seconds) {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(snapshots.at(1, ["/a": 1]))
    tally.apply(snapshots.at(time, ["/a": 2]))
    tally.apply(snapshots.at(3, ["/a": 3]))
    #expect(tally.count("/a") >= 1)
    #expect(!Format.age(time).isEmpty && !Format.stretch(time).isEmpty)
  }

  @Test("the screen shows them")
  func screen() {
    var board = Board(mode: .map)
    for _ in 1...3 {
      board.sample(
        ["/a/x": .max, "/a/y": UInt64.max - 1, "/b": 1], failures: [("/a/x", 2, .max), ("/a/x", 13, .max)],
        totals: Totals(
          execs: .max, failed: .max, unattributed: [.unreadable: .max, .missed: .max], failedWithoutErrno: .max,
          unaccounted: .max, begun: .max, underWay: .max))
    }
    board.press(.enter)
    #expect(!board.lines.isEmpty)
    board.press(.escape, .text("d"))
    #expect(!board.lines.isEmpty)
  }
}
