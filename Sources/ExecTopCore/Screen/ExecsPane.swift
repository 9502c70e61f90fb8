import ExecTopApp
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// The last execs of a path, one by one, and above them what it was told to run.
enum ExecsPane {
  static func draw(_ id: PathID, state: AppState, layout: Layout, on canvas: inout Canvas) {
    guard let log = state.execLog else { return }
    let width = layout.size.columns
    HeaderPane.drawTitle("execs", of: state, layout: layout, on: &canvas)
    var rows = layout.pageRows
    DetailsPane.draw(state.tally.rowName(of: id), rows: &rows, width: width, on: &canvas)
    drawLost(log, rows: &rows, on: &canvas)
    drawInterpreter(log, rows: &rows, width: width, on: &canvas)
    drawRanking(log, rows: &rows, width: width, on: &canvas)
    drawExecs(log, state: state, rows: rows, width: width, on: &canvas)
  }

  /// The most frequent commands in one line.
  static func drawCommands(_ log: ExecLog, row: Int, width: Int, on canvas: inout Canvas) {
    var column = canvas.write("told to run", at: Position(row: row, column: 0), style: .label) + 1
    let ranking = log.ranking
    if let failure = log.failureText {
      write(failure, at: Position(row: row, column: column), width: width - column, style: .alert, on: &canvas)
      return
    }
    if ranking.isEmpty {
      canvas.write(
        "nothing yet since this page was opened", at: Position(row: row, column: column), width: width - column)
      return
    }
    for (place, (command, count)) in ranking.enumerated() {
      let text = "\(Format.count(count)) \(name(of: command, on: canvas))"
      let cells = cells(of: text, on: canvas)
      guard place == 0 || column + cells + 12 <= width else {
        canvas.write("and \(ranking.count - place) more", at: Position(row: row, column: column), style: .label)
        return
      }
      column = write(text, at: Position(row: row, column: column), width: width - column, on: &canvas) + 2
    }
  }

  private static func name(of command: CommandName, on canvas: Canvas) -> String {
    guard !command.text.isEmpty else { return "(no argument)" }
    return ArgumentText.line([command.text], isCut: command.isCut, canShow: canvas.glyphs.canShow)
  }

  private static func drawLost(_ log: ExecLog, rows: inout Range<Int>, on canvas: inout Canvas) {
    guard log.lost > 0, !rows.isEmpty else { return }
    canvas.write(
      "\(Format.count(log.lost)) execs and ends came too fast to be told; the counts are exact",
      at: Position(row: rows.removeFirst(), column: 0), style: .warning)
  }

  private static func drawInterpreter(
    _ log: ExecLog, rows: inout Range<Int>, width: Int, on canvas: inout Canvas
  ) {
    guard let interpreter = log.execs.last?.event.interpreter, !rows.isEmpty else { return }
    let row = rows.removeFirst()
    let column = canvas.write("a script, run by ", at: Position(row: row, column: 0), style: .label)
    canvas.write(
      bytes: interpreter.bytes, at: Position(row: row, column: column), width: max(0, width - column), style: .plain)
  }

  /// At most a third of the room.
  private static func drawRanking(
    _ log: ExecLog, rows: inout Range<Int>, width: Int, on canvas: inout Canvas
  ) {
    let ranking = log.ranking
    let most = min(ranking.count, max(1, rows.count / 3 - 1))
    guard rows.count > most + 2 else { return }
    let isCut = most < ranking.count || log.otherCommands > 0
    let title = "told to run" + (isCut ? " (\(most) of \(Format.count(UInt64(ranking.count))))" : "")
    let head = rows.removeFirst()
    canvas.write("COUNT", row: head, endingAt: 9, style: .label)
    canvas.write(title, at: Position(row: head, column: 11), style: .label)
    for (command, count) in ranking.prefix(most) {
      let row = rows.removeFirst()
      canvas.write(Format.count(count), row: row, endingAt: 9)
      write(name(of: command, on: canvas), at: Position(row: row, column: 11), width: max(0, width - 11), on: &canvas)
    }
  }

  // MARK: One a line

  /// The latest first.
  private static func drawExecs(
    _ log: ExecLog, state: AppState, rows: Range<Int>, width: Int, on canvas: inout Canvas
  ) {
    guard rows.count >= 2 else { return }
    var rows = rows
    let columns = Column.fitting(width)
    let head = rows.removeFirst()
    var start = 0
    for column in columns {
      canvas.write(column.title, at: Position(row: head, column: start), style: .label)
      start += column.width + 1
    }
    canvas.write("ARGUMENTS", at: Position(row: head, column: start), width: width - start, style: .label)
    let launches = state.decisions.tree?.launches
    for exec in log.execs.reversed() where !rows.isEmpty {
      let row = rows.removeFirst()
      start = 0
      for column in columns {
        let text = column.text(exec, launches, state, canvas.glyphs.canShow)
        let isWrong = column == .outcome && isFailure(exec)
        write(
          text, at: Position(row: row, column: start), width: column.width, style: isWrong ? .failed : .plain,
          on: &canvas)
        start += column.width + 1
      }
      let arguments = exec.event.arguments
      write(
        ArgumentText.line(arguments.list.dropFirst(), isCut: arguments.isCut, canShow: canvas.glyphs.canShow),
        at: Position(row: row, column: start), width: max(0, width - start), on: &canvas)
    }
    guard !rows.isEmpty else { return }
    if let failure = log.failureText {
      write(failure, at: Position(row: rows.lowerBound, column: 0), width: width, style: .alert, on: &canvas)
    } else if log.execs.isEmpty {
      canvas.write("none yet since this page was opened", at: Position(row: rows.lowerBound, column: 0), style: .faint)
    }
  }

  private static func isFailure(_ exec: ExecLog.Exec) -> Bool {
    if case .failed = exec.event.what { return true }
    if case .ended(let status)? = exec.end?.what { return !status.isSuccess }
    return false
  }

  private enum Column: CaseIterable {
    case time, process, outcome, duration, user, launcher, directory

    var title: String {
      switch self {
      case .time: "TIME"
      case .process: "PID"
      case .outcome: "OUTCOME"
      case .duration: "RAN"
      case .user: "USER"
      case .launcher: "LAUNCHER"
      case .directory: "DIRECTORY"
      }
    }

    var width: Int {
      switch self {
      case .time: 8
      case .process: 7
      case .outcome: 8
      case .duration: 6
      case .user: 8
      case .launcher: 12
      case .directory: 24
      }
    }

    /// Those that leave the arguments some room. Where there is little, who and where come last.
    static func fitting(_ width: Int) -> [Column] {
      var left = width - 24
      return allCases.prefix { column in
        left -= column.width + 1
        return left >= 0
      }
    }

    func text(
      _ exec: ExecLog.Exec, _ launches: LaunchIndex?, _ state: AppState, _ canShow: (Unicode.Scalar) -> Bool
    ) -> String {
      let event = exec.event
      switch self {
      case .time: return state.civilOffset.map { Format.timeOfDay(event.time + $0) } ?? Format.unknown
      case .process: return String(event.process.id)
      case .outcome: return outcome(of: exec)
      case .duration: return exec.duration.map { Format.duration($0) } ?? ""
      case .user:
        let name = state.tally.uses?.names.users[event.user] ?? String(event.user)
        return SafeText(Array(name.utf8), canShow: canShow).string
      case .launcher:
        guard let id = launches?.launcher(of: event)?.path else { return Format.unknown }
        return SafeText(Array(state.tally.path(of: id).lastComponent), canShow: canShow).string
      case .directory:
        let directory = event.directory
        return (directory.isCut ? "…" : "") + SafeText(directory.path, canShow: canShow).string
      }
    }

    private func outcome(of exec: ExecLog.Exec) -> String {
      if case .failed(let error) = exec.event.what { return ErrorName.of(error) }
      switch exec.end?.what {
      case .ended(let status)?: return ExitName.of(status)
      case .replaced?: return "exec"
      case .ran?, .failed?, nil: return "runs"
      }
    }
  }

  // MARK: Safe text

  /// Writes text that has been made safe.
  @discardableResult
  private static func write(
    _ text: String, at position: Position, width: Int, style: Style = .plain, on canvas: inout Canvas
  ) -> Int {
    let pieces = SafeText(typed: text) { canvas.glyphs.canShow($0) || $0 == "…" }.pieces
    var left = width
    let fitting = pieces.prefix { piece in
      left -= canvas.cells(of: piece)
      return left >= 0
    }
    return canvas.write(fitting, at: position, style: style)
  }

  private static func cells(of text: String, on canvas: Canvas) -> Int {
    SafeText(typed: text, canShow: canvas.glyphs.canShow).pieces.reduce(0) { $0 + canvas.cells(of: $1) }
  }
}
