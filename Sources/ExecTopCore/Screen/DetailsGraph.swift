import ExecTopApp
import ExecTopText

/// The last minute of a path as bars, the failed execs in a colour of their own, with the axes named.
enum DetailsGraph {
  /// Rows of bars, at most.
  static let mostRows = 8
  /// A title, two rows of bars, and an axis.
  static let leastRows = 4
  /// Cells for the figures beside the bars.
  private static let axisWidth = 9

  /// - Parameters:
  ///   - peak: the highest rate; no second is said to have had a higher one, as two intervals can end in one.
  ///   - width: cells from the left.
  static func draw(
    _ execs: [UInt64?], failed: [UInt64?], peak: Double?, rows: Range<Int>, width: Int, on canvas: inout Canvas
  ) {
    guard rows.count >= leastRows else { return }
    let end = width
    let width = width - axisWidth
    guard width >= 10 else { return }
    let height = min(mostRows, rows.count - 2)
    let means = Graph.means(execs, width: width)
    let failedMeans = Graph.means(failed, width: width)
    let highest = means.reduce(0) { max($0, $1 ?? 0) }
    let most = min(highest, peak ?? highest)
    drawTitle(most, hasFailures: failedMeans.contains { $0 ?? 0 > 0 }, row: rows.lowerBound, on: &canvas)
    let top = rows.lowerBound + 1
    canvas.write(Format.rate(most, width: axisWidth - 3) + "/s", row: top, endingAt: axisWidth - 1, style: .label)
    canvas.write("0", row: top + height - 1, endingAt: axisWidth - 1, style: .label)
    for column in 0..<width {
      draw(
        Graph.level(means[column], of: highest, height: height, glyphs: canvas.glyphs),
        failed: Graph.level(failedMeans[column], of: highest, height: height, glyphs: canvas.glyphs),
        at: Position(row: top, column: axisWidth + column), height: height, on: &canvas)
    }
    let axis = top + height
    canvas.write("60s ago", at: Position(row: axis, column: axisWidth), style: .label)
    canvas.write("now", row: axis, endingAt: end, style: .label)
  }

  private static func drawTitle(_ most: Double, hasFailures: Bool, row: Int, on canvas: inout Canvas) {
    let end = canvas.write(
      "last minute (max \(Format.rate(most))/s)", at: Position(row: row, column: 0), style: .label)
    if hasFailures { canvas.write("failed", at: Position(row: row, column: end + 2), style: .failed) }
  }

  /// A bar.
  ///
  /// - Parameters:
  ///   - level: how high it is, in the steps that a cell has.
  ///   - failed: how much of that is in the colour of failures.
  static func draw(_ level: Int, failed: Int = 0, at top: Position, height: Int, on canvas: inout Canvas) {
    let levels = canvas.glyphs.levels
    for row in 0..<height {
      let below = (height - 1 - row) * levels.count
      let shown = min(max(level - below, 0), levels.count)
      guard shown > 0 else { continue }
      canvas.grid.put(
        levels[shown - 1], at: Position(row: top.row + row, column: top.column),
        style: failed > below ? .failed : .graph)
    }
  }
}
