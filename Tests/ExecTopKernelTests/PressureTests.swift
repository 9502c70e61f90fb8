import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// Full speed, and more paths than the map holds.
@Suite(.needsKernel, .serialized)
struct PressureTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  /// Samples every so many milliseconds, and makes room when asked to, while processes run, and once more when they have
  /// ended.
  private func watch(
    _ counter: ExecCounter, _ processes: [pid_t], every milliseconds: Int32 = 100, relieves: Bool = true,
    each: (Snapshot) -> Void = { _ in }
  ) throws -> Tally {
    defer { workload.remove() }
    var tally = Tally(began: 0, countsFromZero: true)
    var running = Set(processes)
    var refreshes = 0.0
    func sample() throws {
      refreshes += 1
      let snapshot = try counter.sample(at: refreshes)
      each(snapshot)
      tally.apply(snapshot)
    }
    while !running.isEmpty {
      var pressure = pollfd(fd: relieves ? counter.pressureDescriptor ?? -1 : -1, events: Int16(POLLIN), revents: 0)
      if poll(&pressure, 1, milliseconds) > 0 {
        try counter.relieve()
      } else {
        try sample()
      }
      for process in running {
        var status: Int32 = 0
        if waitpid(process, &status, WNOHANG) == process {
          #expect(status == 0)
          running.remove(process)
        }
      }
    }
    try sample()
    return tally
  }

  @Test("two processes at full speed lose nothing, and every snapshot adds up")
  func storm() throws {
    let program = try workload.program("storm")
    let missing = workload.path("missing")
    let counter = try ExecCounter()
    let kinds = [["spawn", program, "10000"], ["fail", missing, "200000"]]
    let tally = try watch(counter, (kinds + kinds).map { workload.start($0) }) { snapshot in
      #expect(snapshot.totals.unaccounted == 0)
      #expect(snapshot.paths.total() + snapshot.totals.unattributed.sum == snapshot.totals.execs)
    }
    #expect(tally.row(program) == Row(count: 20_000, errors: [:]))
    #expect(tally.row(missing) == Row(count: 400_000, errors: [ENOENT: 400_000]))
    #expect(tally.totals.unattributed == [:])
  }

  @Test("more paths than the map holds all have their rows, and what comes after them is counted")
  func manyPaths() throws {
    let counter = try ExecCounter()
    let prefix = workload.path("many-")
    let after = workload.path("after")
    let tally = try watch(
      counter, [workload.start(["distinct", prefix, "60000", "20000"]), workload.start(["fail", after, "7"])],
      every: 1000)
    let rows = tally.rows.filter { tally.path(of: $0).bytes.starts(with: prefix.utf8) }
    #expect(rows.count == 60_000)
    #expect(rows.allSatisfy { tally.count(of: $0) == 1 && tally.failed(of: $0) == 1 })
    #expect(tally.totals.unattributed[.mapFull] == 0)
    #expect(tally.row(after) == Row(count: 7, errors: [ENOENT: 7]))
    #expect(tally.totals.unaccounted == 0)
  }

  @Test("beyond the limit in user space the coldest go into (other), with nothing lost")
  func other() throws {
    let counter = try ExecCounter()
    let prefix = workload.path("other-")
    let tally = try watch(counter, [workload.start(["distinct", prefix, "90000", "20000"])], every: 1000)
    let rows = tally.rows.filter { tally.path(of: $0).bytes.starts(with: prefix.utf8) }
    #expect(tally.rowCount <= Ledger.defaultPathLimit)
    let inRows = rows.reduce(0) { $0 + tally.count(of: $1) }
    #expect(inRows + tally.count(of: .other) >= 90_000)
    #expect(inRows + (tally.failed(of: .other) ?? 0) >= 90_000)
    #expect(tally.totals.unattributed[.mapFull] == 0)
    #expect(tally.totals.unaccounted == 0)
    #expect(tally.totals.failedWithoutErrno == 0)
  }

  @Test("a flood at full speed: what has no row is named, and nothing else is missing")
  func flood() throws {
    let counter = try ExecCounter(maxPaths: 4096)
    let prefix = workload.path("flood-")
    let tally = try watch(
      counter,
      [
        workload.start(["distinct", prefix + "a", "300000", "0"]),
        workload.start(["distinct", prefix + "b", "300000", "0"]),
      ])
    let inRows = tally.rows.reduce(0) {
      tally.path(of: $1).bytes.starts(with: prefix.utf8) || $1 == .other ? $0 + tally.count(of: $1) : $0
    }
    #expect(inRows + (tally.totals.unattributed[.mapFull] ?? 0) >= 600_000)
    #expect(tally.totals.execs >= 600_000)
    #expect(tally.totals.failed ?? 0 >= 600_000)
    #expect(tally.totals.unaccounted == 0)
  }

  @Test("a map that nobody relieves fills up, and says how much it did not take")
  func fullMap() throws {
    let counter = try ExecCounter(maxPaths: 64)
    let prefix = workload.path("full-")
    let tally = try watch(counter, [workload.start(["distinct", prefix, "1000", "0"])], relieves: false)
    let mapFull = tally.totals.unattributed[.mapFull] ?? 0
    #expect(mapFull >= 1000 - 64)
    #expect(tally.totals.execs == tally.rows.reduce(0) { $0 + tally.count(of: $1) } + tally.totals.unattributed.sum)
  }

  @Test("making room leaves the paths with most execs in exec_count, and changes no figure")
  func relief() throws {
    let counter = try ExecCounter(maxPaths: 256)
    let hot = workload.path("hot")
    try workload.run("fail", hot, "1000")
    try workload.run("distinct", workload.path("cold-"), "150", "0")
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(try counter.sample(at: 1))
    let before = tally.row(hot)
    try counter.relieve()
    // A program that runs, and none that fails: the failures need not be read again, but what was moved must not count
    // twice.
    try workload.run("fail", hot, "0")
    tally.apply(try counter.sample(at: 2))
    #expect(tally.row(hot) == before)
    try workload.run("fail", hot, "10")
    tally.apply(try counter.sample(at: 3))
    workload.remove()
    #expect(before == Row(count: 1000, errors: [ENOENT: 1000]))
    #expect(tally.row(hot) == Row(count: 1010, errors: [ENOENT: 1010]))
    #expect(tally.rows.count { tally.path(of: $0).bytes.starts(with: workload.path("cold-").utf8) } == 150)
    #expect(try counter.rowsInMap(Path(hot)) == 1010)
  }
}

extension ExecCounter {
  /// What exec_count itself holds of a path.
  fileprivate func rowsInMap(_ path: Path) throws -> UInt64? {
    var found: UInt64?
    try walkPaths { keys, values in
      for row in values.indices {
        let key = keys.extracting(droppingFirst: row * 256).extracting(first: 256)
        if Path(key.withUnsafeBytes { $0.prefix { $0 != 0 } }) == path { found = values[row] }
      }
    }
    return found
  }
}
