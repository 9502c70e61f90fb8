/// The rows of the listing: paths, or directories and paths.
enum TablePane {
  /// Draws the rows that differ from those that stand on the canvas.
  ///
  /// - Parameter lines: what stands in the rows on the canvas, none if nothing does; and afterwards, what is drawn.
  static func draw(_ state: AppState, layout: Layout, over lines: inout [Line?], on canvas: inout Canvas) {
    drawNames(state, layout: layout, on: &canvas)
    let standing = lines
    lines.removeAll(keepingCapacity: true)
    let tally = state.tally
    for (place, row) in layout.tableRows.enumerated() {
      let index = state.top + place
      let line = index < state.listing.count ? line(index, of: state, tally: tally, layout: layout) : nil
      lines.append(line)
      if place < standing.count, standing[place] == line { continue }
      canvas.grid.blank(row: row, columns: 0..<layout.tableWidth)
      guard let line else { continue }
      draw(line, row: row, tally: tally, layout: layout, on: &canvas)
      if line.isSelected { canvas.grid.restyle(row: row, columns: 0..<layout.tableWidth, style: .selected) }
    }
    guard state.listing.isEmpty, let row = layout.tableRows.first else { return }
    canvas.grid.blank(row: row, columns: 0..<layout.tableWidth)
    EmptyTable.draw(state, row: row, width: layout.tableWidth, on: &canvas)
    lines = []
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

  /// All that decides what a row of the table looks like, in a given layout.
  struct Line: Equatable {
    var id: RowID
    var isSelected: Bool
    var figures: RowFigures
    /// How long ago it was last run, as the row tells it.
    var age: String
    /// What the shares are of. Nil if none are shown.
    var whole: UInt64?
    /// The second with which the trend ends. Nil if there is nothing to see in it.
    var trendEnd: Seconds?
    /// What stands before the name: depth, and the mark of a directory.
    var lead: String
    var name: [UInt8]
    var isCut: Bool
    var isFresh: Bool
    /// The filter could not decide.
    var isUndecided: Bool
    /// Where the figures come from: a path, or all paths below a directory.
    var paths: [PathID]
  }

  private static func line(_ index: Int, of state: AppState, tally: Tally, layout: Layout) -> Line {
    let id = state.listing.id(at: index)
    var line: Line
    switch state.listing {
    case .paths(let ranking):
      let row = ranking.rows[index]
      let path = tally.path(of: row)
      line = Line(
        id: id, isSelected: id == state.selection, figures: RowFigures(of: row, in: tally), age: "", lead: "",
        name: path.bytes, isCut: path.isCut, isFresh: isFresh(row, in: tally),
        isUndecided: state.decisions.isUndecided(row), paths: [])
    case .tree(let rows):
      let row = rows[index]
      let mark = row.isExpanded.map { $0 ? "▾ " : "▸ " } ?? "  "
      line = Line(
        id: id, isSelected: id == state.selection, figures: row.figures, age: "",
        lead: String(repeating: "  ", count: row.depth) + mark, name: row.name,
        isCut: row.isExpanded == nil && row.paths.contains { tally.path(of: $0).isCut },
        isFresh: row.isExpanded == nil && row.paths.contains { isFresh($0, in: tally) },
        isUndecided: row.isExpanded == nil && row.paths.contains { state.decisions.isUndecided($0) },
        paths: row.paths)
    }
    let now = tally.shownTime
    line.age = Format.age(line.figures.lastSeen.map { now - $0 })
    line.whole = layout.hasShares ? tally.totals.execs : nil
    line.trendEnd = line.figures.lastSeen.flatMap { now - $0 <= Seconds(History.seconds + 1) ? now : nil }
    return line
  }

  /// For how many seconds a path is marked as new.
  private static let freshSeconds: Seconds = 5

  /// First seen within the last seconds. When counting has only begun, everything is, and nothing is marked.
  private static func isFresh(_ id: PathID, in tally: Tally) -> Bool {
    guard let first = tally.firstSeen(id) else { return false }
    return tally.shownTime - first < freshSeconds && first - tally.began > freshSeconds
  }

  private static func draw(_ line: Line, row: Int, tally: Tally, layout: Layout, on canvas: inout Canvas) {
    for place in layout.places {
      switch place.column {
      case .path:
        draw(line, at: Position(row: row, column: place.start), end: place.end, on: &canvas)
      case .trend:
        guard line.trendEnd != nil else { continue }
        let bars = Graph.line(history(of: line, in: tally), width: place.width, glyphs: canvas.glyphs)
        canvas.write(bars, at: Position(row: row, column: place.start), style: .graph)
      default:
        let (text, style) = figure(place, of: line)
        canvas.write(text, row: row, endingAt: place.end, style: style)
      }
    }
  }

  private static func history(of line: Line, in tally: Tally) -> [UInt64?] {
    switch line.id {
    case .path(let id): tally.history(of: id)
    case .directory: tally.history(of: line.paths)
    }
  }

  private static func draw(_ line: Line, at position: Position, end: Int, on canvas: inout Canvas) {
    var column = canvas.write(line.lead, at: position, style: .faint)
    if line.isUndecided { column = canvas.write("?", at: Position(row: position.row, column: column), style: .alert) }
    if line.isFresh { column = canvas.write("+", at: Position(row: position.row, column: column), style: .fresh) }
    if line.id == .path(.other) {
      canvas.write(SafeText.other, at: Position(row: position.row, column: column), width: end - column, style: .label)
      return
    }
    let room = end - column - (line.isCut ? 1 : 0)
    column = canvas.write(
      bytes: line.name, at: Position(row: position.row, column: column), width: room,
      style: line.isFresh ? .fresh : line.id == .path(.other) ? .faint : .plain)
    if line.isCut { canvas.write("…", at: Position(row: position.row, column: column), style: .alert) }
  }

  private static func figure(_ place: Layout.Place, of line: Line) -> (String, Style) {
    let figures = line.figures
    switch place.column {
    case .rate: return (Format.rate(figures.rate, width: place.width), figures.rate ?? 0 > 0 ? .plain : .faint)
    case .count: return (Format.count(figures.count, width: place.width), .plain)
    case .share: return (Format.share(figures.count, of: line.whole ?? 0), .plain)
    case .failed:
      guard let failed = figures.failed else { return (Format.unknown, .faint) }
      return (Format.count(failed, width: place.width), failed > 0 ? .failed : .faint)
    case .peak: return (Format.rate(figures.peak, width: place.width), figures.peak == nil ? .faint : .plain)
    case .last: return (line.age, .plain)
    case .trend, .path: return ("", .plain)
    }
  }
}
