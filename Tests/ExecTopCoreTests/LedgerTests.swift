import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// What the ledger makes of the rows it is handed. The tally reads the snapshots, as it does in exectop.
@Suite("Ledger")
struct LedgerTests {
  private var ledger = Ledger()
  private var tally = Tally(began: 0, countsFromZero: true)

  init() {}

  private init(pathLimit: Int) {
    ledger = Ledger(pathLimit: pathLimit)
  }

  private mutating func sample(
    _ paths: KeyValuePairs<String, UInt64>, failures: [(String, Int32, UInt64)] = [], execsBefore: UInt64? = nil,
    chunk: Int = .max
  ) {
    tally.apply(
      ledger.sample(
        paths, failures: failures, at: tally.latest.time + 1, execsBefore: execsBefore, chunk: chunk))
  }

  // MARK: Walks

  @Test("a path keeps its id, whatever the order of the walk and its neighbours", arguments: [1, 2, .max])
  mutating func changingWalks(chunk: Int) {
    let walks: [KeyValuePairs<String, UInt64>] = [
      ["/a": 1, "/b": 2, "/c": 3],
      // The same, one at the end, one in the middle, one at the beginning.
      ["/a": 2, "/b": 3, "/c": 4],
      ["/a": 2, "/b": 3, "/c": 4, "/d": 5],
      ["/a": 2, "/b": 3, "/e": 1, "/c": 4, "/d": 6],
      ["/f": 7, "/a": 2, "/b": 3, "/e": 1, "/c": 4, "/d": 6],
      // Some gone from the middle, the order turned round, gone rows back, none at all.
      ["/f": 7, "/e": 2, "/d": 6],
      ["/d": 7, "/e": 2, "/f": 8],
      ["/c": 9, "/d": 7, "/a": 3],
      [:],
      ["/a": 4],
    ]
    var numbers: [String: PathID] = [:]
    for walk in walks {
      sample(walk, chunk: chunk)
      #expect(tally.table == Dictionary(uniqueKeysWithValues: walk.map { ($0.key, $0.value) }))
      for path in walk.map(\.key) {
        let number = numbers[path, default: tally.id(path)]
        #expect(number == tally.id(path))
        numbers[path] = number
      }
    }
    #expect(Set(numbers.values).count == numbers.count)
  }

  @Test("only a key that is just the path is the path", arguments: [1, 7, 8, 9, 16, 254, 255])
  mutating func similarKeys(length: Int) {
    let path = String(repeating: "a", count: length)
    let longer = path + "a"
    sample([path: 1])
    sample([String(path.dropLast()) + "b": 2])
    #expect(tally.table == [String(path.dropLast()) + "b": 2])
    guard length < Path.keptBytes else { return }
    sample([longer: 3])
    #expect(tally.table == [longer: 3])
    sample([path: 4])
    #expect(tally.table == [path: 4])
  }

  @Test("bytes behind the NUL that ends a path are not part of it")
  mutating func bytesBehindNul() {
    var key = Array("/a".utf8) + Array(repeating: 0, count: 254)
    for garbage in [0, 0x62] as [UInt8] {
      key[200] = garbage
      ledger.beginWalk()
      ledger.readPaths(keys: key.span.bytes, keySize: 256, values: [5].span)
      tally.apply(
        ledger.snapshot(at: tally.latest.time + 1, execsBefore: nil, failed: nil, unattributed: [:]))
      #expect(tally.table == ["/a": 5])
    }
  }

  @Test("a row that the walk meets twice counts once, as it was last")
  mutating func metTwice() {
    sample(["/a": 1, "/b": 1])
    sample(["/a": 2, "/b": 1, "/a": 3])
    #expect(tally.table == ["/a": 3, "/b": 1])
    sample(["/a": 3, "/b": 2])
    #expect(tally.table == ["/a": 3, "/b": 2])
  }

  // MARK: Moving

  @Test("what has been moved out of the map is added to what the map holds")
  mutating func moved() {
    sample(["/a": 5, "/b": 1], failures: [("/a", 2, 4)])
    ledger.move(["/a": 6, "/c": 2], failures: [("/a", 2, 5)])
    sample(["/b": 1])
    #expect(tally.table == ["/a": 6, "/b": 1, "/c": 2])
    #expect(tally.errors("/a") == [2: 5])
    #expect(tally.delta("/a") == 1)
    sample(["/b": 1, "/a": 3], failures: [("/a", 2, 1), ("/a", 13, 1)])
    #expect(tally.table == ["/a": 9, "/b": 1, "/c": 2])
    #expect(tally.errors("/a") == [2: 6, 13: 1])
  }

  @Test("a failure whose path has no row yet is left out until the next walk")
  mutating func failureFirst() {
    sample([:], failures: [("/a", 2, 1)])
    #expect(tally.table.isEmpty)
    #expect(tally.latest.failures.total() == 0)
    sample(["/b": 1, "/a": 3], failures: [("/a", 2, 2)])
    #expect(tally.table == ["/a": 3, "/b": 1])
    #expect(tally.errors("/a") == [2: 2])
    #expect(tally.errors("/b").isEmpty)
  }

  @Test("each errno of each path is counted by itself", arguments: [1, 2, .max])
  mutating func failures(chunk: Int) {
    let paths: KeyValuePairs<String, UInt64> = ["/a": 9, "/b": 9]
    sample(paths, failures: [("/a", 2, 1), ("/a", 13, 2), ("/b", 2, 3)], chunk: chunk)
    sample(paths, failures: [("/b", 2, 4), ("/a", 26, 1), ("/a", 2, 1)], chunk: chunk)
    #expect(tally.errors("/a") == [2: 1, 26: 1])
    #expect(tally.errors("/b") == [2: 4])
  }

  @Test("what failed after its row was read is not among its failures yet: nothing seems to have run that only failed")
  mutating func failedMeanwhile() {
    sample(["/a": 5, "/b": 3], failures: [("/a", 2, 4), ("/a", 13, 3), ("/b", 2, 1), ("/c", 2, 9)])
    #expect(tally.errors("/a") == [2: 4, 13: 1])
    #expect(tally.errors("/b") == [2: 1])
    #expect(tally.id("/c") == ID(slot: 9999, generation: 0) || tally.errors("/c").isEmpty)
    #expect(tally.totals.failed == 17)
    sample(["/a": 8, "/b": 3, "/c": 9], failures: [("/a", 2, 4), ("/a", 13, 3), ("/b", 2, 1), ("/c", 2, 9)])
    #expect(tally.errors("/a") == [2: 4, 13: 3])
    #expect(tally.errors("/c") == [2: 9])
  }

  @Test("failures that are not walked over stay as they were")
  mutating func failuresNotWalked() {
    sample(["/a": 5], failures: [("/a", 2, 4)])
    ledger.beginWalk(.paths)
    MapRows(paths: [(Path("/a"), 7)]).inChunks(of: .max) {
      ledger.readPaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
    }
    tally.apply(ledger.snapshot(at: 9, execsBefore: nil, failed: 4, unattributed: [:]))
    #expect(tally.table == ["/a": 7])
    #expect(tally.errors("/a") == [2: 4])
  }

  // MARK: Folding

  /// A ledger that folds, with `/hot` in the map and the others out of it.
  private static func folding() -> LedgerTests {
    var tests = LedgerTests(pathLimit: 4)
    tests.sample(["/hot": 9, "/one": 1, "/two": 2, "/three": 3], failures: [("/one", 2, 1), ("/two", 13, 2)])
    tests.ledger.move(
      ["/one": 1, "/two": 2, "/three": 3], failures: [("/one", 2, 1), ("/two", 13, 2)])
    return tests
  }

  @Test("beyond the limit the coldest paths outside the map go into (other), with their failures")
  func folds() {
    var tests = LedgerTests.folding()
    tests.sample(["/hot": 9, "/new": 1])
    #expect(tests.tally.table == ["/hot": 9, "/new": 1, "(other)": 6])
    #expect(tests.tally.errors("(other)") == [2: 1, 13: 2])
    #expect(tests.tally.delta("(other)") == 0)
  }

  @Test("the slot of a folded path goes to a later one, which has another id and nothing of the folded one")
  func reusesSlots() {
    var tests = LedgerTests.folding()
    tests.sample(["/hot": 9, "/new": 1])
    let numbers = tests.tally.slotCount
    tests.sample(["/hot": 9, "/new": 1, "/newer": 7], failures: [("/newer", 8, 7)])
    #expect(tests.tally.slotCount == numbers)
    #expect(tests.tally.count("/newer") == 7)
    #expect(tests.tally.delta("/newer") == 7)
    #expect(tests.tally.errors("/newer") == [8: 7])
    #expect(tests.tally.firstSeen(tests.tally.id("/newer")) == 3)
  }

  @Test("a path named as the row of many has a row of its own")
  func namedOther() {
    var ledger = Ledger()
    var tally = Tally(began: 0, countsFromZero: true)
    ledger.move(["/a": 5, "(other)": 3])
    tally.apply(ledger.sample(["/b": 1, "(other)": 4], at: 1))
    let named = tally.rows.filter { tally.path(of: $0) == Path("(other)") }
    #expect(!named.contains(.other))
    #expect(named.map { tally.count(of: $0) } == [7])
    #expect(tally.count(of: .other) == 0)
  }

  @Test("a path that comes back from (other) begins anew; what it had stays there")
  func comesBack() {
    var tests = LedgerTests.folding()
    tests.sample(["/hot": 9, "/new": 1])
    tests.sample(["/hot": 9, "/new": 1, "/one": 1])
    #expect(tests.tally.table == ["/hot": 9, "/new": 1, "/one": 1, "(other)": 6])
  }

  @Test("a path in the map, or with a failure there, is not folded")
  func keepsWhatTheMapHolds() {
    var tests = LedgerTests(pathLimit: 2)
    tests.ledger.move(["/failing": 1])
    tests.sample(["/a": 1, "/b": 1, "/c": 1], failures: [("/failing", 2, 1)])
    #expect(tests.tally.table == ["/a": 1, "/b": 1, "/c": 1, "/failing": 1])
  }

  @Test("paths that came and were folded between two samples leave only what (other) has of them")
  func foldedUnseen() {
    var tests = LedgerTests(pathLimit: 1)
    tests.ledger.move(["/a": 1, "/b": 2], failures: [("/a", 2, 1), ("/b", 13, 2), ("/b", 8, 0)])
    let snapshot = tests.ledger.sample([:], at: 1)
    tests.tally.apply(snapshot)
    #expect(tests.tally.table == ["(other)": 3])
    #expect(tests.tally.errors("(other)") == [2: 1, 13: 2])
  }

  @Test("rows that vanish from a map without having been moved do not take slots for ever")
  func vanished() {
    var tests = LedgerTests(pathLimit: 10)
    for round in 1...100 { tests.sample(["/round/\(round)": 1, "/stays": UInt64(round)]) }
    #expect(tests.tally.table == ["/round/100": 1, "/stays": 100])
    #expect(tests.tally.slotCount <= 13)
  }

  // MARK: The promise

  @Test(
    "execs are the rows and what has a reason; what the kernel's total has beyond is lost",
    arguments: [(nil, 0), (3, 0), (16, 0), (20, 4)] as [(UInt64?, UInt64)])
  func identity(execsBefore: UInt64?, lost: UInt64) {
    var ledger = Ledger()
    ledger.move(["/b": 4])
    let totals = ledger.sample(
      ["/a": 5, "/b": 1], execsBefore: execsBefore,
      unattributed: [.unreadable: 1, .mapFull: 2, .missed: 3]
    ).totals
    #expect(totals.unaccounted == lost)
    #expect(totals.execs == 16 + lost)
  }

  @Test("sums of a foreign map's values end at the highest count")
  mutating func largestValues() {
    sample(["/a": .max, "/b": UInt64.max - 1, "/c": 1])
    #expect(tally.table == ["/a": Saturating.most, "/b": Saturating.most, "/c": 1])
    #expect(tally.totals.execs == Saturating.most)
    sample(["/a": 1, "/b": .max, "/c": 1])
    #expect(tally.delta("/a") == nil)
    ledger.move(["/c": .max])
    sample(["/c": .max])
    #expect(tally.table == ["/c": Saturating.most])
  }

  @Test("a random workload is counted as a dictionary counts it", arguments: [1, 2, 3] as [UInt64])
  func model(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var tests = LedgerTests(pathLimit: 12)
    var model = MapModel()
    for _ in 0..<150 {
      for _ in 0..<Int.random(in: 0...20, using: &random) { model.exec(using: &random) }
      if Int.random(in: 0..<3, using: &random) == 0 { model.spill(into: &tests.ledger, using: &random) }
      if Int.random(in: 0..<4, using: &random) == 0 { model.order.shuffle(using: &random) }
      model.sample(into: &tests.ledger, tally: &tests.tally, chunk: Int.random(in: 1...30, using: &random))
      model.check(tests.tally)
    }
  }
}

/// Two maps as the kernel fills them, and beside them plain dictionaries of all that ever happened.
private struct MapModel {
  var order: [String] = []
  private var held: [String: UInt64] = [:]
  private var heldFailures: [String: [Int32: UInt64]] = [:]
  private var all: [String: UInt64] = [:]
  private var allFailures: [Int32: UInt64] = [:]

  mutating func exec(using random: inout SeededGenerator) {
    let path = "/p\(Int.random(in: 0..<60, using: &random) * Int.random(in: 0..<60, using: &random) / 60)"
    if held[path] == nil { order.append(path) }
    held[path, default: 0] += 1
    all[path, default: 0] += 1
    guard let error = ([nil, nil, 2, 13] as [Int32?]).randomElement(using: &random) ?? nil else { return }
    heldFailures[path, default: [:]][error, default: 0] += 1
    allFailures[error, default: 0] += 1
  }

  /// Moves some of the rows, or all, out of the maps.
  mutating func spill(into ledger: inout Ledger, using random: inout SeededGenerator) {
    let going = order.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
    for path in going {
      let failures = heldFailures.removeValue(forKey: path) ?? [:]
      ledger.move([path: held[path] ?? 0], failures: failures.map { (path, $0.key, $0.value) })
      held[path] = nil
    }
    order.removeAll { held[$0] == nil }
  }

  func sample(into ledger: inout Ledger, tally: inout Tally, chunk: Int) {
    ledger.beginWalk()
    let failures = order.flatMap { path in
      (heldFailures[path] ?? [:]).sorted { $0.key < $1.key }.map { (Path(path), UInt64(0), $0.key, $0.value) }
    }
    MapRows(paths: order.map { (Path($0), held[$0] ?? 0) }).inChunks(of: chunk) {
      ledger.readPaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
    }
    MapRows(failures: failures).inChunks(of: chunk) { ledger.readFailures(keys: $0, values: $1) }
    tally.apply(
      ledger.snapshot(
        at: tally.latest.time + 1, execsBefore: all.values.reduce(0, +), failed: allFailures.values.reduce(0, +),
        unattributed: [:]))
  }

  func check(_ tally: Tally) {
    let table = tally.table
    #expect(tally.totals.unaccounted == 0)
    #expect(tally.accounted == all.values.reduce(0, +))
    #expect(table.values.reduce(0, +) == all.values.reduce(0, +))
    for (path, count) in table where path != "(other)" {
      // A path that came back from (other) has only what it had since.
      #expect(count <= all[path] ?? 0)
      if table["(other)"] == nil { #expect(count == all[path]) }
    }
    var failures: [Int32: UInt64] = [:]
    for id in tally.rows {
      for (error, count) in tally.errors(of: id) ?? [] { failures[error, default: 0] += count }
      #expect(tally.failed(of: id) ?? 0 <= tally.count(of: id))
    }
    #expect(failures == allFailures)
  }
}
