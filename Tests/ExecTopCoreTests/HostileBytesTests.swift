import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// Paths, filters and keys at random, made to break things. What is found is pinned in the test of its part.
@Suite("Hostile bytes")
struct HostileBytesTests {
  /// A tally with one exec of each path.
  private func tally(of paths: [Path]) -> Tally {
    var tally = Tally(began: 0, countsFromZero: true)
    var snapshots = Snapshots()
    tally.apply(snapshots.at(1, rows: paths.map { ($0, 1) }))
    return tally
  }

  /// No control, nothing that cannot be seen.
  private func isSafe(_ scalar: Unicode.Scalar, isUnicode: Bool) -> Bool {
    scalar.isASCII ? (0x20..<0x7f).contains(scalar.value) : isUnicode && scalar.prints
  }

  @Test("no path makes a cell that is not allowed, and each takes just as many as is said", arguments: [true, false])
  func cells(isUnicode: Bool) {
    let glyphs = isUnicode ? Glyphs.utf8 : .ascii
    var random = SeededGenerator(seed: 11)
    for _ in 0..<1500 {
      let bytes = hostileBytes(&random, atMost: 60)
      let width = Int.random(in: 0...80, using: &random)
      var canvas = Canvas(size: Size(rows: 1, columns: 90), glyphs: glyphs)
      let end = canvas.write(bytes: bytes, at: Position(row: 0, column: 3), width: width, style: .selected)
      #expect((3...(3 + width)).contains(end))
      let cells = canvas.grid[row: 0]
      #expect(cells[(cells.startIndex + end)...].allSatisfy { $0 == Cell() })
      #expect(cells.prefix(3).allSatisfy { $0 == Cell() })
      #expect(cells.allSatisfy { isSafe($0.scalar, isUnicode: isUnicode) || $0.scalar == glyphs.own("…") })
      for (place, marks) in canvas.grid.marks {
        #expect((3..<max(end, 4)).contains(place))
        #expect(marks.count <= 4 && marks.allSatisfy(\.isMark))
      }
    }
  }

  @Test("no path makes a record that holds what is not allowed", arguments: [true, false])
  func records(isUnicode: Bool) {
    var random = SeededGenerator(seed: 12)
    var decisions = Decisions()
    for _ in 0..<100 {
      let paths = (0..<9).map { _ in Path(hostileBytes(&random, atMost: 255)) }
      let record = Record(
        time: WallTime(milliseconds: .random(in: .min ... .max, using: &random)), mode: .attempts,
        tally: tally(of: paths),
        query: Query(sort: .path), decisions: &decisions, limit: nil, isUnicode: isUnicode)
      for text in [record.text, record.json, record.csv] {
        for scalar in text.unicodeScalars where scalar != "\n" && scalar != "\r" && scalar != "…" && scalar != "–" {
          #expect(isSafe(scalar, isUnicode: isUnicode))
        }
      }
      #expect(record.text.split(separator: "\n").count == 2 + record.rows.count)
      #expect(record.csv.split(separator: "\r\n").count == 1 + record.rows.count)
      #expect(!record.json.unicodeScalars.contains("\n"))
    }
  }

  @Test("no text is a filter that hangs or traps on any path")
  func filters() {
    var random = SeededGenerator(seed: 13)
    let parts = [
      "(", ")", "[", "]", "*", "+", "?", "{2,9}", "{1000}", "|", ".", "^", "$", "\\", "\\1", "(?R)", "(?=", "(?<=",
      "(?>", "a",
      "b", "\\x", "(?i)", "(*ACCEPT)", "\\Q", "[^a]", ".*", "(a*)*", "\u{301}", "é", "\\p{L}", "(?C9)", "\\K", "(?1)",
    ]
    var counts = [0, 0]
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...12, using: &random)).compactMap { _ in parts.randomElement(using: &random) }
      guard let filter = try? Filter("~" + text.joined()) else {
        counts[0] += 1
        continue
      }
      counts[1] += 1
      var budget = FilterBudget(50_000, pathLimit: 5000)
      for path in [hostileBytes(&random, atMost: 255), Array(repeating: 0x61, count: 255), []] {
        _ = filter.decide(Path(path), within: &budget)
      }
      #expect(budget.left >= 50_000 - 3 * 7000)
    }
    #expect(counts.allSatisfy { $0 > 300 })
  }

  @Test("no keys bring the prompt, or the screen with it, to an end")
  func keys() {
    var random = SeededGenerator(seed: 14)
    let keys: [Key] = [
      .left, .right, .home, .end, .backspace, .delete, .control("u"), .control("k"), .control("w"), .enter, .escape,
      .character("/"), .character("~"), .character("!"), .character("("), .character("\\"), .character("\u{301}"),
      .character("通"), .character("\u{200b}"), .character("\u{1b}"), .character("*"), .character("d"), .up, .down,
    ]
    let paths = (0..<20).map { _ in Path(hostileBytes(&random, atMost: 255)) }
    for columns in [20, 40, 80] {
      var state = AppState(
        mode: .attempts, capacity: nil, countsFromZero: true, choices: Choices(), filter: nil,
        size: Size(rows: 24, columns: columns), began: 0)
      var snapshots = Snapshots()
      _ = state.handle(.snapshot(snapshots.at(1, rows: paths.map { ($0, 1) })))
      for _ in 0..<400 {
        if let key = keys.randomElement(using: &random) { _ = state.handle(.key(key)) }
        let grid = Screen.render(state, glyphs: .utf8)
        if state.prompt != nil { #expect(grid.cursor.map { (8..<columns).contains($0.column) } == true) }
      }
    }
  }
}
