import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// A family that exectop does not have: by launcher and path, with two figures. It takes no code but what stands here.
@Suite("A new family")
struct FamilyTests {
  private struct Launcher: FamilyKey {
    var number: UInt32
  }

  /// What a launcher runs.
  private struct Launch: FamilyKey {
    var launcher: ID<Launcher>
    var path: PathID

    func following(_ rows: (launchers: Identities<Launcher>, paths: Identities<Path>)) -> Launch {
      Launch(launcher: rows.launchers.current(launcher), path: rows.paths.current(path))
    }
  }

  private var launchers = Family<Launcher>(other: Launcher(number: 0))
  private var paths = Family<Path>(other: .other)
  private var launches = Family<Launch>([.counter, .counter])
  private var tally = FamilyTally<Launch>(keepsDeltas: true)

  /// A launcher's number, a path's, and two figures.
  private typealias Row = (launcher: UInt32, path: UInt32, figures: [UInt64])

  private static let keySize = 8

  private func bytes(_ rows: [Row]) -> (keys: [UInt8], values: [UInt64]) {
    var keys: [UInt8] = []
    for row in rows {
      for number in [row.launcher, row.path] { withUnsafeBytes(of: number.littleEndian) { keys += $0 } }
    }
    return (keys, rows.flatMap(\.figures))
  }

  private static func number(_ key: RawSpan, at place: Int) -> UInt32 {
    key.unsafeLoadUnaligned(fromByteOffset: 4 * place, as: UInt32.self)
  }

  private static func path(_ number: UInt32) -> Path { Path("/\(number)") }

  private mutating func sample(_ rows: Row...) {
    launches.beginWalk()
    let (keys, values) = bytes(rows)
    launches.read(
      keys: keys.span.bytes, keySize: Self.keySize, values: values.span, shape: RowShape(figures: [0, 1], words: 2)
    ) {
      launch, key in
      launchers.identities.keys[launch.launcher.index].number == Self.number(key, at: 0)
        && paths.identities.keys[launch.path.index] == Self.path(Self.number(key, at: 1))
    } key: { key, _ in
      Launch(
        launcher: launchers.id(of: Launcher(number: Self.number(key, at: 0))),
        path: paths.id(of: Self.path(Self.number(key, at: 1))))
    }
    apply()
  }

  private mutating func move(_ rows: Row...) {
    let (keys, values) = bytes(rows)
    launches.move(
      keys: keys.span.bytes, keySize: Self.keySize, values: values.span, shape: RowShape(figures: [0, 1], words: 2)
    ) { key, _ in
      Launch(
        launcher: launchers.id(of: Launcher(number: Self.number(key, at: 0))),
        path: paths.id(of: Self.path(Self.number(key, at: 1))))
    }
  }

  private mutating func apply() {
    let sums = launches.sums
    let folds = sums.folds(since: tally.sums, referents: (launchers.identities, paths.identities))
    tally.apply(sums, folds: folds, step: Step(isComparable: true, endsInterval: true, seconds: 0...0))
  }

  private var referents: Launch.Referents { (launchers.identities, paths.identities) }

  /// Counts by launcher and path, 0 for `(other)`.
  private func table(_ value: (ID<Launch>, Int) -> UInt64?) -> [[UInt32]: [UInt64?]] {
    Dictionary(
      uniqueKeysWithValues: tally.sums.ids.compactMap { id in
        guard let key = tally.sums.key(of: id) else { return nil }
        let path = key.path == .other ? 0 : paths.identities.keys[key.path.index].text
        return ([launchers.identities.keys[key.launcher.index].number, path], [value(id, 0), value(id, 1)])
      })
  }

  private var counts: [[UInt32]: [UInt64?]] { table { tally.count(of: $0, $1) } }
  private var deltas: [[UInt32]: [UInt64?]] { table { tally.delta(of: $0, $1) } }

  @Test("figures are read, moved out of the map and diffed")
  mutating func figures() {
    sample((1, 7, [2, 100]), (2, 7, [1, 0]))
    #expect(counts == [[1, 7]: [2, 100], [2, 7]: [1, 0]])
    move((1, 7, [3, 150]))
    sample((2, 7, [1, 5]), (1, 8, [1, 1]))
    #expect(counts == [[1, 7]: [3, 150], [2, 7]: [1, 5], [1, 8]: [1, 1]])
    #expect(deltas == [[1, 7]: [1, 50], [2, 7]: [0, 5], [1, 8]: [1, 1]])
    sample((2, 7, [4, 5]), (1, 8, [1, 1]), (1, 7, [1, 0]))
    #expect(deltas == [[1, 7]: [1, 0], [2, 7]: [3, 0], [1, 8]: [0, 0]])
  }

  @Test("what its keys refer to goes into (other): so do its rows, with both figures, and a reset and its undoing hold")
  mutating func folding() {
    sample((1, 7, [2, 100]), (2, 7, [1, 10]), (3, 8, [5, 50]))
    tally.reset()
    #expect(counts.values.allSatisfy { $0 == [0, 0] })
    move((1, 7, [3, 150]), (2, 7, [1, 10]), (3, 8, [5, 50]))
    sample()
    #expect(counts == [[1, 7]: [1, 50], [2, 7]: [0, 0], [3, 8]: [0, 0]])

    // Launchers 1 and 2 have no row of their own any more, then path 7 has none.
    let held = launchers.id(of: Launcher(number: 3)).slot
    let hasFolded = launchers.foldColdest(beyond: 2) { _ in [held] }
    #expect(hasFolded)
    launches.follow(referents)
    apply()
    #expect(counts == [[0, 7]: [1, 50], [3, 8]: [0, 0]])
    #expect(deltas == [[0, 7]: [0, 0], [3, 8]: [0, 0]])
    move((9, 7, [1, 1]))
    let kept = paths.id(of: Self.path(8)).slot
    _ = paths.foldColdest(beyond: 1) { _ in [kept] }
    launches.follow(referents)
    apply()
    #expect(counts == [[0, 0]: [1, 50], [9, 0]: [1, 1], [3, 8]: [0, 0]])
    tally.undoReset()
    #expect(counts == [[0, 0]: [4, 160], [9, 0]: [1, 1], [3, 8]: [5, 50]])
  }

  @Test("an id is never another key's, though slots are used again")
  func identity() {
    var family = Family<Path>(other: .other)
    var seen: Set<PathID> = [.other]
    for round in 0..<200 {
      for number in 0..<5 {
        let isNew = seen.insert(family.id(of: Path("/\(round)/\(number)"))).inserted
        #expect(isNew)
      }
      _ = family.foldColdest(beyond: 10) { _ in [] }
    }
    #expect(family.identities.count <= 16)
    #expect(seen.filter(family.identities.contains).count == family.count)
  }

  @Test("a family that refers to others and has (other) itself has that row once")
  func otherOfOthers() {
    var launchers = Family<Launcher>(other: Launcher(number: 0))
    var paths = Family<Path>(other: .other)
    var launches = Family<Launch>(other: Launch(launcher: .other, path: .other))
    launchers.beginWalk()
    paths.beginWalk()
    launches.beginWalk()
    let launch = Launch(launcher: launchers.id(of: Launcher(number: 1)), path: paths.id(of: Path("/1")))
    launches.read(launch, figures: [7])
    #expect(launchers.foldColdest(beyond: 1) && paths.foldColdest(beyond: 1))
    launches.follow((launchers.identities, paths.identities))
    #expect(launches.count == 1)
    #expect(launches.sums.figure(of: .other) == 7)
  }

  @Test("where nothing can go, the search for the coldest is not made again for nothing")
  func search() {
    var family = Family<Path>(other: .other)
    var searches = 0
    func read(_ count: Int) {
      family.beginWalk()
      for number in 0..<count { family.read(Path("/\(number)"), figures: [1]) }
      _ = family.foldColdest(beyond: 20) { _ in
        searches += 1
        return []
      }
    }
    read(19)
    #expect(searches == 0)
    for _ in 0..<10 { read(40) }
    #expect(searches == 1)
    // A tenth more have come.
    for _ in 0..<10 { read(43) }
    #expect(searches == 2)
    // Some have been moved out of the map.
    let rows = MapRows(paths: [(Path("/0"), 1)])
    family.move(keys: rows.keys.span.bytes, keySize: MapRows.pathKeySize, values: rows.values.span) { key, _ in
      Path(paddedKey: key)
    }
    for _ in 0..<10 { read(43) }
    #expect(searches == 3)
  }
}

extension Path {
  /// Of a path that is a slash and a number.
  fileprivate var text: UInt32 { UInt32(String(decoding: bytes.dropFirst(), as: UTF8.self)) ?? .max }
}
