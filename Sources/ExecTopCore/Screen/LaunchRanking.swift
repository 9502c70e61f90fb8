import ExecTopApp
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// Rankings of launches in the details: who launches a path, what stands below a launch, what a user runs.
enum LaunchRanking {
  /// What is said of each, as far as it leaves the name some room.
  private static let columns: [Column] = [.count, .rate, .share, .cpu]
  private static let leastNameWidth = 14

  /// A title and a line for each, as many as there are rows for.
  ///
  /// - Parameter whole: of what a share is a part.
  static func draw(
    _ title: String, _ ranks: [LaunchRank], whole: LaunchSums, of state: AppState, rows: inout Range<Int>, width: Int,
    on canvas: inout Canvas
  ) {
    guard rows.count >= 2, !ranks.isEmpty else { return }
    var context = CellContext(of: state.tally, now: state.tally.shownTime)
    context.whole = whole.count
    var left = width - leastNameWidth
    let shown = columns.prefix { column in
      left -= (column.width ?? 0) + 1
      return left >= 0
    }
    let head = rows.removeFirst()
    let lines = ranks.prefix(rows.count)
    var start = 0
    for column in shown {
      start += column.width ?? 0
      canvas.write(column.title, row: head, endingAt: start, style: .label)
      start += 1
    }
    start += shown.isEmpty ? 0 : 1
    let whole = "\(title) (\(lines.count) of \(ranks.count))"
    let isCut = lines.count < ranks.count && whole.count <= width - start
    canvas.write(isCut ? whole : title, at: Position(row: head, column: start), width: width - start, style: .label)
    for rank in lines {
      let row = rows.removeFirst()
      var end = 0
      for column in shown {
        context.width = column.width ?? 0
        end += context.width
        let value = column.value(of: rank.sums, in: state.tally)
        let source = RowSource(rank.sums)
        canvas.write(
          column.text(value, context), row: row, endingAt: end, style: column.style(of: value, source, in: state.tally))
        end += 1
      }
      draw(chain: rank.names, at: Position(row: row, column: start), width: width - start, on: &canvas)
    }
  }

  /// Names with their shares in one line, as many as there is room for.
  static func drawShares(
    _ title: String, _ ranks: [LaunchRank], whole: LaunchSums, row: Int, width: Int, on canvas: inout Canvas
  ) {
    var column = canvas.write(title, at: Position(row: row, column: 0), style: .label) + 1
    // Those that only go on running have no share.
    let ranks = whole.count == 0 ? ranks : ranks.filter { $0.sums.count > 0 }.sorted { $0.sums.count > $1.sums.count }
    for (place, rank) in ranks.enumerated() {
      let share = Format.share(rank.sums.count, of: whole.count)
      let pieces = pieces(of: rank.names, on: canvas)
      let needed = pieces.reduce(0) { $0 + canvas.cells(of: $1) } + 1 + share.count
      let rest = place < ranks.count - 1 ? "and \(ranks.count - place - 1) more".count + 2 : 0
      guard place == 0 || column + needed + rest <= width else {
        canvas.write(
          "and \(ranks.count - place) more", at: Position(row: row, column: column), width: width - column,
          style: .label)
        return
      }
      let room = max(0, width - column - share.count - 1 - rest)
      column = canvas.write(pieces[...], at: Position(row: row, column: column), width: room, style: .plain)
      column = canvas.write(" " + share, at: Position(row: row, column: column), style: .plain) + 2
    }
  }

  /// A chain of programs, without the outermost ones where they have no room.
  static func draw(chain names: [RowName], at position: Position, width: Int, on canvas: inout Canvas) {
    var names = names[...]
    var pieces = pieces(of: Array(names), on: canvas)
    while names.count > 1, pieces.reduce(0, { $0 + canvas.cells(of: $1) }) > width {
      names = names.dropFirst()
      pieces = own("…", on: canvas) + own(separator, on: canvas) + self.pieces(of: Array(names), on: canvas)
    }
    canvas.write(pieces[...], at: position, width: width, style: .plain)
  }

  private static let separator = " › "

  /// Names as they show, one behind the other; a dash where they are not known.
  private static func pieces(of names: [RowName], on canvas: Canvas) -> [SafeText.Piece] {
    guard !names.isEmpty else { return own(Format.unknown, on: canvas) }
    let parts = names.map { name in
      name.isOwn
        ? own(String(decoding: name.bytes, as: UTF8.self), on: canvas)
        : name.safe(canShow: canvas.glyphs.canShow).pieces
    }
    return Array(parts.joined(separator: own(separator, on: canvas)))
  }

  private static func own(_ text: String, on canvas: Canvas) -> [SafeText.Piece] {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { shown.append(canvas.glyphs.own(scalar)) }
    return SafeText(typed: String(shown)).pieces
  }
}
