import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecording
@testable import ExecTopTable
@testable import ExecTopText

/// What has gone into `(other)` and comes back.
@Suite("Folded rows")
struct FoldedRowsTests {
  private var ledger: Ledger
  private var tally = Tally(began: 0, countsFromZero: true)
  /// The same, by what a recording holds.
  private var replayed = Tally(began: 0, countsFromZero: true)
  private var recorder = SnapshotRecorder()
  private var replayer: Replayer?

  private init(pathLimit: Int = 100, launchLimit: Int = 100) {
    ledger = Ledger(pathLimit: pathLimit, launchLimit: launchLimit)
  }

  /// A launch by number, and what it has in the map.
  private struct Row {
    var number: UInt64
    var parent: UInt64 = 0
    var path: String
    var user: UInt32 = 0
    var execs: UInt64

    var inMap: (launch: Launch, owner: UInt64, figures: [UseFigure: UInt64]) {
      (
        Launch(number: number, parent: parent, owner: .noPath, user: user, group: 1),
        MapRows.hash.number(of: Path(path)), [.execs: execs, .cpu: execs * 1000]
      )
    }
  }

  private mutating func sample(_ paths: KeyValuePairs<String, UInt64>, _ launches: [Row], at time: Seconds) {
    ledger.beginWalk()
    MapRows(paths: paths.map { (Path($0.key), $0.value) }).inChunks(of: 2) {
      ledger.readPaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
    }
    MapRows(launches: launches.map(\.inMap)).inChunks(of: 2) { ledger.readLaunches(keys: $0, values: $1) }
    tally.apply(
      ledger.snapshot(at: time, execsBefore: nil, failed: nil, unattributed: [:], machine: MachineCPU(cpus: 1)))
  }

  private mutating func move(_ paths: KeyValuePairs<String, UInt64>, _ launches: [Row]) {
    MapRows(paths: paths.map { (Path($0.key), $0.value) }).inChunks(of: .max) {
      ledger.movePaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
    }
    MapRows(launches: launches.map(\.inMap)).inChunks(of: .max) { ledger.moveLaunches(keys: $0, values: $1) }
  }

  /// Execs by the launches of a path.
  private func execs(_ path: String) throws -> UInt64 {
    let uses = try #require(tally.uses)
    return uses.sums(of: uses.launchSlots(of: tally.id(path))[...])[.execs]
  }

  private func all() throws -> LaunchSums {
    let uses = try #require(tally.uses)
    return uses.sums(of: LaunchTree(uses.launchKeys).allSlots)
  }

  private func lines() throws -> [String] {
    let tree = LaunchTree(try #require(tally.uses).launchKeys)
    return tree.nodes.map {
      String(repeating: "  ", count: $0.depth) + tree.keys.name(of: $0.owner).safe { _ in true }.string
    }
  }

  @Test("launches of a path that comes back belong to it again, with all that they had, through a reset too")
  func pathComesBack() throws {
    var tests = FoldedRowsTests(pathLimit: 4)
    let (one, two) = (Row(number: 101, path: "/a", execs: 5), Row(number: 102, path: "/a", user: 7, execs: 2))
    let other = Row(number: 103, path: "/keep", execs: 9)
    tests.sample(["/a": 7, "/keep": 9], [one, two, other], at: 1)
    #expect(try tests.execs("/a") == 7)
    tests.move(["/a": 7], [one, two])
    // Too many paths: the coldest that is in no map goes.
    tests.sample(["/keep": 9, "/b": 1, "/c": 1, "/d": 1], [other], at: 2)
    #expect(tests.tally.table["/a"] == nil && tests.tally.count("(other)") == 7)
    #expect(try tests.lines().sorted() == ["(other)", "/keep"])
    #expect(try tests.execs("(other)") == 7 && tests.all()[.execs] == 16 && tests.all().came(.execs) == 0)
    tests.sample(
      ["/keep": 9, "/b": 1, "/c": 1, "/d": 1, "/a": 1], [other, Row(number: 101, path: "/a", execs: 1)], at: 3)
    // By path it begins anew, by launch it has all that it had: both add up to the same.
    #expect(tests.tally.count("/a") == 1 && tests.tally.count("(other)") == 7)
    #expect(try tests.execs("/a") == 8 && tests.execs("(other)") == 0 && tests.all()[.execs] == 17)
    #expect(try tests.all().came(.execs) == 1 && tests.all()[.cpu] == 17_000)
    #expect(try tests.lines().sorted() == ["/a", "/keep"])
    tests.tally.reset()
    tests.sample(
      ["/keep": 10, "/b": 1, "/c": 1, "/d": 1, "/a": 3],
      [
        Row(number: 103, path: "/keep", execs: 10),
        Row(number: 101, path: "/a", execs: 2), Row(number: 102, path: "/a", user: 7, execs: 1),
      ], at: 4)
    #expect(try tests.execs("/a") == 2 && tests.tally.count("/a") == 2)
    let sum = tests.tally.rows.reduce(0) { $0 + tests.tally.count(of: $1) }
    #expect(try tests.all()[.execs] == 3 && sum == 3)
  }

  @Test("what a reset had subtracted stays subtracted, whether the path comes back before or after it")
  func resetBetween() throws {
    var tests = FoldedRowsTests(pathLimit: 3)
    let one = Row(number: 101, path: "/a", execs: 5)
    tests.sample(["/a": 5], [one], at: 1)
    tests.tally.reset()
    tests.move(["/a": 5], [one])
    tests.sample(["/b": 1, "/c": 1, "/d": 1], [], at: 2)
    #expect(try tests.execs("(other)") == 0 && tests.tally.count("(other)") == 0)
    // Found by its path alone: nothing else is read in this walk.
    tests.ledger.beginWalk(.paths)
    MapRows(paths: [(Path("/a"), 1), (Path("/b"), 1)]).inChunks(of: .max) {
      tests.ledger.readPaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
    }
    tests.tally.apply(
      tests.ledger.snapshot(at: 3, execsBefore: nil, failed: nil, unattributed: [:], machine: MachineCPU(cpus: 1)))
    #expect(try tests.lines() == ["/a"] && tests.execs("/a") == 0)
    let isUndone = tests.tally.undoReset()
    #expect(try isUndone && tests.execs("/a") == 5)
  }

  @Test("two paths that come back in each other's places take their own launches, whatever instants are left out")
  func placesChange() throws {
    var tests = FoldedRowsTests(pathLimit: 4)
    func row(_ name: String, _ number: UInt64, _ execs: UInt64) -> Row { Row(number: number, path: name, execs: execs) }
    let (one, two, three) = (row("/a", 101, 1), row("/b", 102, 20), row("/c", 103, 300))
    tests.sample(["/a": 1, "/b": 20, "/c": 300], [one, two, three], at: 1)
    tests.tally.reset()
    let seen = tests.tally
    for round in 0..<3 {
      tests.move(["/a": 1, "/b": 1, "/c": 1], round == 0 ? [one, two, three] : [])
      tests.sample(
        ["/x\(round)": 1, "/y\(round)": 1, "/z\(round)": 1, "/w\(round)": 1], [], at: 2 + Seconds(2 * round))
      #expect(try tests.execs("(other)") == 0 && tests.tally.table["/a"] == nil)
      // Each time in another order.
      let names = [["/b", "/c", "/a"], ["/c", "/a", "/b"], ["/a", "/c", "/b"]][round]
      tests.ledger.beginWalk()
      for name in names { _ = tests.ledger.meet(Path(name)) }
      for name in names { tests.ledger.read(Path(name), count: 1) }
      let snapshot = tests.ledger.snapshot(
        at: 3 + Seconds(2 * round), execsBefore: nil, failed: nil, unattributed: [:], machine: MachineCPU(cpus: 1))
      var skipping = seen
      skipping.apply(snapshot)
      tests.tally.apply(snapshot)
      for var tally in [tests.tally, skipping] {
        #expect(try #require(tally.uses).sums(of: LaunchTree(#require(tally.uses).launchKeys).allSlots)[.execs] == 0)
        let isUndone = tally.undoReset()
        #expect(isUndone)
        let uses = try #require(tally.uses)
        let found = ["/a", "/b", "/c"].map { uses.sums(of: uses.launchSlots(of: tally.id($0))[...])[.execs] }
        #expect(found == [1, 20, 300])
      }
    }
  }

  @Test("what a launcher without a row launches stands below it again, and it below its own launcher")
  func launcherComesBack() throws {
    var tests = FoldedRowsTests(launchLimit: 10)
    let chain = [
      Row(number: 101, path: "/init", execs: 1), Row(number: 102, parent: 101, path: "/sh", execs: 1),
      Row(number: 103, parent: 102, path: "/job", execs: 3),
    ]
    let paths: KeyValuePairs<String, UInt64> = ["/init": 1, "/sh": 1, "/job": 3, "/x": 100]
    tests.sample(paths, chain, at: 1)
    #expect(try tests.lines() == ["/init", "  /sh", "    /job"])
    tests.move([:], chain)
    let many = (0..<12).map { Row(number: UInt64(200 + $0), path: "/x", user: UInt32($0), execs: 100) }
    // One level goes each time: what launches something keeps its row.
    for time in 2...6 {
      tests.sample(paths, many, at: Seconds(time))
      tests.move([:], [Row(number: 300 + UInt64(time), path: "/x", execs: 100)])
    }
    #expect(try !tests.lines().contains { $0.hasSuffix("/sh") })
    let before = try tests.all()[.execs]
    tests.sample(paths, many + [Row(number: 104, parent: 102, path: "/job", user: 5, execs: 2)], at: 9)
    let lines = try tests.lines()
    #expect(lines.contains("  /sh") && lines.contains("    /job") && lines.contains("/init"))
    // With the last hundred that were moved.
    #expect(try tests.all()[.execs] == before + 102)
  }
}
