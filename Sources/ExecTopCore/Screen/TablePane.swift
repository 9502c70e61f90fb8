/// The rows of the listing: paths, or directories and paths.
enum TablePane {
  static func draw(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    drawNames(state, layout: layout, on: &canvas)
    guard !state.listing.isEmpty else {
      canvas.write(emptyText(state), at: Position(row: layout.tableRows.lowerBound, column: 0), style: .faint)
      return
    }
    for (row, index) in zip(layout.tableRows, state.top..<state.listing.count) {
      let line = line(index, of: state)
      draw(line, row: row, state: state, layout: layout, on: &canvas)
      if line.id == state.selection {
        canvas.grid.restyle(row: row, columns: 0..<layout.tableWidth, style: .selected)
      }
    }
  }

  private static func emptyText(_ state: AppState) -> String {
    let isAnythingHidden = state.query.filter != nil || state.query.outcome != .all
    return isAnythingHidden && state.tally.rowCount > 0 ? "no path matches" : "no exec yet"
  }

  private static func drawNames(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    let row = layout.columnNamesRow
    canvas.grid.restyle(row: row, columns: 0..<layout.tableWidth, style: .header)
    for place in layout.places {
      let isSorted = place.column.sort == state.query.sort
      // Down: the greatest first, which for a path is the reverse of its own order.
      let isDown = state.query.isInverted == (state.query.sort == .path)
      let name = place.column.name + (isSorted ? (isDown ? "▼" : "▲") : "")
      let style = isSorted ? Style.sorted : .header
      if place.column.isText {
        canvas.write(name, at: Position(row: row, column: place.start), width: place.width, style: style)
      } else {
        canvas.write(name, row: row, endingAt: place.end, style: style)
      }
    }
  }

  /// What a row of the table is made of.
  private struct Line {
    var id: RowID
    var figures: Figures
    /// What stands before the name: depth, and the mark of a directory.
    var lead: String
    var name: [UInt8]
    var isCut: Bool
    var isFresh: Bool
    var history: () -> [UInt64?]
  }

  private static func line(_ index: Int, of state: AppState) -> Line {
    let tally = state.tally
    switch state.listing {
    case .paths(let paths):
      let id = paths[index]
      return Line(
        id: .path(id), figures: Figures(of: id, in: tally), lead: "", name: tally.paths[id].bytes,
        isCut: tally.paths[id].isCut, isFresh: isFresh(id, in: tally), history: { tally.history.values(of: id) })
    case .tree(let rows):
      let row = rows[index]
      let mark = row.isExpanded.map { $0 ? "▾ " : "▸ " } ?? "  "
      return Line(
        id: row.id, figures: row.figures, lead: String(repeating: "  ", count: row.depth) + mark, name: row.name,
        isCut: row.isExpanded == nil && row.paths.contains { tally.paths[$0].isCut },
        isFresh: row.isExpanded == nil && row.paths.contains { isFresh($0, in: tally) },
        history: { tally.history.values(of: row.paths) })
    }
  }

  /// For how many seconds a path is marked as new.
  private static let freshSeconds: Seconds = 5

  /// First seen within the last seconds. When counting has only begun, everything is, and nothing is marked.
  private static func isFresh(_ id: PathID, in tally: Tally) -> Bool {
    guard let first = tally.firstSeen(id) else { return false }
    return tally.latest.time - first < freshSeconds && first - tally.began > freshSeconds
  }

  private static func draw(_ line: Line, row: Int, state: AppState, layout: Layout, on canvas: inout Canvas) {
    for place in layout.places {
      switch place.column {
      case .path:
        draw(line, at: Position(row: row, column: place.start), end: place.end, on: &canvas)
      case .trend:
        let bars = Graph.line(line.history(), width: place.width, glyphs: canvas.glyphs)
        canvas.write(bars, at: Position(row: row, column: place.start), style: .graph)
      default:
        let (text, style) = figure(place, of: line.figures, in: state.tally)
        canvas.write(text, row: row, endingAt: place.end, style: style)
      }
    }
  }

  private static func draw(_ line: Line, at position: Position, end: Int, on canvas: inout Canvas) {
    var column = canvas.write(line.lead, at: position, style: .faint)
    if line.isFresh { column = canvas.write("+", at: Position(row: position.row, column: column), style: .fresh) }
    let room = end - column - (line.isCut ? 1 : 0)
    column = canvas.write(
      bytes: line.name, at: Position(row: position.row, column: column), width: room,
      style: line.isFresh ? .fresh : .plain)
    if line.isCut { canvas.write("…", at: Position(row: position.row, column: column), style: .alert) }
  }

  private static func figure(_ place: Layout.Place, of figures: Figures, in tally: Tally) -> (String, Style) {
    switch place.column {
    case .rate: return (Format.rate(figures.rate, width: place.width), figures.rate ?? 0 > 0 ? .plain : .faint)
    case .count: return (Format.count(figures.count, width: place.width), .plain)
    case .share: return (Format.share(figures.count, of: tally.totals.execs), .plain)
    case .failed:
      guard let failed = figures.failed else { return (Format.unknown, .faint) }
      return (Format.count(failed, width: place.width), failed > 0 ? .failed : .faint)
    case .peak: return (Format.rate(figures.peak, width: place.width), figures.peak == nil ? .faint : .plain)
    case .last: return (Format.age(figures.lastSeen.map { tally.latest.time - $0 }), .plain)
    case .trend, .path: return ("", .plain)
    }
  }
}
