import Testing

@testable import ExecTopCounting
@testable import ExecTopText

/// The map of failures counts by path, launch and errno: their sums by path and errno, and by launch.
@Suite("Failures by launch")
struct FailuresByLaunchTests {
  private var ledger = Ledger()

  private typealias Rows = [(launch: UInt64, error: Int32, count: UInt64)]

  /// Those of one path, in the map at the given launches.
  private mutating func sample(
    _ rows: Rows, reading parts: Ledger.Parts = .all, launches: [UInt64] = [101, 102]
  ) -> Snapshot {
    ledger.beginWalk(parts)
    if parts.contains(.paths) {
      MapRows(paths: [(Path("/a"), 100)]).inChunks(of: 2) {
        ledger.readPaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
      }
    }
    if parts.contains(.uses) {
      Self.inMap(launches).inChunks(of: 1) { ledger.readLaunches(keys: $0, values: $1) }
    }
    if parts.contains(.failures) {
      Self.inMap(rows).inChunks(of: 2) { ledger.readFailures(keys: $0, values: $1) }
    }
    return ledger.snapshot(
      at: 1, execsBefore: nil, failed: nil, unattributed: [:], machine: MachineCPU(cpus: 1))
  }

  private static func inMap(_ launches: [UInt64]) -> MapRows {
    MapRows(
      launches: launches.map {
        (
          Launch(number: $0, parent: 0, owner: .noPath, user: 0, group: 1), MapRows.hash.number(of: Path("/a")),
          [.execs: 1, .cpu: 7]
        )
      })
  }

  private static func inMap(_ rows: Rows) -> MapRows {
    MapRows(failures: rows.map { (Path("/a"), $0.launch, $0.error, $0.count) })
  }

  /// By errno.
  private static func errors(_ snapshot: Snapshot) -> [Int32: UInt64] {
    let failures = snapshot.failures
    return Dictionary(
      uniqueKeysWithValues: failures.ids.compactMap { id in
        failures.key(of: id).map { ($0.error, failures.figure(of: id)) }
      })
  }

  /// By the launch's number.
  private static func failed(_ snapshot: Snapshot) throws -> [UInt64: UInt64] {
    let launches = try #require(snapshot.uses).launches
    return Dictionary(
      uniqueKeysWithValues: launches.ids.compactMap { id in
        launches.key(of: id).map { ($0.number, launches.figure(of: id, UseFigure.failed.rawValue)) }
      })
  }

  @Test("rows of one errno add up for their path, those of one launch for the launch, each time they are read")
  func sums() throws {
    var tests = FailuresByLaunchTests()
    for round in 1...3 as ClosedRange<UInt64> {
      let snapshot = tests.sample([(101, 2, 3 * round), (102, 2, 4), (101, 13, 5)])
      #expect(Self.errors(snapshot) == [2: 3 * round + 4, 13: 5])
      #expect(try Self.failed(snapshot) == [101: 3 * round + 5, 102: 4])
    }
  }

  @Test(
    "failures of a launch that has no row stand under none; those of one that is not read yet come with the next walk")
  func unknownLaunches() throws {
    var tests = FailuresByLaunchTests()
    let rows: Rows = [(101, 2, 3), (Launch.withoutRow.number, 2, 4), (103, 2, 5)]
    let early = tests.sample(rows)
    #expect(Self.errors(early) == [2: 12])
    #expect(try Self.failed(early) == [101: 3, 102: 0, Launch.withoutRow.number: 4])
    #expect(try Self.failed(tests.sample(rows, launches: [101, 102, 103]))[103] == 5)
  }

  @Test("what is not read anew stays: failures where launches are read, and launches where failures are")
  func parts() throws {
    var tests = FailuresByLaunchTests()
    _ = tests.sample([(101, 2, 3), (102, 2, 4)])
    let launchesOnly = tests.sample([(101, 2, 1000)], reading: .uses)
    #expect(Self.errors(launchesOnly) == [2: 7])
    #expect(try Self.failed(launchesOnly) == [101: 3, 102: 4])
    let failuresOnly = tests.sample([(101, 2, 5), (102, 2, 4)], reading: [.paths, .failures])
    #expect(Self.errors(failuresOnly) == [2: 9])
    #expect(try Self.failed(failuresOnly) == [101: 5, 102: 4])
    let launches = try #require(failuresOnly.uses).launches
    #expect(launches.total(UseFigure.execs.rawValue) == 2 && launches.total(UseFigure.cpu.rawValue) == 14)
  }

  @Test("rows that leave the map stay in both sums")
  func moved() throws {
    var tests = FailuresByLaunchTests()
    _ = tests.sample([(101, 2, 3), (102, 13, 4)])
    Self.inMap([101, 102] as [UInt64]).inChunks(of: .max) { tests.ledger.moveLaunches(keys: $0, values: $1) }
    Self.inMap([(101, 2, 3), (102, 13, 4)] as Rows).inChunks(of: .max) {
      tests.ledger.moveFailures(keys: $0, values: $1)
    }
    let after = tests.sample([(102, 13, 1)], launches: [102])
    #expect(Self.errors(after) == [2: 3, 13: 5])
    #expect(try Self.failed(after) == [101: 3, 102: 5])
  }
}
