import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Tally: rates")
struct TallyRateTests {
  @Test("the first rate is known of a source that counts from zero, and of no other", arguments: [true, false])
  func firstSample(countsFromZero: Bool) {
    let tally = Tally.of(["/a": 5], countsFromZero: countsFromZero)
    #expect(tally.count("/a") == 5)
    #expect(tally.delta("/a") == (countsFromZero ? 5 : nil))
    #expect(tally.rate("/a") == (countsFromZero ? 5 : nil))
    #expect(tally.peak("/a") == (countsFromZero ? 5 : nil))
    #expect(tally.totalRate == (countsFromZero ? 5 : nil))
    #expect(tally.totalPeak == (countsFromZero ? 5 : nil))
    #expect(tally.lastSeen(tally.id("/a")) == (countsFromZero ? 1 : nil))
    #expect(tally.firstSeen(tally.id("/a")) == 1)
  }

  @Test("a rate is what came, by the time that went by")
  func rate() {
    var snapshots = Snapshots()
    var tally = Tally(began: 10, countsFromZero: true)
    tally.apply(snapshots.at(10.5, ["/a": 5]))
    #expect(tally.rate("/a") == 10)
    tally.apply(snapshots.at(12.5, ["/a": 8, "/b": 1]))
    #expect(tally.interval == 2)
    #expect(tally.rate("/a") == 1.5)
    #expect(tally.rate("/b") == 0.5)
    #expect(tally.totalRate == 2)
  }

  @Test("a counter that fell has no rate for that interval, and is counted whole")
  func fell() {
    let tally = Tally.of(["/a": 9, "/b": 1], ["/a": 4, "/b": 2])
    #expect(tally.count("/a") == 4)
    #expect(tally.delta("/a") == nil)
    #expect(tally.rate("/a") == nil)
    #expect(tally.delta("/b") == 1)
    #expect(tally.totalRate == nil)
    #expect(Tally.of(["/a": 9], ["/a": 4], ["/a": 6]).rate("/a") == 2)
  }

  @Test("where no time went by, the rate is that of the last interval")
  func noTime() {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    for count in [3, 5] as [UInt64] { tally.apply(snapshots.at(1, ["/a": count])) }
    #expect(tally.count("/a") == 5)
    #expect(tally.interval == 1)
    #expect(tally.rate("/a") == 3)
    #expect(tally.totalRate == 3)
  }

  @Test("a path without a row has neither count nor rate; when it is back it is counted from zero")
  func absent() {
    let gone = Tally.of(["/a": 5, "/b": 1], ["/b": 1])
    #expect(gone.table == ["/b": 1])
    #expect(gone.delta("/a") == nil)
    let back = Tally.of(["/a": 5, "/b": 1], ["/b": 1], ["/a": 2])
    #expect(back.table == ["/a": 2])
    #expect(back.delta("/a") == 2)
  }

  @Test("peaks are the highest rates so far")
  func peaks() {
    let tally = Tally.of(["/a": 2, "/b": 1], ["/a": 9, "/b": 1], ["/a": 10, "/b": 4])
    #expect(tally.peak("/a") == 7)
    #expect(tally.peak("/b") == 3)
    #expect(tally.totalPeak == 7)
  }

  @Test("first seen is the snapshot that found the path, last seen the last that found it run again")
  func seen() {
    let tally = Tally.of(["/a": 1], ["/a": 1, "/b": 1], ["/a": 2, "/b": 1], ["/a": 2, "/b": 1])
    #expect(tally.firstSeen(tally.id("/a")) == 1)
    #expect(tally.lastSeen(tally.id("/a")) == 3)
    #expect(tally.firstSeen(tally.id("/b")) == 2)
    #expect(tally.lastSeen(tally.id("/b")) == 2)
  }
}

@Suite("Tally: reset")
struct TallyResetTests {
  private var snapshots = Snapshots()
  private var tally = Tally(began: 0, countsFromZero: true)

  private mutating func sample(
    _ counts: KeyValuePairs<String, UInt64>, failures: [(String, Int32, UInt64)] = [], totals: Totals? = nil
  ) {
    tally.apply(snapshots.at(tally.latest.time + 1, counts, failures: failures, totals: totals))
  }

  @Test("after a reset counts, failures and peaks start from zero, and rates go on")
  mutating func reset() {
    sample(["/a": 5, "/b": 8], failures: [("/a", 2, 3)])
    tally.reset()
    #expect(tally.table.isEmpty)
    #expect(tally.rowCount == 0)
    #expect(tally.countedSince == 1)
    sample(["/a": 7, "/b": 8], failures: [("/a", 2, 4), ("/a", 13, 1)])
    #expect(tally.table == ["/a": 2])
    #expect(tally.rate("/a") == 2)
    #expect(tally.peak("/a") == 2)
    #expect(tally.totalPeak == 2)
    #expect(tally.errors("/a") == [2: 1, 13: 1])
    #expect(tally.failed(of: tally.id("/a")) == 2)
  }

  @Test("totals are since the reset, except for what is lost")
  mutating func totals() {
    func totals(_ factor: UInt64) -> Totals {
      Totals(
        execs: 10 * factor, failed: 4 * factor,
        unattributed: [.unreadable: factor, .mapFull: 2 * factor, .missed: nil], failedWithoutErrno: factor,
        unaccounted: factor)
    }
    sample([:], totals: totals(1))
    tally.reset()
    sample([:], totals: totals(3))
    var expected = totals(2)
    expected.unaccounted = 3
    #expect(tally.totals == expected)
  }

  @Test("taking resets back, one after the other, leaves the counts as if they had not been")
  mutating func undo() {
    sample(["/a": 1], failures: [("/a", 2, 1)])
    tally.reset()
    sample(["/a": 9], failures: [("/a", 2, 2)])
    tally.reset()
    sample(["/a": 10], failures: [("/a", 2, 2)])
    #expect(tally.table == ["/a": 1])
    var undone = tally.undoReset()
    #expect(undone)
    #expect(tally.table == ["/a": 9])
    #expect(tally.peak("/a") == 8)
    #expect(tally.countedSince == 1)
    undone = tally.undoReset()
    #expect(undone)
    #expect(tally.table == ["/a": 10])
    #expect(tally.errors("/a") == [2: 2])
    #expect(tally.totals.execs == 10)
    #expect(tally.countedSince == 0)
    undone = tally.undoReset()
    #expect(!undone)
    #expect(tally.table == ["/a": 10])
  }

  @Test("a peak after a reset still counts when the reset is taken back")
  mutating func undoKeepsPeaks() {
    sample(["/a": 3])
    tally.reset()
    sample(["/a": 3, "/new": 50])
    let undone = tally.undoReset()
    #expect(undone)
    #expect(tally.peak("/a") == 3)
    #expect(tally.peak("/new") == 50)
    #expect(tally.totalPeak == 50)
  }

  @Test("a counter that fell below its count at the reset is counted whole")
  mutating func fell() {
    sample(["/a": 9])
    tally.reset()
    sample(["/a": 4])
    #expect(tally.table == ["/a": 4])
  }

  @Test("a path that goes into (other) after a reset takes along what it had before")
  func folding() {
    var ledger = Ledger(pathLimit: 2)
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(ledger.sample(["/a": 5, "/b": 1], failures: [("/a", 2, 3)], at: 1))
    tally.reset()
    ledger.move(["/a": 7, "/b": 1], failures: [("/a", 2, 4)])
    tally.apply(ledger.sample(["/c": 1, "/d": 1], at: 2))
    #expect(tally.table == ["/c": 1, "/d": 1, "(other)": 2])
    #expect(tally.errors("(other)") == [2: 1])
    #expect(tally.accounted == tally.totals.execs)
    tally.apply(ledger.sample(["/c": 1, "/d": 1, "/e": 2], at: 3))
    #expect(tally.count("/e") == 2)
    let undone = tally.undoReset()
    #expect(undone)
    #expect(tally.table == ["/c": 1, "/d": 1, "/e": 2, "(other)": 8])
    #expect(tally.errors("(other)") == [2: 4])
    #expect(tally.accounted == tally.totals.execs)
  }

  @Test("failures are unknown where they are not seen")
  mutating func failuresUnseen() {
    sample(["/a": 1], totals: Totals(execs: 1, failed: nil))
    #expect(tally.failed(of: tally.id("/a")) == nil)
    #expect(tally.errors(of: tally.id("/a")) == nil)
    #expect(tally.totals.failed == nil)
  }

  @Test("errors come with the most frequent first, and by number where they are equal")
  mutating func errorOrder() throws {
    sample(["/a": 9], failures: [("/a", 13, 2), ("/a", 2, 2), ("/a", 26, 5)])
    #expect(try #require(tally.errors(of: tally.id("/a"))).map(\.error) == [26, 2, 13])
  }
}

@Suite("Tally in a quiet time")
struct StillTallyTests {
  private var snapshots = Snapshots()
  private var tally = Tally(began: 0, countsFromZero: true)

  private mutating func sample(at time: Seconds, _ counts: KeyValuePairs<String, UInt64>) {
    tally.apply(snapshots.at(time, counts))
  }

  @Test("it is still when two snapshots have found the same, and no longer when one finds more")
  mutating func still() {
    sample(at: 1, ["/a": 5])
    #expect(!tally.isStill)
    sample(at: 2, ["/a": 5])
    #expect(tally.isStill && tally.rate("/a") == 0)
    sample(at: 3, ["/a": 5])
    #expect(tally.isStill)
    sample(at: 4, ["/a": 6])
    #expect(!tally.isStill && tally.rate("/a") == 1)
    sample(at: 5, ["/a": 6])
    #expect(tally.isStill && tally.rate("/a") == 0 && tally.totalRate == 0)
  }

  @Test("time goes on: the next rate is over the last interval alone, and the seconds between stand as zeros")
  mutating func time() {
    for time in [1, 2, 3, 4, 4.5] { sample(at: time, ["/a": 5]) }
    #expect(tally.latest.time == 4.5 && tally.interval == 0.5)
    sample(at: 5, ["/a": 6])
    #expect(tally.rate("/a") == 2)
    #expect(tally.history(of: tally.id("/a")).suffix(5) == [5, 0, 0, 0, 1])
    #expect(tally.totalHistory.suffix(5) == [5, 0, 0, 0, 1])
  }

  @Test("what is not known stays unknown, and what a snapshot has to say is heard")
  mutating func notices() {
    tally = Tally(began: 0, countsFromZero: false)
    sample(at: 1, ["/a": 5])
    #expect(!tally.isStill && tally.rate("/a") == nil)
    sample(at: 2, ["/a": 5])
    sample(at: 3, ["/a": 5])
    var snapshot = snapshots.at(4, ["/a": 5])
    snapshot.notice = "news"
    tally.apply(snapshot)
    #expect(tally.latest.notice == "news")
  }
}

@Suite("History")
struct HistoryTests {
  /// A tally of `/a` whose execs up to each instant are given.
  private func tally(_ samples: [(Seconds, UInt64)]) -> Tally {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    for (time, count) in samples { tally.apply(snapshots.at(time, ["/a": count])) }
    return tally
  }

  @Test("execs stand in the second in which they were found, nothing before the first snapshot")
  func seconds() {
    let tally = tally([(3.1, 1), (3.9, 4), (4.5, 4), (6.2, 9)])
    #expect(tally.history(of: tally.id("/a")).suffix(6) == [nil, nil, 4, 0, 2, 3])
    #expect(tally.totalHistory.suffix(6) == [nil, nil, 4, 0, 2, 3])
    #expect(tally.history(of: tally.id("/none")).suffix(4) == [0, 0, 0, 0])
  }

  @Test("sixty seconds are kept, and no more", arguments: [59, 60, 61, 120, 1000])
  func gap(seconds: Int) {
    let tally = tally([(5, 7), (Seconds(5 + seconds), 8)])
    let values = tally.history(of: tally.id("/a"))
    var expected = [UInt64?](repeating: 0, count: 60)
    expected[0] = seconds == 59 ? 7 : 0
    expected[59] = 1
    #expect(Array(values) == expected)
  }

  @Test("any number of execs a second is kept, up to 32 bits", arguments: [1, 254, 255, 256, 70_000, 5_000_000_000])
  func large(count: UInt64) {
    let tally = tally([(5, count), (5.5, count + 1), (6, count + 3)])
    let values = tally.history(of: tally.id("/a"))
    #expect(values.suffix(3) == [nil, min(count + 1, UInt64(UInt32.max)), 2])
  }

  @Test("a second that comes round again begins at zero")
  func round() {
    let tally = tally([(5, 1000), (65, 1001)])
    #expect(tally.history(of: tally.id("/a")).suffix(1) == [1])
  }

  @Test("large figures of a folded path go into (other) as well", arguments: [3, 300])
  func largeFolding(count: UInt64) {
    var column = HistoryColumn()
    column.add(count, of: 4, slotCount: 5)
    column.add(254, of: 0, slotCount: 5)
    column.fold(Fold(from: 4, into: 0))
    column.fold(Fold(from: 99, into: 0))
    #expect(column[0] == count + 254)
    #expect(column[4] == 0)
    column.add(1, of: 4, slotCount: 5)
    #expect(column[4] == 1)
  }

  @Test("before the first snapshot nothing is known")
  func empty() {
    #expect(History().values(of: [1]).suffix(3) == [nil, nil, nil])
    #expect(History().totalValues.suffix(2) == [nil, nil])
  }

  @Test("the past of a folded path goes into (other), and not to the path that gets its number")
  func folding() {
    var ledger = Ledger(pathLimit: 2)
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(ledger.sample(["/a": 5, "/b": 1], at: 1))
    ledger.move(["/a": 5, "/b": 1])
    tally.apply(ledger.sample(["/c": 1, "/d": 1], at: 2))
    tally.apply(ledger.sample(["/c": 1, "/d": 1, "/e": 4], at: 3))
    #expect(tally.totalHistory.suffix(3) == [6, 2, 4])
    #expect(tally.history(of: .other).suffix(3) == [6, 0, 0])
    #expect(tally.history(of: tally.id("/e")).suffix(3) == [0, 0, 4])
    // So does when it was last run.
    #expect(tally.lastSeen(.other) == 1)
  }
}
