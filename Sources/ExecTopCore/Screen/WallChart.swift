import ExecTopApp
import ExecTopCounting
import ExecTopText

/// How long processes took, as a bar for each stretch of time: two for each power of two.
enum WallChart {
  /// The axis begins and ends where there are processes, and is never shorter than this: it always has a label.
  private static let leastBuckets = 8

  static func draw(_ wall: WallTimes, rows: Range<Int>, columns: Range<Int>, on canvas: inout Canvas) {
    guard rows.count >= DetailsGraph.leastRows, columns.count >= leastBuckets,
      let first = wall.buckets.firstIndex(where: { $0 > 0 }), let last = wall.buckets.lastIndex(where: { $0 > 0 })
    else { return }
    let end = min(wall.buckets.count, max(last + 1, first + leastBuckets))
    let shown = min(first, end - leastBuckets)..<end
    // Several buckets a bar where the room is short, several cells a bar where it is not.
    let merged = (shown.count + columns.count - 1) / columns.count
    let bars = stride(from: shown.lowerBound, to: shown.upperBound, by: merged).map { start in
      wall.buckets[start..<min(start + merged, shown.upperBound)].reduce(0, Saturating.sum)
    }
    let cells = columns.count / bars.count
    let height = min(DetailsGraph.mostRows, rows.count - 2)
    let top = rows.lowerBound + 1
    canvas.write(
      "how long each of \(Format.count(wall.count, width: 9)) took",
      at: Position(row: rows.lowerBound, column: columns.lowerBound), width: columns.count, style: .label)
    let highest = Double(bars.max() ?? 0)
    for (place, bar) in bars.enumerated() {
      let level = Graph.level(Double(bar), of: highest, height: height, glyphs: canvas.glyphs)
      for cell in 0..<cells {
        let column = columns.lowerBound + place * cells + cell
        DetailsGraph.draw(level, at: Position(row: top, column: column), height: height, on: &canvas)
      }
    }
    drawAxis(shown, cells: cells, merged: merged, row: top + height, columns: columns, on: &canvas)
  }

  /// Each label begins where its time does.
  private static func drawAxis(
    _ shown: Range<Int>, cells: Int, merged: Int, row: Int, columns: Range<Int>, on canvas: inout Canvas
  ) {
    var free = columns.lowerBound
    var time: UInt64 = 10_000
    for label in labels {
      let bucket = Int(WallBucket(holding: time).number)
      let column = columns.lowerBound + (bucket - shown.lowerBound) / merged * cells
      if shown.contains(bucket), column >= free, column + label.count <= columns.upperBound {
        free = canvas.write(label, at: Position(row: row, column: column), style: .label) + 1
      }
      time *= 10
    }
  }

  /// From 10,000 ns on, each ten times the one before.
  private static let labels = [
    "10 µs", "0.1 ms", "1 ms", "10 ms", "0.1 s", "1 s", "10 s", "100 s", "1000 s", "10000 s",
  ]
}
