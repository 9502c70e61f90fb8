/// All that is known of one path.
enum DetailsPane {
  static func draw(_ id: PathID, state: AppState, layout: Layout, on canvas: inout Canvas) {
    let tally = state.tally
    canvas.write("details", at: Position(row: 0, column: 0), style: .header)
    var rows = layout.pageRows
    drawPath(tally.paths[id], rows: &rows, layout: layout, on: &canvas)
    for line in lines(id, of: tally) where !rows.isEmpty {
      draw(line, row: rows.removeFirst(), on: &canvas)
    }
    drawGraph(id, of: tally, rows: rows.dropFirst(), layout: layout, on: &canvas)
  }

  /// The whole path, over as many rows as it takes, as long as they leave the figures room.
  private static func drawPath(_ path: Path, rows: inout Range<Int>, layout: Layout, on canvas: inout Canvas) {
    let width = layout.size.columns
    var rest = path.bytes[...]
    let most = max(1, rows.count - 4)
    for _ in 0..<most where !rest.isEmpty {
      let count = canvas.count(of: rest, fitting: width)
      // The last row there is room for cuts in the middle, as the table does.
      let isLast = rows.count <= 5 || count >= rest.count
      canvas.write(
        bytes: isLast ? rest : rest.prefix(count), at: Position(row: rows.removeFirst(), column: 0), width: width,
        style: .plain)
      rest = isLast ? [] : rest.dropFirst(count)
    }
    if path.isCut, !rows.isEmpty {
      canvas.write("cut at 255 bytes", at: Position(row: rows.removeFirst(), column: 0), style: .alert)
    }
  }

  private typealias Line = [(name: String, value: String, style: Style)]

  private static func lines(_ id: PathID, of tally: Tally) -> [Line] {
    let figures = Figures(of: id, in: tally)
    let now = tally.latest.time
    let failed = figures.failed
    let counted = now - tally.countedSince
    func ago(_ time: Seconds?) -> String {
      let age = Format.age(time.map { now - $0 })
      return age == "now" || age == Format.unknown ? age : age + " ago"
    }
    var lines: [Line] = [
      [
        ("count", Format.count(figures.count), .plain),
        ("share", Format.share(figures.count, of: tally.totals.execs), .plain),
        ("failed", failed.map(Format.count) ?? Format.unknown, failed ?? 0 > 0 ? .failed : .plain),
        ("ran", failed.map { Format.count(figures.count - min($0, figures.count)) } ?? Format.unknown, .plain),
      ],
      [
        ("rate", Format.rate(figures.rate) + "/s", .plain),
        ("mean", Format.rate(counted > 0 ? Double(figures.count) / counted : nil) + "/s", .plain),
        ("peak", Format.rate(figures.peak) + "/s", .plain),
      ],
      [("first seen", ago(tally.firstSeen(id)), .plain), ("last seen", ago(figures.lastSeen), .plain)],
    ]
    if let errors = tally.errors(of: id), !errors.isEmpty {
      lines.append(errors.map { (ErrorName.of($0.error), Format.count($0.count), .failed) })
    }
    return lines
  }

  private static func draw(_ line: Line, row: Int, on canvas: inout Canvas) {
    var column = 0
    for figure in line {
      let text = "\(figure.name) \(figure.value)"
      guard column == 0 || column + text.unicodeScalars.count <= canvas.grid.size.columns else { return }
      column = canvas.write(figure.name + " ", at: Position(row: row, column: column), style: .header)
      column = canvas.write(figure.value, at: Position(row: row, column: column), style: figure.style) + 2
    }
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
      style: .header)
    let bars = Graph.rows(values, width: layout.size.columns, height: rows.count - 1, glyphs: canvas.glyphs)
    for (row, line) in zip(rows.dropFirst(), bars) {
      canvas.write(line, at: Position(row: row, column: 0), style: .graph)
    }
  }
}
