import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Graph")
struct GraphTests {
  @Test(
    "a bar is as high as its mean is against the highest; what is more than nothing shows",
    arguments: [
      ([], 0, ""), ([], 2, "  "), ([1], -1, ""), ([.max, 1], 2, "█▁"), ([1, 2, 4, 8], 4, "▁▂▄█"), ([0, 8], 2, " █"),
      ([1, 8000], 2, "▁█"), ([nil, nil, 3], 3, "  █"),
      ([0, 0, 0], 3, "   "), ([nil, nil], 2, "  "),
      // Several values a cell: their mean, of those that are known.
      ([8, 8, 4, 4], 2, "█▄"), ([nil, 8, 4, 4], 2, "█▄"), ([2, 4, 8], 1, "█"),
      // More cells than values.
      ([1, 8], 4, "▁▁██"),
      // Sums that do not fit into 64 bits.
      ([.max, .max, .max, .max], 2, "██"),
    ] as [([UInt64?], Int, String)])
  func line(values: [UInt64?], width: Int, bars: String) {
    #expect(Graph.line(values, width: width, glyphs: .utf8) == Array(bars.unicodeScalars))
  }

  @Test("several rows add up to one bar, the upper one first")
  func rows() {
    #expect(Graph.rows([0, 1, 8, 16], width: 4, height: 2, glyphs: .utf8) == ["   █", " ▁██"])
    #expect(Graph.rows([1, 1000], width: 2, height: 3, glyphs: .utf8) == [" █", " █", "▁█"])
    #expect(Graph.rows([nil, 0], width: 2, height: 2, glyphs: .utf8) == ["  ", "  "])
    #expect(Graph.rows([1], width: 1, height: 0, glyphs: .utf8).isEmpty)
    #expect(Graph.rows([1], width: 1, height: -1, glyphs: .utf8).isEmpty)
  }

  @Test("where there are no blocks, heights are ASCII characters", arguments: [false, true])
  func plain(isUnicode: Bool) {
    let glyphs = Glyphs(isUnicode: isUnicode, hasBlocks: false) { _ in 1 }
    #expect(Graph.line([1, 2, 3, 4, 5, 6, 7, 8], width: 8, glyphs: glyphs) == Array(".:-=+*#@".unicodeScalars))
  }

  @Test("ever more cells leave out no value, and none twice where there is one a cell", arguments: 1...130)
  func coverage(width: Int) {
    let values = (0..<60).map { UInt64($0 + 1) as UInt64? }
    let means = Graph.means(values, width: width).compactMap { $0 }
    #expect(means.count == width)
    #expect(means == means.sorted())
    #expect(means.last == (width >= 60 ? 60 : means.last))
    if width == 60 { #expect(means == (1...60).map(Double.init)) }
    if 60 % width == 0 { #expect(means.reduce(0, +) / Double(width) == 30.5) }
  }
}
