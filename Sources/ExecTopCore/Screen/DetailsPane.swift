/// All that is known of one path.
enum DetailsPane {
  static func draw(_ id: PathID, state: AppState, layout: Layout, on canvas: inout Canvas) {
    let tally = state.tally
    HeaderPane.drawTitle("details", of: state, layout: layout, on: &canvas)
    var rows = layout.pageRows
    drawPath(id, of: tally, rows: &rows, layout: layout, on: &canvas)
    let lines = lines(id, of: tally).flatMap { Figure.folded($0, width: layout.size.columns) }
    for line in lines where !rows.isEmpty {
      canvas.write(line, row: rows.removeFirst(), before: layout.size.columns)
    }
    drawGraph(id, of: tally, rows: rows.dropFirst(), layout: layout, on: &canvas)
  }

  /// The whole path, over as many rows as it takes, as long as they leave the figures room.
  private static func drawPath(
    _ id: PathID, of tally: Tally, rows: inout Range<Int>, layout: Layout, on canvas: inout Canvas
  ) {
    let width = layout.size.columns
    let pieces = tally.name(of: id, canShow: canvas.glyphs.canShow).pieces
    let parts = canvas.rows(of: pieces, width: width)
    let most = max(1, rows.count - 4)
    for (place, part) in parts.prefix(most).enumerated() {
      // The last row there is room for cuts in the middle, as the table does.
      let shown = place == most - 1 ? pieces[part.lowerBound...] : pieces[part]
      canvas.write(shown, at: Position(row: rows.removeFirst(), column: 0), width: width, style: .plain)
    }
    if tally.paths[id].isCut, !rows.isEmpty {
      canvas.write("cut at 255 bytes", at: Position(row: rows.removeFirst(), column: 0), style: .alert)
    }
  }

  private static func lines(_ id: PathID, of tally: Tally) -> [[Figure]] {
    let figures = Figures(of: id, in: tally)
    let now = tally.shownTime
    let failed = figures.failed
    let counted = now - tally.countedSince
    func ago(_ time: Seconds?) -> String {
      let age = Format.age(time.map { now - $0 })
      return age == "now" || age == Format.unknown ? age : age + " ago"
    }
    return [
      [
        Figure(name: "count", count: figures.count),
        Figure(name: "share", value: Format.share(figures.count, of: tally.totals.execs)),
        Figure(name: "failed", count: failed, style: failed ?? 0 > 0 ? .failed : .plain),
        Figure(name: "ran", count: failed.map { figures.count - min($0, figures.count) }),
      ],
      [
        Figure(name: "rate", value: Format.rate(figures.rate) + "/s"),
        Figure(name: "mean", value: Format.rate(counted > 0 ? Double(figures.count) / counted : nil) + "/s"),
        Figure(name: "peak", value: Format.rate(figures.peak) + "/s"),
      ],
      [
        Figure(name: "first seen", value: ago(tally.firstSeen(id))),
        Figure(name: "last seen", value: ago(figures.lastSeen)),
      ],
      (tally.errors(of: id) ?? []).map { Figure(name: ErrorName.of($0.error), count: $0.count, style: .failed) },
    ]
  }

  /// The last minute, in the room there is.
  private static func drawGraph(
    _ id: PathID, of tally: Tally, rows: Range<Int>, layout: Layout, on canvas: inout Canvas
  ) {
    guard rows.count >= 3 else { return }
    let values = tally.history.values(of: id)
    let highest = Graph.means(values, width: layout.size.columns).compactMap { $0 }.max() ?? 0
    canvas.write(
      "last minute, up to \(Format.rate(highest)) a second", at: Position(row: rows.lowerBound, column: 0),
      style: .label)
    let bars = Graph.rows(values, width: layout.size.columns, height: rows.count - 1, glyphs: canvas.glyphs)
    for (row, line) in zip(rows.dropFirst(), bars) {
      canvas.write(line, at: Position(row: row, column: 0), style: .graph)
    }
  }
}
