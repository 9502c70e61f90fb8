/// All that is known of one path.
enum DetailsPane {
  static func draw(_ id: PathID, state: AppState, layout: Layout, on canvas: inout Canvas) {
    let tally = state.tally
    HeaderPane.drawTitle("details", of: state, layout: layout, on: &canvas)
    var rows = layout.pageRows
    drawPath(id, of: tally, rows: &rows, layout: layout, on: &canvas)
    let lines = lines(id, of: tally, table: state.table).flatMap { Figure.folded($0, width: layout.size.columns) }
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
    if tally.path(of: id).isCut, !rows.isEmpty {
      canvas.write("cut at 255 bytes", at: Position(row: rows.removeFirst(), column: 0), style: .alert)
    }
  }

  private static func lines(_ id: PathID, of tally: Tally, table: ColumnTable) -> [[Figure]] {
    let now = tally.shownTime
    func ago(_ time: Seconds?) -> String {
      let age = Format.age(time.map { now - $0 })
      return age == "now" || age == Format.unknown ? age : age + " ago"
    }
    return [
      figures(of: id, in: tally, table: table),
      [
        Figure(
          name: "ran",
          count: tally.failed(of: id).map { failed in tally.count(of: id) - min(failed, tally.count(of: id)) }),
        Figure(name: "mean", value: Format.rate(tally.mean(of: id)) + "/s"),
        Figure(name: "first seen", value: ago(tally.firstSeen(id))),
      ],
      (tally.errors(of: id) ?? []).map {
        Figure(
          name: ErrorName.of($0.error), count: $0.count, style: Failure.isNotFound($0.error) ? .warning : .failed)
      },
    ]
  }

  /// What the columns of the table say of a path.
  static func figures(of id: PathID, in tally: Tally, table: ColumnTable) -> [Figure] {
    let whole = CellContext(of: tally, now: tally.shownTime)
    return table.figures.map { column in
      let value = column.value(tally, id)
      var short = whole
      short.width = 9
      return Figure(
        name: column.name, values: [whole, short].map { column.text(value, $0) + column.unit },
        style: value.number == 0 ? .plain : column.style(of: value, paths: [id], in: tally))
    }
  }

  /// The last minute, in the room there is.
  private static func drawGraph(
    _ id: PathID, of tally: Tally, rows: Range<Int>, layout: Layout, on canvas: inout Canvas
  ) {
    guard rows.count >= 3 else { return }
    let values = tally.history(of: id)
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
