import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// What a tally tells of processes. Times in milliseconds, as `UsesSaid` has them.
@Suite("What processes use")
struct UseTallyTests {
  private var snapshots = Snapshots()
  private var tally = Tally(began: 0, countsFromZero: true)

  private typealias Row = UsesSaid.Row

  private mutating func sample(at time: Seconds, _ uses: UsesSaid) {
    tally.apply(snapshots.at(time, ["/a": 1], uses: uses))
  }

  private var uses: UseTally { tally.uses ?? UseTally() }

  private func cpu(_ path: String) -> UInt64 { uses.cpu(of: tally.id(path)) / 1_000_000 }

  /// Milliseconds a second.
  private func rate(_ path: String) -> Double? { uses.cpuRate(of: tally.id(path)).map { ($0 * 1000).rounded() } }

  @Test("nothing is known of processes where no snapshot tells of them")
  mutating func unknown() {
    tally.apply(snapshots.at(1, ["/a": 1]))
    #expect(tally.uses == nil)
  }

  @Test("CPU time is that of those that ended and of those that run; its rate is over the last interval")
  mutating func rates() {
    sample(at: 1, UsesSaid([Row(path: "/a", ended: 300)]))
    #expect(cpu("/a") == 300 && rate("/a") == 300)
    sample(at: 3, UsesSaid([Row(path: "/a", ended: 400, running: 2, runningCPU: 500)]))
    #expect(cpu("/a") == 900 && rate("/a") == 300)
    #expect(uses.running(of: tally.id("/a")) == 2)
    #expect(uses.runningCPU(of: tally.id("/a")) == 500_000_000)
    sample(at: 4, UsesSaid([Row(path: "/a", ended: 400, running: 2, runningCPU: 500)]))
    #expect(rate("/a") == 0)
    #expect(uses.totals.running == 2)
  }

  @Test("a process that ends is not counted a second time, also where it is in neither list for a moment")
  mutating func ends() {
    sample(at: 1, UsesSaid([Row(path: "/a", running: 1, runningCPU: 500)]))
    #expect(cpu("/a") == 500)
    // It has gone from those that run, and is not yet among those that ended.
    sample(at: 2, UsesSaid([]))
    #expect(cpu("/a") == 500 && rate("/a") == 0)
    #expect(uses.running(of: tally.id("/a")) == 0)
    sample(at: 3, UsesSaid([Row(path: "/a", ended: 700, endings: [(0, 1, 700)])]))
    #expect(cpu("/a") == 700 && rate("/a") == 200)
    #expect(uses.ended(of: tally.id("/a")) == 1)
  }

  @Test("where the first sample is of what was there before, no rate is known")
  mutating func foreign() {
    tally = Tally(began: 0, countsFromZero: false)
    sample(at: 1, UsesSaid([Row(path: "/a", ended: 300)]))
    #expect(rate("/a") == nil && uses.totalRate == nil && uses.audit == nil)
    sample(at: 2, UsesSaid([Row(path: "/a", ended: 310)]))
    #expect(rate("/a") == 10)
  }

  @Test("a reset counts from there, its undoing brings back all; what runs and what it used stays")
  mutating func reset() {
    let before = UsesSaid.Row(
      path: "/a", ended: 300, running: 1, runningCPU: 50, endings: [(0, 4, 10), (9, 1, 2000)], majorFaults: 7,
      resident: 5000)
    sample(at: 1, UsesSaid([before], others: [(.kernelThreads, 30)], busy: 400))
    tally.reset()
    let id = tally.id("/a")
    #expect(cpu("/a") == 0 && uses.ended(of: id) == 0 && uses.majorFaults(of: id) == 0)
    #expect(uses.running(of: id) == 1 && uses.runningCPU(of: id) == 50_000_000)
    #expect(uses.resident(of: id) == nil && uses.wall(of: id) == nil && uses.exits(of: id).isEmpty)
    #expect(uses.totals.cpu == CPUByKind() && uses.totals.machine.busy == 0)
    // Because it runs it still has a row.
    #expect(tally.rows.contains(id))
    var after = before
    after.ended = 420
    after.endings = [(0, 6, 10), (9, 1, 2000)]
    after.majorFaults = 8
    sample(at: 2, UsesSaid([after], others: [(.kernelThreads, 50)], busy: 600))
    #expect(cpu("/a") == 120 && uses.ended(of: id) == 2 && uses.majorFaults(of: id) == 1)
    #expect(uses.exits(of: id).map(\.status.word) == [0])
    // Neither the longest nor the most resident has risen: what it was since the reset is not known.
    #expect(uses.resident(of: id) == nil && uses.wall(of: id)?.longest == nil)
    #expect(uses.wall(of: id)?.mean == 0.01)
    #expect(uses.totals.cpu.programs == 120_000_000 && uses.totals.cpu.kernelThreads == 20_000_000)
    #expect(uses.totals.machine.busy == 200_000_000 && uses.totals.ended == 2)
    after.endings = [(0, 6, 10), (9, 1, 2000), (15, 1, 3000)]
    after.resident = 6000
    sample(at: 3, UsesSaid([after]))
    #expect(uses.resident(of: id) == 6000 && uses.wall(of: id)?.longest == 3)
    let undone = tally.undoReset()
    #expect(undone)
    #expect(cpu("/a") == 470 && uses.ended(of: id) == 8 && uses.majorFaults(of: id) == 8)
    #expect(uses.totals.cpu.kernelThreads == 50_000_000)
    #expect(uses.exits(of: id).map(\.count) == [6, 1, 1])
  }

  @Test("sums are the same, whichever snapshots are left out or come twice", arguments: 1...6 as ClosedRange<UInt64>)
  mutating func faulty(seed: UInt64) {
    var random = SplitMix(state: seed)
    var faulty = tally
    var (ended, running, exits) = ([0, 0] as [UInt64], [0, 0] as [UInt64], [0, 0] as [UInt64])
    for second in 1...60 {
      for path in 0...1 {
        running[path] += random.next() % 50
        if random.next() % 4 == 0 {
          ended[path] += running[path]
          running[path] = 0
          exits[path] += 1
        }
      }
      let rows = zip(["/a", "/b"], 0...1).map { name, path in
        Row(
          path: name, ended: ended[path], running: running[path] > 0 ? 1 : 0, runningCPU: running[path],
          endings: [(Int32(path) << 8, exits[path], 5)].filter { $0.1 > 0 })
      }
      let snapshot = snapshots.at(Seconds(second), ["/a": 1, "/b": 1], uses: UsesSaid(rows, busy: UInt64(second * 9)))
      tally.apply(snapshot)
      if second % 3 != 1 {
        faulty.apply(snapshot)
        if second % 5 == 0 { faulty.apply(snapshot) }
        #expect(faulty.uses?.totals == tally.uses?.totals)
        for id in tally.rows {
          #expect(faulty.uses?.cpu(of: id) == tally.uses?.cpu(of: id))
          #expect(faulty.uses?.exits(of: id).map(\.count) == tally.uses?.exits(of: id).map(\.count))
        }
        #expect(cpu("/a") == ended[0] + running[0] || second > 20)
      }
      // Both at a snapshot that both have.
      if second == 20 || second == 41 {
        for _ in [0] {
          tally.reset()
          faulty.reset()
        }
      }
      if second == 50 {
        let both = [tally.undoReset(), faulty.undoReset()]
        #expect(both == [true, true])
      }
    }
  }

  @Test("a path that goes into (other) takes along what its processes used and how they ended")
  func folded() {
    var ledger = Ledger(pathLimit: 2)
    var tally = Tally(began: 0, countsFromZero: true)
    func sample(_ time: Seconds, _ paths: KeyValuePairs<String, UInt64>, ofOther cpu: UInt64? = nil) {
      ledger.beginWalk()
      for (path, count) in paths { ledger.read(Path(path), count: count) }
      if let cpu {
        let launch = ledger.launch(of: Path("/a"))
        ledger.read(launch, [.cpu: cpu, .longest: cpu])
        ledger.read(Ending(owner: launch.owner, status: ExitStatus(word: 9), wall: WallBucket(holding: cpu)), count: 2)
      }
      tally.apply(
        ledger.snapshot(at: time, execsBefore: nil, failed: 0, unattributed: [:], machine: MachineCPU()))
    }
    sample(1, ["/a": 5, "/b": 1], ofOther: 70)
    tally.reset()
    ledger.move(["/a": 5, "/b": 1])
    let rows = MapRows(uses: [(MapRows.hash.number(of: Path("/a")), [.cpu: 90, .longest: 90])])
    rows.inChunks(of: .max) { ledger.moveLaunches(keys: $0, values: $1) }
    MapRows(endings: [(MapRows.hash.number(of: Path("/a")), 9, 0, 3)]).inChunks(of: .max) {
      ledger.moveEndings(keys: $0, values: $1)
    }
    sample(2, ["/c": 1, "/d": 1])
    sample(3, ["/c": 1, "/d": 1, "/e": 1, "/f": 1])
    #expect(!tally.contains(tally.id("/a")))
    #expect(tally.uses?.cpu(of: .other) == 20)
    #expect(tally.uses?.exits(of: .other).map(\.count) == [1])
    #expect(tally.uses?.wall(of: .other)?.longest == 90e-9)
    _ = tally.undoReset()
    #expect(tally.uses?.cpu(of: .other) == 90)
    #expect(tally.uses?.exits(of: .other).map(\.count) == [3])
    #expect(tally.uses?.cpu(of: tally.id("/e")) == 0)
  }

  @Test("rows of a map are taken by the numbers of paths, and again where nothing has moved", arguments: [1, 2, .max])
  func mapRows(chunk: Int) {
    var ledger = Ledger()
    var tally = Tally(began: 0, countsFromZero: true)
    func number(_ path: String) -> UInt64 { MapRows.hash.number(of: Path(path)) }
    func sample(_ time: Seconds, _ uses: [(UInt64, [UseFigure: UInt64])], _ endings: [(UInt64, Int32, UInt8, UInt64)]) {
      ledger.beginWalk()
      MapRows(paths: [(Path("/a"), 1), (Path("/b"), 1)]).inChunks(of: chunk) {
        ledger.readPaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
      }
      MapRows(uses: uses).inChunks(of: chunk) { ledger.readLaunches(keys: $0, values: $1) }
      MapRows(endings: endings).inChunks(of: chunk) { ledger.readEndings(keys: $0, values: $1) }
      ledger.readRunning(number("/b"), count: 2, cpu: 50)
      ledger.readRunning(1, count: 90, cpu: 7)
      // Of a path that has no row.
      ledger.readRunning(number("/unmet"), count: 1, cpu: 1000)
      tally.apply(ledger.snapshot(at: time, execsBefore: nil, failed: 0, unattributed: [:], machine: MachineCPU()))
    }
    for round in 1...3 as ClosedRange<UInt64> {
      sample(
        Seconds(round),
        [
          (number("/a"), [.cpu: 100 * round, .wall: 10, .majorFaults: 1, .longest: 9, .resident: 4096]),
          (1, [.cpu: 30]), (0, [.cpu: 3]), (number("/unmet"), [.cpu: 1, .wall: 1, .execs: 1]), (2, [.cpu: 4]),
          (number("/b"), [.cpu: 5]),
        ], [(number("/a"), 256, 3, round), (number("/unmet"), 0, 0, 9), (number("/b"), 0, 255, 1), (1, 0, 255, 5)])
      let (uses, a, b) = (tally.uses ?? UseTally(), tally.id("/a"), tally.id("/b"))
      #expect(uses.cpu(of: a) == 100 * round && uses.cpu(of: b) == 55)
      #expect(uses.running(of: a) == 0 && uses.running(of: b) == 2)
      #expect(uses.exits(of: a).map { [$0.status.code.map(UInt64.init), $0.count] } == [[1, round]])
      #expect(uses.endedWithError(of: a) == round && uses.endedWithError(of: b) == 0)
      #expect(uses.wall(of: b) == nil && uses.ended(of: b) == 1)
      #expect(uses.resident(of: a) == 4096 && uses.majorFaults(of: a) == 1)
      var cpu = CPUByKind()
      (cpu.programs, cpu.kernelThreads, cpu.withoutPath, cpu.withoutSlot) = (100 * round + 55, 37, 3, 4)
      #expect(uses.totals.cpu == cpu)
      #expect(uses.totals.running == 92 && uses.totals.ended == round + 6)
    }
  }

  // MARK: Too many endings

  @Test("endings go into coarser ones of their owner, which keep their number, before and after a reset")
  func coarser() {
    var endings = Family<Ending>()
    var tally = FamilyTally<Ending>(keepsDeltas: false)
    var paths = Family<Path>(other: .other)
    let owner = Owner.path(paths.id(of: Path("/a")))
    let identities = paths.identities
    func ending(_ code: Int32) -> Ending {
      Ending(owner: owner, status: ExitStatus(word: code << 8), wall: WallBucket(number: 4))
    }
    func apply() {
      let sums = endings.sums
      tally.apply(
        sums, folds: sums.folds(since: tally.sums, referents: identities),
        step: Step(isComparable: true, endsInterval: true, seconds: 0...0))
    }
    func counts() -> [Int32: UInt64] {
      Dictionary(
        uniqueKeysWithValues: tally.sums.ids.compactMap { id in
          tally.sums.key(of: id).map { ($0.status.word, tally.count(of: id)) }
        })
    }
    endings.beginWalk()
    for code in 0..<10 as Range<Int32> { endings.read(ending(code), figures: [UInt64(code) + 1]) }
    apply()
    tally.reset()
    // All leave the map; one is there again.
    endings.beginWalk()
    var (keys, values): ([UInt8], [UInt64]) = ([], [])
    for code in 0..<10 as Range<Int32> {
      keys.append(UInt8(code))
      values.append(UInt64(code) + 2)
    }
    endings.move(keys: keys.span.bytes, keySize: 1, values: values.span) { key, _ in
      ending(Int32(key.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt8.self)))
    }
    endings.read(ending(0), figures: [5])
    let hasFolded = endings.foldColdest(beyond: 5)
    #expect(hasFolded)
    apply()
    let kept = counts()
    #expect(kept.count <= 6)
    // Each has one more than at the reset; the first has five more beside.
    #expect(kept[0] == 6)
    #expect(kept.filter { $0.key > 0 }.allSatisfy { $0.value == 1 })
    #expect(kept.values.reduce(0, +) == 15)
    #expect(kept[-1] == UInt64(11 - kept.count))
    tally.undoReset()
    #expect(counts().values.reduce(0, +) == 65 + 5)
    #expect(ending(1).coarser?.coarser == nil)
  }

  @Test("where some times of a path were not kept, its mean is not known")
  mutating func meanOfSome() {
    sample(
      at: 1, UsesSaid([Row(path: "/a", ended: 9, endings: [(0, 4, 10), (-1, 3, -1)])]))
    let wall = uses.wall(of: tally.id("/a"))
    #expect(wall?.count == 4 && wall?.mean == nil)
    #expect(uses.exits(of: tally.id("/a")).map(\.count) == [4, 3])
    #expect(uses.endedWithError(of: tally.id("/a")) == 3)
  }

  // MARK: The audit

  @Test("the audit of the CPU names each kind, and what is left")
  mutating func audit() throws {
    sample(at: 1, UsesSaid([], busy: 0))
    sample(
      at: 3,
      UsesSaid(
        [Row(path: "/a", ended: 1000), Row(path: "/b", running: 1, runningCPU: 1620)],
        others: [(.kernelThreads, 180)], busy: 2860))
    let audit = try #require(uses.audit)
    #expect(audit.text == "cpu 143% of 200%: programs 131, kernel 9.0, rest 3.0")
    #expect(audit.isComplete)
    #expect(audit.texts.last == "143%")
    #expect(uses.machineRate == 1.43 && uses.totalRate == 1.4)
    // The kernel's own sum lags.
    sample(
      at: 4,
      UsesSaid(
        [Row(path: "/a", ended: 1000), Row(path: "/b", running: 1, runningCPU: 1720)],
        others: [(.kernelThreads, 180), (.withoutPath, 12), (.withoutSlot, 250)], busy: 3200))
    #expect(
      uses.audit?.text
        == "cpu 34% of 200%: programs 10, kernel 0.0, no_path 1.2, no_slot 25, rest -2.2")
    #expect(uses.audit?.isComplete == false)
    #expect(uses.totals.rest == 0.038)
  }

  @Test("where the machine's own figure is not known, the sum is of what was counted")
  mutating func noMachine() {
    sample(at: 1, UsesSaid([Row(path: "/a", ended: 50)]))
    #expect(uses.audit?.text == "cpu 5.0% of 200%: programs 5.0, kernel 0.0")
    #expect(uses.machineRate == nil && uses.totals.rest == nil)
  }
}

/// Paths that nobody runs, but whose processes use the CPU.
@Suite("Rows of what only runs")
struct OnlyRunningTests {
  private let uses = UsesSaid([UsesSaid.Row(path: "/old", running: 2, runningCPU: 30)])

  @Test("a path that was never run has a row as long as its processes run or have used time")
  func row() throws {
    var board = Board()
    #expect(board.lines[5] == "no execs yet")
    board.sample(["/a": 3], uses: uses)
    #expect(board.lines[5].hasSuffix("/a"))
    #expect(board.lines[6] == "   3.0  0:00.03      0.0         0        0     –  /old")
    #expect(board.state.tally.rowCount == 2)
    // Not new, and not one that succeeded.
    board.sample(["/a": 3], uses: uses, after: 9)
    #expect(board.lines[6].hasSuffix(" –  /old"))
    board.press(.text("o"))
    #expect(board.listed == ["/a"])
    board.press(.text("o"), .text("o"))
    #expect(board.lines[5] == "no process ended with an error; o shows all")
    board.press(.text("o"))
    #expect(board.listed == ["/a", "/old"])
    // It is run: now it has been seen.
    board.sample(["/a": 3, "/old": 1], uses: uses)
    #expect(board.lines[5].hasSuffix("now +/old"))
    // What ends and has used nothing since a reset goes.
    board.press(.text("z"))
    board.sample(["/a": 3, "/old": 1], uses: uses)
    #expect(board.listed == ["/old"])
    board.sample(["/a": 3, "/old": 1], uses: UsesSaid([UsesSaid.Row(path: "/old", ended: 30)]))
    #expect(board.listed == [])
    #expect(board.lines[5] == "no execs yet")
    board.press(.text("u"))
    #expect(Set(board.listed) == ["/a", "/old"])
  }

  @Test("its rate is none, its last exec is not known, and that comes last in order")
  func figures() {
    var tally = Tally(began: 0, countsFromZero: true)
    var snapshots = Snapshots()
    tally.apply(snapshots.at(1, ["/a": 1], uses: uses))
    let id = tally.id("/old")
    #expect(tally.count(of: id) == 0 && tally.delta(of: id) == 0 && tally.rate(of: id) == 0)
    #expect(tally.firstSeen(id) == nil && tally.lastSeen(id) == nil && tally.peak(of: id) == 0)
    #expect(tally.failed(of: id) == 0)
    for isInverted in [false, true] {
      let rows = Query(sort: .last, isInverted: isInverted).rows(of: tally).map { tally.path(of: $0) }
      #expect(rows == (isInverted ? ["/old", "/a"] : ["/a", "/old"]).map { Path($0) })
    }
  }

  @Test("alone it is enough for a table")
  func alone() {
    var board = Board()
    board.sample([:], uses: uses)
    #expect(board.listed == ["/old"])
    board.press(.enter)
    #expect(board.lines[1] == "/old")
    #expect(board.lines.contains { $0.hasPrefix("count 0  share –  rate 0.0/s  failed 0  peak 0.0/s  last –") })
    #expect(board.lines.contains("first seen –  last seen –"))
  }
}
