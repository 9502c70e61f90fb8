import ExecTopApp
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// The rows of the listing: paths, directories and paths, or launches that stand together.
enum TablePane {
  /// Draws the rows that differ from those that stand on the canvas.
  ///
  /// - Parameter lines: what stands in the rows on the canvas, none if nothing does; and afterwards, what is drawn.
  static func draw(_ state: AppState, layout: Layout, over lines: inout [Line?], on canvas: inout Canvas) {
    drawNames(state, layout: layout, on: &canvas)
    let standing = lines
    lines.removeAll(keepingCapacity: true)
    let tally = state.tally
    let scale = scale(state, tally: tally, layout: layout)
    for (place, row) in layout.tableRows.enumerated() {
      let index = state.top + place
      let line =
        index < state.listing.count ? line(index, of: state, tally: tally, scale: scale, layout: layout) : nil
      lines.append(line)
      if place < standing.count, standing[place] == line { continue }
      canvas.grid.blank(row: row, columns: 0..<layout.tableWidth)
      guard let line else { continue }
      draw(line, row: row, tally: tally, layout: layout, on: &canvas)
      if line.isSelected { canvas.grid.restyle(row: row, columns: 0..<layout.tableWidth, style: .selected) }
      if line.isSelected, let trend = layout.places.first(where: \.column.content.isTrend) {
        canvas.grid.restyle(row: row, columns: trend.start..<trend.end, style: .selectedGraph)
      }
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
      let isSorted =
        place.column == state.query.sort || place.column.content.view != nil && state.query.sort.order == .name
      // Down: the greatest first, which for a path is the reverse of its own order.
      let isDown = state.query.isInverted == (state.query.sort.order == .name)
      let name = place.column.title + (isSorted ? (isDown ? "▼" : "▲") : "")
      let style = isSorted ? Style.sorted : .header
      if place.column.isLeftAligned {
        let start = nameStart(place)
        canvas.write(name, at: Position(row: row, column: start), width: place.end - start, style: style)
      } else {
        canvas.write(name, row: row, endingAt: place.end, style: style)
      }
    }
  }

  /// Before a name there is always a cell for its mark, so that no name moves when a mark comes or goes.
  private static func nameStart(_ place: Layout.Place) -> Int {
    place.column.content.view == nil ? place.start : place.start + 1
  }

  /// The highest of all bars on the screen, if all rows are to be scaled to it.
  private static func scale(_ state: AppState, tally: Tally, layout: Layout) -> Double? {
    guard state.hasSharedScale, let place = layout.places.first(where: \.column.content.isTrend) else { return nil }
    let rows = state.top..<min(state.top + layout.tableRows.count, state.listing.count)
    return rows.reduce(0) { highest, index in
      max(highest, Graph.highest(Graph.means(tally.history(of: state.listing.source(at: index)), width: place.width)))
    }
  }

  /// All that decides what a row of the table looks like, in a given layout.
  struct Line: Equatable {
    var id: RowID
    var isSelected: Bool
    /// By the layout's places: what stands in the column, if that is a figure.
    var figures: [Text]
    /// The second with which the trend ends. Nil if there is nothing to see in it.
    var trendEnd: Seconds?
    /// What its bars are scaled to. Nil for their own maximum.
    var scale: Double?
    /// What stands before the name: depth, and the mark of a directory.
    var lead: String
    var name: RowName
    var isFresh: Bool
    /// The filter could not decide.
    var isUndecided: Bool
    /// Where the figures come from.
    var source: RowSource

    struct Text: Equatable {
      var text: String
      var style: Style
    }
  }

  private static func line(
    _ index: Int, of state: AppState, tally: Tally, scale: Double?, layout: Layout
  ) -> Line {
    let id = state.listing.id(at: index)
    let source = state.listing.source(at: index)
    var line = Line(
      id: id, isSelected: id == state.selection, figures: [], scale: scale, lead: "",
      name: name(index, of: state, tally: tally), isFresh: false, isUndecided: false, source: source)
    if let path = path(of: id, in: state) {
      line.isUndecided = state.decisions.isUndecided(path)
      if case .path = id { line.isFresh = isFresh(path, in: tally) }
    }
    if let (depth, isExpanded) = state.listing.branch(at: index) {
      line.lead = lead(depth, isExpanded, layout: layout)
    }
    let now = tally.shownTime
    line.figures = figures(of: source, in: tally, now: now, layout: layout)
    let lastSeen = Column.last.value(of: source, in: tally).number
    line.trendEnd = lastSeen.flatMap { now - $0 <= Seconds(History.seconds + 1) ? now : nil }
    return line
  }

  private static func name(_ index: Int, of state: AppState, tally: Tally) -> RowName {
    switch state.listing {
    case .groups(let listing): return listing.groups.names[listing.rows[index].group]
    case .tree(let rows):
      guard case .path(let id) = rows[index].id else { return RowName(rows[index].name) }
      var name = tally.rowName(of: id)
      // Behind the directory that it stands in.
      if !name.isOwn { name.bytes = rows[index].name }
      return name
    case .paths:
      guard case .path(let id) = state.listing.id(at: index) else { return RowName([]) }
      return tally.rowName(of: id)
    }
  }

  /// The path that a row stands for, or that the launch in it runs.
  private static func path(of id: RowID, in state: AppState) -> PathID? {
    switch id {
    case .path(let path): return path
    case .launch(let node):
      guard let tree = state.decisions.tree, let place = tree.place(of: node) else { return nil }
      return tree.nodes[place].owner.path
    case .directory, .user, .unit: return nil
    }
  }

  /// Two cells for each step into a tree, as long as that leaves half of the room to what stands there.
  private static func lead(_ depth: Int, _ isExpanded: Bool?, layout: Layout) -> String {
    let room = layout.places.last { $0.column.content.view != nil }?.width ?? 0
    let steps = min(depth, room / 4)
    return String(repeating: "  ", count: steps) + (isExpanded.map { $0 ? "▾" : "▸" } ?? " ")
  }

  private static func figures(
    of source: RowSource, in tally: Tally, now: Seconds, layout: Layout
  ) -> [Line.Text] {
    var context = CellContext(of: tally, now: now)
    return layout.places.map { place in
      guard place.column.content.isFigure else { return Line.Text(text: "", style: .plain) }
      context.width = place.width
      let value = place.column.value(of: source, in: tally)
      return Line.Text(text: place.column.text(value, context), style: place.column.style(of: value, source, in: tally))
    }
  }

  /// For how many seconds a path is marked as new.
  private static let freshSeconds: Seconds = 5

  /// First seen within the last seconds. When counting has only begun, everything is, and nothing is marked.
  private static func isFresh(_ id: PathID, in tally: Tally) -> Bool {
    guard let first = tally.firstSeen(id) else { return false }
    return tally.shownTime - first < freshSeconds && first - tally.began > freshSeconds
  }

  private static func draw(_ line: Line, row: Int, tally: Tally, layout: Layout, on canvas: inout Canvas) {
    for (place, figure) in zip(layout.places, line.figures) {
      switch place.column.content {
      case .figure: canvas.write(figure.text, row: row, endingAt: place.end, style: figure.style)
      case .name: draw(line, at: Position(row: row, column: place.start), end: place.end, on: &canvas)
      case .trend:
        guard line.trendEnd != nil else { continue }
        let bars = Graph.line(
          tally.history(of: line.source), width: place.width, highest: line.scale, glyphs: canvas.glyphs)
        canvas.write(bars, at: Position(row: row, column: place.start), style: .graph)
      }
    }
  }

  private static func draw(_ line: Line, at position: Position, end: Int, on canvas: inout Canvas) {
    var column = canvas.write(line.lead, at: position, style: .faint)
    let mark = Position(row: position.row, column: column)
    if line.isUndecided {
      canvas.write("?", at: mark, style: .warning)
    } else if line.isFresh {
      canvas.write("+", at: mark, style: .faint)
    }
    column += 1
    if line.name.isOwn {
      let text = String(decoding: line.name.bytes, as: UTF8.self)
      canvas.write(text, at: Position(row: position.row, column: column), width: end - column, style: .label)
      return
    }
    let end = end - (line.name.isCut ? 1 : 0)
    var name = line.name
    // In the tree of launches there is little room, and the file's name says most.
    if case .launch = line.id, name.short != name, width(of: name, on: canvas) > end - column,
      width(of: name.short, on: canvas) + 2 <= end - column
    {
      name = name.short
      column = canvas.write("…", at: Position(row: position.row, column: column), style: .faint)
      column = canvas.write("/", at: Position(row: position.row, column: column))
    }
    column = canvas.write(
      bytes: name.bytes, at: Position(row: position.row, column: column), width: end - column, style: .plain)
    if line.name.isCut { canvas.write("…", at: Position(row: position.row, column: column), style: .warning) }
  }
  private static func width(of name: RowName, on canvas: Canvas) -> Int {
    name.safe(canShow: canvas.glyphs.canShow).pieces.reduce(0) { $0 + canvas.cells(of: $1) }
  }
}
