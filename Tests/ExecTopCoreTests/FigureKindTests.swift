import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// What each kind of figure does when its row changes, goes, is moved out of its map, or folded.
@Suite("Kinds of figures")
struct FigureKindTests {
  private var family = Family<Path>([.counter, .laggingCounter, .maximum, .gauge], other: .other)

  private mutating func read(_ rows: KeyValuePairs<String, [UInt64]>) {
    family.beginWalk()
    for (path, figures) in rows { family.read(Path(path), figures: figures) }
  }

  private mutating func figures(_ path: String) -> [UInt64]? {
    let sums = family.sums
    guard let id = sums.ids.first(where: { sums.key(of: $0) == Path(path) }) else { return nil }
    return (0..<4).map { sums.figure(of: id, $0) }
  }

  private mutating func move(_ path: String, _ figures: [UInt64]) {
    let keys = MapRows.padded(Path(path))
    family.move(
      keys: keys.span.bytes, keySize: keys.count, values: figures.span,
      shape: RowShape(figures: [0, 1, 2, 3], words: 4)
    ) { key, _ in
      Path(paddedKey: key)
    }
  }

  @Test("as they are read: a lagging counter holds the higher of what was read, the others what is read now")
  mutating func falling() {
    read(["/a": [10, 10, 10, 10]])
    #expect(figures("/a") == [10, 10, 10, 10])
    read(["/a": [8, 8, 8, 8]])
    #expect(figures("/a") == [8, 10, 8, 8])
    read(["/a": [12, 11, 12, 12]])
    #expect(figures("/a") == [12, 11, 12, 12])
  }

  @Test("a lagging counter holds while its row is gone, and is not added to what comes back")
  mutating func gone() {
    read(["/a": [10, 10, 10, 10]])
    #expect(figures("/a") == [10, 10, 10, 10])
    read([:])
    #expect(figures("/a") == [0, 10, 0, 0])
    read([:])
    #expect(figures("/a") == [0, 10, 0, 0])
    read(["/a": [3, 12, 3, 3]])
    #expect(figures("/a") == [3, 12, 3, 3])
    read(["/a": [0, 0, 0, 0]])
    #expect(figures("/a") == [0, 12, 0, 0])
  }

  @Test("moved out of the map, counters add up, a maximum stays the highest, and a gauge is what the map holds")
  mutating func moved() {
    read(["/a": [10, 10, 10, 10]])
    move("/a", [10, 10, 10, 10])
    move("/a", [4, 4, 4, 4])
    read(["/a": [1, 1, 1, 1]])
    #expect(figures("/a") == [15, 15, 10, 1])
    read(["/a": [2, 2, 30, 0]])
    #expect(figures("/a") == [16, 16, 30, 0])
  }

  @Test("what goes into (other) is added there, a maximum is the highest of both")
  mutating func folded() {
    read(["/a": [10, 10, 10, 10], "/b": [1, 1, 1, 1], "/c": [5, 5, 50, 5]])
    move("/a", [10, 10, 10, 10])
    move("/c", [5, 5, 50, 5])
    read(["/b": [1, 1, 1, 1]])
    #expect(figures("/a") == [10, 10, 10, 0])
    let hasFolded = family.foldColdest(beyond: 2)
    #expect(hasFolded)
    #expect(figures("(other)") == [15, 15, 50, 0])
    #expect(figures("/a") == nil && figures("/c") == nil)
    // It never falls, nor does its slot's next key have any of it.
    read(["/b": [1, 1, 1, 1], "/d": [2, 2, 2, 2]])
    #expect(figures("(other)") == [15, 15, 50, 0])
    #expect(figures("/d") == [2, 2, 2, 2])
  }

  @Test("what begins from zero again does so in every figure")
  mutating func restarted() {
    read(["/a": [10, 10, 10, 10]])
    #expect(figures("/a") == [10, 10, 10, 10])
    family.restart()
    #expect(figures("/a") == nil)
    read(["/a": [1, 1, 1, 1]])
    #expect(figures("/a") == [1, 1, 1, 1])
  }

  @Test("no figure can be too large")
  mutating func largest() {
    read(["/a": [.max, .max, .max, .max]])
    move("/a", [.max, .max, .max, .max])
    #expect(figures("/a") == [Saturating.most, Saturating.most, Saturating.most, Saturating.most])
    read([:])
    #expect(figures("/a") == [Saturating.most, Saturating.most, Saturating.most, 0])
  }
}
