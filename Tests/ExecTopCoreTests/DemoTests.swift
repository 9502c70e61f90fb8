import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Demo")
struct DemoTests {
  /// What one demo samples at some instants.
  private func samples(seed: UInt64, at times: [Seconds]) -> [Snapshot] {
    let demo = Demo(began: 0, seed: seed)
    return times.map { demo.sample(at: $0) }
  }

  @Test("the same seed and the same times give the same figures, another seed gives others")
  func deterministic() {
    let times = [0, 0.3, 1, 7.5, 61]
    func isSame(_ left: UInt64, _ right: UInt64) -> Bool {
      zip(samples(seed: left, at: times), samples(seed: right, at: times)).allSatisfy { $0.finds(sameAs: $1) }
    }
    #expect(isSame(4, 4))
    #expect(!isSame(4, 5))
  }

  @Test("how often it is sampled changes no figure")
  func sampling() {
    let often = samples(seed: 1, at: (0...100).map { Double($0) / 2 })
    #expect(often.last?.paths.figures == samples(seed: 1, at: [50]).last?.paths.figures)
  }

  @Test("counts only rise, the sums hold, and failed execs are some of a path's", arguments: 0..<40 as Range<UInt64>)
  func monotone(seed: UInt64) {
    var tally = Tally(began: 0, countsFromZero: true)
    var before = Snapshot(time: 0)
    for snapshot in samples(seed: seed, at: [0.1, 1, 2, 30, 31, 90, 91.5]) {
      #expect(zip(before.paths.figures, snapshot.paths.figures).allSatisfy { $0 <= $1 })
      #expect(zip(before.failures.figures, snapshot.failures.figures).allSatisfy { $0 <= $1 })
      tally.apply(snapshot)
      #expect(tally.accounted == tally.totals.execs)
      #expect(tally.rows.allSatisfy { tally.failed(of: $0) ?? .max <= tally.count(of: $0) })
      #expect(
        tally.rows.reduce(0) { $0 + (tally.failed(of: $1) ?? 0) } + tally.totals.unattributed.sum
          == tally.totals.failed)
      before = snapshot
    }
    #expect(tally.totals.execs > 1000)
  }

  @Test(
    "CPU time only rises, each process ends once, and what it all is makes the sum", arguments: 0..<8 as Range<UInt64>)
  func uses(seed: UInt64) throws {
    var tally = Tally(began: 0, countsFromZero: true)
    var before: [PathID: UInt64] = [:]
    for snapshot in samples(seed: seed, at: [0.1, 1, 2, 30, 31, 90, 91.5, 300]) {
      tally.apply(snapshot)
      let uses = try #require(tally.uses)
      for id in tally.rows {
        #expect(uses.cpu(of: id) >= before[id] ?? 0)
        before[id] = uses.cpu(of: id)
        // What does not fail is a process, that runs or has ended.
        let ran = tally.count(of: id) - (tally.failed(of: id) ?? 0)
        if tally.count(of: id) > 0 { #expect(uses.ended(of: id) + uses.running(of: id) == ran) }
        #expect(uses.exits(of: id).reduce(0) { $0 + $1.count } == uses.ended(of: id))
        #expect(uses.runningCPU(of: id) <= uses.cpu(of: id))
      }
      #expect(before.values.reduce(0, +) == uses.totals.cpu.programs)
      let busy = try #require(uses.totals.machine.busy)
      #expect(busy >= uses.totals.cpu.sum - 10_000_000 && busy < uses.totals.cpu.sum + uses.totals.cpu.sum / 5)
    }
    let uses = try #require(tally.uses)
    let words = Set(tally.rows.flatMap { uses.exits(of: $0).map(\.status.word) })
    let wanted: Set<Int32> = [0, 256, 11 | 0x80]
    #expect(words.isSuperset(of: wanted))
    #expect(tally.rows.contains { tally.count(of: $0) == 0 && uses.running(of: $0) > 1 })
    #expect(uses.totals.cpu.kernelThreads > 0)
  }

  @Test("how often it is sampled changes nothing that processes used")
  func samplingUses() throws {
    let often = try #require(samples(seed: 1, at: (0...100).map { Double($0) / 2 }).last?.uses)
    let once = try #require(samples(seed: 1, at: [50]).last?.uses)
    // Rows can have come in another order.
    func table<Key>(_ sums: Sums<Key>) -> [Key: [UInt64]] {
      Dictionary(
        uniqueKeysWithValues: sums.ids.compactMap { id in
          sums.key(of: id).map { ($0, (0..<sums.width).map { sums.figure(of: id, $0) }) }
        })
    }
    #expect(table(often.launches) == table(once.launches) && table(often.endings) == table(once.endings))
    #expect(often.machine == once.machine)
  }

  /// What it tells of single execs from an instant on, once a second.
  private func told(_ watch: ExecWatch, from start: Int, to end: Int, seed: UInt64 = 1) -> (Demo, [ExecEvent]) {
    let demo = Demo(began: 0, seed: seed)
    _ = demo.sample(at: Seconds(start))
    #expect(demo.watch(watch))
    var events: [ExecEvent] = []
    for second in start + 1...end {
      _ = demo.sample(at: Seconds(second))
      events += demo.takeEvents().events
    }
    return (demo, events)
  }

  @Test("single execs are as many as are counted, each with its end; the same whenever they are watched")
  func execs() {
    let path = Path("/bin/sh")
    let (demo, events) = told(.path(path), from: 10, to: 40)
    func count(at time: Seconds) -> UInt64 {
      let rows = samples(seed: 1, at: [time])[0].paths
      return rows.ids.first { rows.key(of: $0) == path }.map { rows.figure(of: $0) } ?? 0
    }
    let ran = events.filter { $0.what == .ran }
    #expect(UInt64(ran.count) == count(at: 40) - count(at: 10) && ran.count > 100)
    #expect(ran.allSatisfy { $0.path == path && $0.arguments.list.count > 1 && !$0.directory.path.isEmpty })
    let ends = events.filter { $0.path == nil }
    #expect(ends.count > ran.count / 2 && Set(ends.map(\.process)).isSubset(of: ran.map(\.process)))
    // Watched later, from another moment on.
    let later = told(.path(path), from: 25, to: 40).1.filter { $0.what == .ran }
    #expect(later == ran.suffix(later.count) && later.count < ran.count)
    #expect(told(.path(path), from: 10, to: 40, seed: 2).1 != events)
    #expect(demo.watch(nil) && demo.takeEvents().events.isEmpty)
  }

  @Test("its figures do not depend on whether anybody watches, and what is not taken stays bounded")
  func boundedExecs() {
    let (demo, _) = told(.all, from: 1, to: 2)
    let watched = demo.sample(at: 300)
    #expect(watched.finds(sameAs: samples(seed: 1, at: [1, 2, 300])[2]))
    let taken = demo.takeEvents()
    #expect(taken.events.count == DemoExecs.limit && taken.lost > 0)
    #expect(taken.events.contains { if case .failed = $0.what { true } else { false } })
  }

  @Test("it begins anywhere and survives a long suspension", arguments: [0, 12_345.6, 4e6])
  func gaps(began: Seconds) {
    let demo = Demo(began: began, seed: 1)
    #expect(demo.sample(at: began).totals.execs == 0)
    let later = demo.sample(at: began + 1e6)
    #expect(later.totals.execs > 1000)
    #expect(demo.sample(at: began + 1e6).totals == later.totals)
    #expect(demo.sample(at: began + 1e6 + 60).totals.execs > later.totals.execs)
  }

  @Test("each path has one row, and bytes that do not print are among them")
  func names() throws {
    let rows = try #require(samples(seed: 1, at: [1, 60]).last).paths
    let paths = rows.ids.compactMap(rows.key)
    #expect(Set(paths).count == paths.count)
    #expect(paths.contains { !SafeText($0.bytes).isFaithful })
  }
}
