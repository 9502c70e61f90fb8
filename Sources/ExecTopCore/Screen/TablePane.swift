/// The paths, one a row.
enum TablePane {
  static func draw(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    drawNames(state, layout: layout, on: &canvas)
    guard !state.listing.isEmpty else {
      canvas.write(emptyText(state), at: Position(row: layout.tableRows.lowerBound, column: 0), style: .faint)
      return
    }
    let shown = state.listing.dropFirst(state.top).prefix(layout.tableRows.count)
    for (row, id) in zip(layout.tableRows, shown) {
      drawRow(id, row: row, state: state, layout: layout, on: &canvas)
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
      if place.column == .path {
        canvas.write(name, at: Position(row: row, column: place.start), style: style)
      } else {
        canvas.write(name, row: row, endingAt: place.start + place.width, style: style)
      }
    }
  }

  private static func drawRow(_ id: PathID, row: Int, state: AppState, layout: Layout, on canvas: inout Canvas) {
    let isSelected = id == state.selection
    for place in layout.places {
      if place.column == .path {
        let path = state.tally.paths[id]
        let room = place.width - (path.isCut ? 1 : 0)
        let end = canvas.write(
          bytes: path.bytes, at: Position(row: row, column: place.start), width: room,
          style: isSelected ? .selected : .plain)
        if path.isCut { canvas.write("…", at: Position(row: row, column: end), style: .alert) }
      } else {
        let (text, style) = figure(place, of: id, in: state)
        canvas.write(text, row: row, endingAt: place.start + place.width, style: isSelected ? .selected : style)
      }
    }
    if isSelected { canvas.grid.restyle(row: row, columns: 0..<layout.tableWidth, style: .selected) }
  }

  private static func figure(_ place: Layout.Place, of id: PathID, in state: AppState) -> (String, Style) {
    let tally = state.tally
    switch place.column {
    case .rate:
      let rate = tally.rate(of: id)
      return (Format.rate(rate, width: place.width), rate ?? 0 > 0 ? .plain : .faint)
    case .count: return (Format.count(tally.count(of: id), width: place.width), .plain)
    case .failed:
      guard let failed = tally.failed(of: id) else { return (Format.unknown, .faint) }
      return (Format.count(failed, width: place.width), failed > 0 ? .failed : .faint)
    case .peak: return (Format.rate(tally.peak(of: id), width: place.width), .plain)
    case .last: return (Format.age(tally.lastSeen(id).map { tally.latest.time - $0 }), .plain)
    case .path: return ("", .plain)
    }
  }
}
