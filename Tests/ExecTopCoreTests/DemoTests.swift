import Testing

@testable import ExecTopCore

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
    #expect(samples(seed: 4, at: times) == samples(seed: 4, at: times))
    #expect(samples(seed: 4, at: times) != samples(seed: 5, at: times))
  }

  @Test("how often it is sampled changes no figure")
  func sampling() {
    let often = samples(seed: 1, at: (0...100).map { Double($0) / 2 })
    #expect(often.last?.counts == samples(seed: 1, at: [50]).last?.counts)
  }

  @Test("counts only rise, the sums hold, and failed execs are some of a path's", arguments: 0..<40 as Range<UInt64>)
  func monotone(seed: UInt64) {
    var tally = Tally(began: 0, countsFromZero: true)
    var before = Snapshot(time: 0)
    for snapshot in samples(seed: seed, at: [0.1, 1, 2, 30, 31, 90, 91.5]) {
      #expect(zip(before.counts, snapshot.counts).allSatisfy { $0 <= $1 })
      #expect(zip(before.failures, snapshot.failures).allSatisfy { $0 <= $1 })
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

  @Test("it begins anywhere and survives a long suspension", arguments: [0, 12_345.6, 4e6])
  func gaps(began: Seconds) {
    let demo = Demo(began: began, seed: 1)
    #expect(demo.sample(at: began).totals.execs == 0)
    let later = demo.sample(at: began + 1e6)
    #expect(later.totals.execs > 1000)
    #expect(demo.sample(at: began + 1e6).totals == later.totals)
    #expect(demo.sample(at: began + 1e6 + 60).totals.execs > later.totals.execs)
  }

  @Test("paths and failures are named once, and bytes that do not print are among them")
  func names() {
    let snapshots = samples(seed: 1, at: [1, 2])
    #expect(snapshots[1].newPaths.isEmpty && snapshots[1].newFailureKinds.isEmpty)
    #expect(Set(snapshots[0].newPaths.map(\.path)).count == snapshots[0].newPaths.count)
    #expect(snapshots[0].newPaths.contains { !SafeText($0.path.bytes).isFaithful })
  }
}
