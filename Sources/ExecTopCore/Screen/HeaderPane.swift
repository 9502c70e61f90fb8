/// The figures above the table.
enum HeaderPane {
  static func draw(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    let lines = [title(state), totals(state), audit(state), query(state)]
    for (row, figures) in lines.prefix(layout.headerLines).enumerated() {
      let isBesidePaused = state.isPaused && row == 0
      let end = layout.size.columns - (isBesidePaused ? Screen.paused.count : 0)
      draw(figures, row: row, before: end, on: &canvas)
    }
    drawTrend(state, layout: layout, on: &canvas)
  }

  /// The last minute of all execs, at the right of the first two lines of figures.
  private static func drawTrend(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    let width = min(60, layout.size.columns - 82)
    guard width >= 15, layout.headerLines >= 3 else { return }
    let bars = Graph.rows(state.tally.history.totalValues, width: width, height: 2, glyphs: canvas.glyphs)
    for (row, line) in bars.enumerated() {
      canvas.write(line, row: row + 1, endingAt: layout.size.columns, style: .graph)
    }
  }

  /// A name and its figure; either may be empty.
  struct Figure {
    var name: String
    var value: String
    var style: Style = .plain
    /// By the user: it need not be ASCII, nor print, and is cut where it has no room.
    var isTyped = false
  }

  private static func draw(_ figures: [Figure], row: Int, before end: Int, on canvas: inout Canvas) {
    var column = 0
    for figure in figures {
      let text = [figure.name, figure.isTyped ? "" : figure.value].filter { !$0.isEmpty }.joined(separator: " ")
      // A figure that is cut would say something else.
      guard column == 0 || column + text.unicodeScalars.count <= end else { return }
      if !figure.name.isEmpty {
        column = canvas.write(
          figure.name + (figure.value.isEmpty ? "" : " "), at: Position(row: row, column: column), style: .label)
      }
      let place = Position(row: row, column: column)
      if figure.isTyped {
        column = canvas.write(bytes: figure.value.utf8, at: place, width: max(0, end - column), style: figure.style)
      } else {
        column = canvas.write(figure.value, at: place, style: figure.style)
      }
      column += 2
    }
  }

  private static func title(_ state: AppState) -> [Figure] {
    var figures = [Figure(name: "exectop", value: "")]
    switch state.mode {
    case .attempts: break
    case .light: figures.append(Figure(name: "", value: "light: failures not seen", style: .alert))
    case .map: figures.append(Figure(name: "", value: "map", style: .alert))
    case .demo: figures.append(Figure(name: "", value: " DEMO ", style: .alert))
    }
    figures.append(Figure(name: "every", value: Format.interval(state.interval)))
    if let cost = state.cost {
      let time = cost.programTime.map { Format.fixed($0, decimals: 0) } ?? Format.unknown
      figures.append(Figure(name: "own CPU", value: cost.cpuShare.map(Format.percent) ?? Format.unknown))
      figures.append(Figure(name: "memory", value: cost.memory.map(Format.bytes) ?? Format.unknown))
      figures.append(Figure(name: "BPF", value: time + " ns an exec"))
    }
    let began = state.tally.countedSince
    figures.append(Figure(name: "for", value: Format.stretch(state.tally.latest.time - began)))
    return figures
  }

  private static func totals(_ state: AppState) -> [Figure] {
    let tally = state.tally
    let totals = tally.totals
    let failed = totals.failed
    var figures = [
      Figure(name: "execs", value: Format.count(totals.execs)),
      Figure(name: "rate", value: Format.rate(tally.totalRate) + "/s"),
      Figure(
        name: "failed", value: failed.map(Format.count) ?? Format.unknown, style: failed ?? 0 > 0 ? .failed : .plain),
    ]
    let rows = Format.count(UInt64(tally.rowCount))
    figures.append(
      Figure(name: "paths", value: state.capacity.map { "\(rows) of \(Format.count(UInt64($0)))" } ?? rows))
    figures.append(Figure(name: "peak", value: Format.rate(tally.totalPeak) + "/s"))
    return figures
  }

  private static func audit(_ state: AppState) -> [Figure] {
    if let notice = state.tally.latest.notice { return [Figure(name: "", value: notice, style: .alert)] }
    let audit = Audit(state.tally.totals)
    return [
      Figure(
        name: "unattributed",
        value: audit.isKnown ? Format.count(audit.totals.unattributed.sum) : Format.unknown),
      Figure(name: "", value: audit.text, style: audit.isClean ? .good : audit.isKnown ? .alert : .faint),
    ]
  }

  private static func query(_ state: AppState) -> [Figure] {
    let query = state.query
    return [
      Figure(name: "sort", value: query.sort.rawValue + (query.isInverted ? " inverted" : "")),
      Figure(name: "show", value: query.outcome.rawValue, style: query.outcome == .all ? .plain : .alert),
      query.filter.map { Figure(name: "filter", value: $0.text, style: .alert, isTyped: true) }
        ?? Figure(name: "filter", value: "none"),
    ]
  }
}
