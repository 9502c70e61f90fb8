import ExecTopApp
import ExecTopCounting
import ExecTopText
import ExecTopTrace

/// The trace: a title and the lines.
enum TracePane {
  static func draw(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    guard let trace = state.trace, let area = layout.trace else { return }
    // Of what stands to the left, nothing reaches into the pane.
    for row in area.titleRow..<area.lineRows.upperBound {
      canvas.grid.blank(row: row, columns: max(0, area.columns.lowerBound - 1)..<area.columns.upperBound)
    }
    drawTitle(trace, area: area, on: &canvas)
    let lines = trace.lines(rows: area.lineRows.count)
    for (row, line) in zip(area.lineRows, lines) {
      draw(line, row: row, area: area, on: &canvas)
    }
    if lines.isEmpty || trace.failure != nil { drawNotice(trace, area: area, on: &canvas) }
  }

  // MARK: - The title

  private static func drawTitle(_ trace: TraceState, area: TraceArea, on canvas: inout Canvas) {
    canvas.grid.restyle(row: area.titleRow, columns: area.columns, style: .header)
    var column = area.columns.lowerBound
    for (text, style) in title(trace) {
      // A figure that is cut would say something else.
      guard column + text.unicodeScalars.count <= area.columns.upperBound else { continue }
      column = canvas.write(text, at: Position(row: area.titleRow, column: column), style: style)
      column = canvas.write("  ", at: Position(row: area.titleRow, column: column), style: .header)
    }
  }

  /// The most important first: what has no room is left out.
  private static func title(_ trace: TraceState) -> [(String, Style)] {
    var parts: [(String, Style)] = [("TRACE", trace.isFocused ? .selected : .header)]
    if trace.failure != nil { parts.append(("ended", .alert)) }
    parts.append(trace.isFollowing ? ("following", .good) : ("NOT FOLLOWING", .alert))
    let lost = trace.log.lost
    parts.append(("lost \(lost.map { Format.count($0) } ?? Format.unknown)", lost ?? 0 > 0 ? .alert : .header))
    if trace.isOursOnly { parts.append(("own lines only", .alert)) }
    if trace.origin == .shared { parts.append(("taken from other readers", .alert)) }
    parts.append(("\(Format.count(UInt64(trace.chosenCount))) lines", .header))
    return parts
  }

  /// Why there is nothing to see.
  private static func drawNotice(_ trace: TraceState, area: TraceArea, on canvas: inout Canvas) {
    let isAnyHidden = trace.log.end > trace.log.start
    // The reason can name a file.
    let reason = trace.failure.map { SafeText(typed: $0, canShow: canvas.glyphs.canShow).string }
    let text = reason ?? (isAnyHidden ? "no line matches" : "no lines yet")
    let folded = HelpText.folded(text, width: area.columns.count)
    for (row, line) in zip(area.lineRows, folded) {
      canvas.grid.blank(row: row, columns: area.columns)
      canvas.write(
        line, at: Position(row: row, column: area.columns.lowerBound), width: area.columns.count,
        style: trace.failure == nil ? .faint : .alert)
    }
  }

  // MARK: - Lines

  private static let timeWidth = 14
  private static let cpuWidth = 3
  private static let pidWidth = 7
  /// Room for the message, before anything else is shown.
  private static let leastMessageWidth = 24

  private static func draw(_ line: TraceLine, row: Int, area: TraceArea, on canvas: inout Canvas) {
    let start = area.columns.lowerBound
    guard let fields = line.fields else {
      drawText(line, line.bytes[...], row: row, columns: area.columns, on: &canvas)
      return
    }
    if line.ownPath != nil { canvas.write("*", at: Position(row: row, column: start), style: .good) }
    var column = start + 2
    var left = area.columns.count - 2 - leastMessageWidth
    let taskWidth = pidWidth + 1
    let clockWidth = timeWidth + 1 + cpuWidth + 1
    if left >= taskWidth + clockWidth {
      left -= clockWidth
      canvas.write(
        Format.fixed(fields.time, decimals: 6), row: row, endingAt: column + timeWidth, style: .faint)
      canvas.write(String(fields.cpu), row: row, endingAt: column + clockWidth - 1, style: .faint)
      column += clockWidth
    }
    if left >= taskWidth {
      // No name: the kernel adds it when the line is read, from a cache that a later exec has changed by then.
      canvas.write(String(fields.pid), row: row, endingAt: column + taskWidth - 1, style: .plain)
      column += taskWidth
    }
    drawText(line, line.message, row: row, columns: column..<area.columns.upperBound, on: &canvas)
  }

  private static func drawText(
    _ line: TraceLine, _ text: ArraySlice<UInt8>, row: Int, columns: Range<Int>, on canvas: inout Canvas
  ) {
    let end = canvas.write(
      bytes: text, at: Position(row: row, column: columns.lowerBound), width: columns.count - (line.isCut ? 1 : 0),
      style: .plain)
    if line.isCut { canvas.write("…", at: Position(row: row, column: end), style: .alert) }
  }
}
