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
