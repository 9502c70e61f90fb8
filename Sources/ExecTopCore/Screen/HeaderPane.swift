import ExecTopApp
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// The figures above the table.
enum HeaderPane {
  static func draw(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    drawTitle("exectop", of: state, layout: layout, on: &canvas)
    var lines = [totals(state), audit(state), query(state)]
    let trend = trendWidth(lines, layout)
    // That all is well can be said in a word; what is missing is said before where the CPU time went.
    lines[1] = Figure.shortened(
      lines[1], width: layout.size.columns - (trend > 0 ? trend + 2 : 0),
      order: Audit(state.tally.totals).isClean ? [1, 2] : [2])
    for (index, figures) in lines.prefix(layout.headerLines - 1).enumerated() {
      let row = index + 1
      let isBesideTrend = trend > 0 && trendRows.contains(row)
      let end = layout.size.columns - (isBesideTrend ? trend + 2 : 0)
      canvas.write(figures, row: row, before: end)
    }
    drawTrend(state, width: trend, layout: layout, on: &canvas)
  }

  /// The first line: what fills the screen, what is counted, and since when.
  static func drawTitle(_ name: String, of state: AppState, layout: Layout, on canvas: inout Canvas) {
    let end = layout.size.columns - (state.isPaused ? Screen.paused.count : 0)
    let marks = marks(state, layout: layout)
    // What is counted matters more than a name.
    let hasName = marks.isEmpty || end >= Layout.smallest.columns
    let began = state.tally.countedSince.rounded(.down)
    canvas.write(
      (hasName ? [Figure(name: name)] : []) + marks + [
        state.replay.map { Figure(name: "speed", value: Format.speed($0.speed)) }
          ?? Figure(name: "every", value: Format.interval(state.interval)),
        Figure(name: "counting for", value: Format.stretch(state.tally.shownTime - began)),
      ] + (state.cost.map(figures(of:)) ?? []), row: 0, before: end)
  }

  /// What exectop itself costs.
  private static func figures(of cost: Cost) -> [Figure] {
    let time = cost.programTime.map { Format.fixed($0 / 1000, decimals: 1) } ?? Format.unknown
    return [
      Figure(name: "own CPU", value: cost.cpuShare.map(Format.percent) ?? Format.unknown),
      Figure(name: "memory", value: cost.memory.map(Format.bytes) ?? Format.unknown),
      Figure(name: "BPF", value: time + " µs per exec"),
    ]
  }

  /// The lines of figures that have the trend of all execs at their right.
  private static let trendRows = 1...2

  /// Nothing where the figures need the room. These get it in steps, so that the trend does not change its width with
  /// each digit.
  private static func trendWidth(_ lines: [[Figure]], _ layout: Layout) -> Int {
    let needed = lines.prefix(trendRows.count).map(Figure.width(of:)).max() ?? 0
    let width = min(History.seconds, layout.size.columns - max(82, (needed + 2 + 9) / 10 * 10))
    return width >= 15 && layout.headerLines > trendRows.upperBound ? width : 0
  }

  /// The last minute of all execs.
  private static func drawTrend(_ state: AppState, width: Int, layout: Layout, on canvas: inout Canvas) {
    let bars = Graph.rows(
      state.tally.totalHistory, width: width, height: trendRows.count, glyphs: canvas.glyphs)
    for (row, line) in zip(trendRows, bars) {
      canvas.write(line, row: row, endingAt: layout.size.columns, style: .graph)
    }
  }

  /// What must not be overlooked, at any size.
  private static func marks(_ state: AppState, layout: Layout) -> [Figure] {
    var marks: [Figure] = []
    if let replay = state.replay { marks.append(mark(of: replay, state)) }
    switch state.mode {
    case .attempts: break
    case .light: marks.append(Figure(values: ["light: failures not seen", "light"], style: .active))
    case .tutorial: marks.append(Figure(values: ["tutorial: counted at the entry", "tutorial"], style: .active))
    case .map: marks.append(Figure(value: "map", style: .active))
    case .demo: marks.append(Figure(value: " DEMO ", style: .active))
    }
    let audit = Audit(state.tally.totals)
    // Elsewhere the third line says it.
    if audit.isKnown, !audit.isClean, layout.headerLines < 3 || state.page != .table {
      marks.append(Figure(values: audit.texts, style: .alert))
    }
    return marks
  }

  /// When what is shown was so.
  private static func mark(of replay: ReplayState, _ state: AppState) -> Figure {
    guard let offset = state.civilOffset else { return Figure(value: " REPLAY ", style: .active) }
    // As the clock showed it where it is replayed.
    let text = WallTime(milliseconds: Int64((state.tally.time + offset) * 1000)).text
    let (day, clock) = (text.prefix(10), text.dropFirst(11).prefix(8))
    let end = replay.isAtEnd ? " end" : ""
    return Figure(values: [" REPLAY \(day) \(clock)\(end) ", " REPLAY \(clock)\(end) ", " REPLAY "], style: .active)
  }

  private static func totals(_ state: AppState) -> [Figure] {
    let tally = state.tally
    let totals = tally.totals
    let failed = totals.failed
    return [
      Figure(name: "execs", count: totals.execs),
      Figure(name: "rate", rate: tally.totalRate),
      Figure(name: "failed", count: failed, style: failed ?? 0 > 0 ? .warning : .plain),
      Figure(name: "paths", count: UInt64(tally.rowCount)),
    ] + (mapShare(state).map { [Figure(name: "map", value: $0)] } ?? []) + [
      Figure(name: "peak", rate: tally.totalPeak)
    ]
  }

  /// How full the kernel's map is.
  private static func mapShare(_ state: AppState) -> String? {
    guard let capacity = state.capacity, capacity > 0, let rows = state.tally.mapRows else { return nil }
    return Format.fixed(Double(rows) / Double(capacity) * 100, decimals: 0) + "%"
  }

  private static func audit(_ state: AppState) -> [Figure] {
    let audit = Audit(state.tally.totals)
    let sum = audit.totals.unattributed.sum
    // An unreadable path is its caller's doing.
    let isOnlyUnreadable = audit.totals.unaccounted == 0 && sum == audit.totals.unattributed[.unreadable]
    let style: Style =
      audit.isClean ? .good : !audit.isKnown ? .faint : isOnlyUnreadable ? .warning : .alert
    guard audit.isKnown else {
      return [Figure(name: "unattributed", value: Format.unknown), Figure(value: audit.text, style: style)]
    }
    return [
      Figure(
        name: "unattributed", values: [Format.count(sum), Format.count(sum, width: 5)],
        style: sum > 0 ? style : .plain),
      Figure(values: audit.texts, style: style),
    ] + cpu(state)
      + (audit.totals.underWay ?? 0 > 0 ? [Figure(name: "under way", count: audit.totals.underWay)] : [])
  }

  /// Where the CPU time went. Nothing where nothing is known of it.
  private static func cpu(_ state: AppState) -> [Figure] {
    guard let uses = state.tally.uses else { return [] }
    guard let audit = uses.audit else { return [Figure(name: "cpu", value: Format.unknown)] }
    return [Figure(name: "cpu", values: audit.texts, style: audit.isComplete ? .plain : .alert)]
  }

  private static func query(_ state: AppState) -> [Figure] {
    let query = state.query
    var filter = Figure(name: "filter", value: "none")
    if let text = query.filter?.text {
      filter = Figure(name: "filter", value: text, style: .active)
      filter.isTyped = true
    }
    // In another view `path` sorts by what the rows are called there.
    let isByName = query.sort.order == .name
    let sort = isByName ? state.table.name(in: query.view)?.name ?? query.sort.name : query.sort.name
    return (query.view == .path ? [] : [Figure(name: "view", value: query.view.rawValue, style: .active)]) + [
      Figure(name: "sort", value: sort + (query.isInverted ? " inverted" : "")),
      Figure(name: "show", value: query.outcome.rawValue, style: query.outcome == .all ? .plain : .active),
    ] + (state.hasSharedScale ? [Figure(name: "scale", value: "shared", style: .active)] : []) + [filter]
      + unknownUnits(state)
  }

  /// Why no unit is known, in the view that shows them.
  private static func unknownUnits(_ state: AppState) -> [Figure] {
    guard state.query.view == .unit, let keys = state.decisions.tree?.keys, keys.lacksGroups else { return [] }
    return [Figure(name: "units", value: "unknown: no cgroup v2 hierarchy is mounted", style: .warning)]
  }
}
