import ExecTopApp
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// All that is known of one path.
enum DetailsPane {
  static func draw(_ id: PathID, state: AppState, layout: Layout, on canvas: inout Canvas) {
    let tally = state.tally
    HeaderPane.drawTitle("details", of: state, layout: layout, on: &canvas)
    var rows = layout.pageRows
    draw(tally.rowName(of: id), rows: &rows, width: layout.size.columns, on: &canvas)
    let lines = lines(id, of: state).flatMap { Figure.folded($0, width: layout.size.columns) }
    for line in lines where !rows.isEmpty {
      canvas.write(line, row: rows.removeFirst(), before: layout.size.columns)
    }
    drawErrors(id, of: state, rows: &rows, width: layout.size.columns, on: &canvas)
    drawExits(id, of: tally, rows: &rows, width: layout.size.columns, on: &canvas)
    if let log = state.execLog, !rows.isEmpty {
      ExecsPane.drawCommands(log, row: rows.removeFirst(), width: layout.size.columns, on: &canvas)
    }
    drawLaunches(id, state: state, rows: &rows, width: layout.size.columns, on: &canvas)
    drawCharts(id, of: tally, rows: rows.dropFirst(), width: layout.size.columns, on: &canvas)
  }

  /// Cells from which on both charts stand side by side.
  private static let leastWidthOfTwo = 72

  /// The last minute, and how long its processes took.
  private static func drawCharts(
    _ id: PathID, of tally: Tally, rows: Range<Int>, width: Int, on canvas: inout Canvas
  ) {
    let wall = tally.uses?.wall(of: id)
    let isBeside = wall != nil && width >= leastWidthOfTwo
    let wallWidth = (width - 2) * 2 / 5
    var left = rows
    // Below each other they share the rows, where there are enough.
    if wall != nil, !isBeside, rows.count >= 10 { left = rows.prefix(rows.count / 2) }
    DetailsGraph.draw(
      tally.historySinceReset(of: id), failed: tally.failureHistory(of: id), peak: tally.peak(of: id),
      rows: left, width: isBeside ? width - 2 - wallWidth : width, on: &canvas)
    guard let wall else { return }
    if isBeside {
      WallChart.draw(wall, rows: rows, columns: (width - wallWidth)..<width, on: &canvas)
    } else if left != rows {
      WallChart.draw(wall, rows: rows.dropFirst(left.count), columns: 0..<width, on: &canvas)
    }
  }

  /// The whole of a name, over as many rows as it takes, as long as they leave the figures room.
  static func draw(_ name: RowName, rows: inout Range<Int>, width: Int, on canvas: inout Canvas) {
    if name.isOwn {
      if !rows.isEmpty {
        canvas.write(
          String(decoding: name.bytes, as: UTF8.self), at: Position(row: rows.removeFirst(), column: 0), width: width)
      }
      return
    }
    let pieces = name.safe(canShow: canvas.glyphs.canShow).pieces
    let parts = canvas.rows(of: pieces, width: width)
    let most = max(1, rows.count - 4)
    for (place, part) in parts.prefix(most).enumerated() {
      // The last row there is room for cuts in the middle, as the table does.
      let shown = place == most - 1 ? pieces[part.lowerBound...] : pieces[part]
      canvas.write(shown, at: Position(row: rows.removeFirst(), column: 0), width: width, style: .plain)
    }
    if name.isCut, !rows.isEmpty {
      canvas.write("cut at 255 bytes", at: Position(row: rows.removeFirst(), column: 0), style: .alert)
    }
  }

  /// Who launches it, as which user and in which unit. Nothing where that is not known of any of its launches.
  private static func drawLaunches(
    _ id: PathID, state: AppState, rows: inout Range<Int>, width: Int, on canvas: inout Canvas
  ) {
    guard let uses = state.tally.uses, let tree = state.decisions.tree else { return }
    let slots = uses.launchSlots(of: id)
    let isKnown = slots.contains { slot in
      let launch = tree.keys.launch(at: Int(slot))
      return launch.parent != 0 || launch.user != Launch.unknownUser || launch.group != 0
    }
    guard isKnown else { return }
    func ranks(_ aspect: LaunchAspect) -> [LaunchRank] {
      state.decisions.ranks(of: slots, by: aspect, in: state.tally, sort: state.query.rankingSort)
    }
    LaunchSections.draw(
      [("launched by", ranks(.launcher))], [("users", ranks(.user)), ("units", ranks(.unit))],
      whole: uses.sums(of: slots[...]), state: state, rows: &rows, width: width, on: &canvas)
  }

  private static func lines(_ id: PathID, of state: AppState) -> [[Figure]] {
    let tally = state.tally
    return [
      figures(
        of: .path(id), in: tally, columns: state.table.figures.filter { $0.isShown(of: tally, in: state.mode) }),
      [
        Figure(
          name: "succeeded",
          count: tally.failed(of: id).map { failed in tally.count(of: id) - min(failed, tally.count(of: id)) }),
        Figure(name: "mean", value: Format.rate(tally.mean(of: id)) + "/s"),
      ],
      [
        Figure(name: "first seen", value: instant(tally.firstCounted(id), in: state)),
        Figure(name: "last seen", value: instant(tally.lastCounted(id), in: state)),
      ],
    ] + (tally.uses.map { DetailsUses.lines(id, of: $0, isReset: tally.isReset) } ?? [])
      + (avoidable(id, in: tally).map { [[$0]] } ?? [])
  }

  /// A figure for each way in which its processes ended, in as many lines as they take, if they leave the charts room.
  private static func drawExits(
    _ id: PathID, of tally: Tally, rows: inout Range<Int>, width: Int, on canvas: inout Canvas
  ) {
    let lines = Figure.folded(tally.uses.map { DetailsUses.exits(id, of: $0) } ?? [], width: width)
    let most = max(2, rows.count - 6)
    for (place, line) in lines.enumerated() {
      guard !rows.isEmpty else { return }
      let row = rows.removeFirst()
      if place == most - 1 || rows.isEmpty, place < lines.count - 1 {
        let left = lines[place...].reduce(0) { $0 + $1.count }
        canvas.write("and \(left) other ways in which they ended", at: Position(row: row, column: 0), style: .label)
        return
      }
      canvas.write(line, row: row, before: width)
    }
  }

  /// Failed execs that would not be if it were called by its full path.
  private static func avoidable(_ id: PathID, in tally: Tally) -> Figure? {
    guard let searches = tally.uses?.searches(of: id), searches > 0, id != .other else { return nil }
    let count = Format.count(searches)
    var figure = Figure(value: "\(count) execs avoidable: call it by its full path", style: .warning)
    // Shown above: what a path is called can be of any bytes, and as long as it likes.
    if let name = String(validating: tally.path(of: id).bytes, as: UTF8.self), name.hasPrefix("/"),
      name.utf8.allSatisfy({ (0x21..<0x7f).contains($0) && $0 != UInt8(ascii: "\\") })
    {
      figure.values.insert("\(count) execs avoidable: call \(name) by its full path", at: 0)
    }
    return figure
  }

  /// What columns of the table say of a row.
  static func figures(of source: RowSource, in tally: Tally, columns: [Column]) -> [Figure] {
    let whole = CellContext(of: tally, now: tally.shownTime)
    return columns.map { column in
      let value = column.value(of: source, in: tally)
      var short = whole
      short.width = 9
      return Figure(
        name: column.name, values: [whole, short].map { column.text(value, $0) + column.unit },
        style: value.number == 0 ? .plain : column.style(of: value, source, in: tally))
    }
  }

  /// The time of day and how long ago that was; the latter alone where the former is not known, or another day's.
  static func instant(_ time: Seconds?, in state: AppState) -> String {
    guard let time else { return Format.unknown }
    let age = Format.age(state.tally.shownTime - time)
    let ago = age == "now" ? age : age + " ago"
    return timeOfDay(time, in: state).map { "\($0) (\(ago))" } ?? ago
  }

  private static func timeOfDay(_ time: Seconds, in state: AppState) -> String? {
    guard let offset = state.civilOffset, state.tally.time - time < 86_400 else { return nil }
    return Format.timeOfDay(time + offset)
  }

  /// A line for each errno, the most frequent first, as many as there is room for.
  private static func drawErrors(
    _ id: PathID, of state: AppState, rows: inout Range<Int>, width: Int, on canvas: inout Canvas
  ) {
    let errors = state.tally.errorFigures(of: id) ?? []
    for (place, error) in errors.enumerated() {
      guard !rows.isEmpty else { return }
      let row = rows.removeFirst()
      if rows.isEmpty, place < errors.count - 1 {
        canvas.write("and \(errors.count - place) more errors", at: Position(row: row, column: 0), style: .failed)
        return
      }
      let texts = texts(of: error, in: state)
      let text = texts.first { $0.unicodeScalars.count <= width } ?? texts[texts.count - 1]
      canvas.write(
        text, at: Position(row: row, column: 0), style: Failure.isNotFound(error.error) ? .warning : .failed)
    }
  }

  /// From the longest form to the shortest.
  private static func texts(of error: ErrorFigures, in state: AppState) -> [String] {
    let name = "\(ErrorName.of(error.error)) \(Format.count(error.count))"
    let meaning = ErrorText.of(error.error).map { " " + $0 } ?? ""
    func seen(_ time: Seconds?) -> String {
      time.flatMap { timeOfDay($0, in: state) } ?? instant(time, in: state)
    }
    let times = ", first \(seen(error.first)), last \(seen(error.last))"
    let minute = ", \(Format.count(error.lastMinute))"
    let whole = name + meaning + times
    return [whole + minute + " in the last minute", whole + minute + "/min", whole, name + times, name + meaning, name]
  }
}
