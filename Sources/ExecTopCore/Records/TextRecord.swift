import ExecTopCounting
import ExecTopTable
import ExecTopText

extension Record {
  /// The table as lines of text, each with its line end, and an empty line at the end.
  public var text: String {
    let totals = tally.totals
    let context = CellContext(of: tally, now: tally.time)
    let isGrouped = rows.contains { if case .launches = $0 { true } else { false } } || view != .path
    let columns = table.columns.filter { column in
      guard column.content.view == nil else { return column.content.view == view }
      return !column.fields.isEmpty && column.isShown(of: tally, in: mode) && (!isGrouped || column.launched != nil)
    }
    var lines = [
      "\(time.text)  execs \(Format.count(totals.execs))  rate \(Format.rate(tally.totalRate))/s"
        + "  failed \(totals.failed.map(Format.count) ?? Format.unknown)  paths \(tally.rowCount)"
        + "  \(Audit(totals).text)" + (tally.uses?.audit.map { "  \($0.text)" } ?? ""),
      Record.line(columns) { $0.title },
    ]
    for row in rows {
      let name = name(of: row)
      lines.append(
        Record.line(columns) { column in
          guard column.content.isFigure else { return name }
          return switch row {
          case .path(let id): column.text(column.value(tally, id), context)
          case .launches(let row): column.text(column.value(of: row.sums, in: tally), context)
          }
        })
    }
    let text = lines.map { $0 + "\n" }.joined() + "\n"
    return naming.isUnicode ? text : Record.plain(text)
  }

  /// What a row is called; of a launch the whole chain.
  private func name(of row: Row) -> String {
    switch row {
    case .path(let id):
      return (naming.decisions.isUndecided(id) ? "?" : "") + naming.name(of: id, in: tally).string
        + (tally.path(of: id).isCut ? Record.cutMark : "")
    case .launches(let row):
      let mark = row.path.map { naming.decisions.isUndecided($0) } ?? false ? "?" : ""
      let names = view == .launches ? row.chain : [row.rowName]
      return mark + names.map { row.safe($0).string + ($0.isCut ? Record.cutMark : "") }.joined(separator: " › ")
    }
  }

  /// Behind a path that fills its key.
  static let cutMark = "…"

  /// With exectop's own characters, the only ones beyond ASCII that are left, in their plain form.
  static func plain(_ text: String) -> String {
    var plain = ""
    for scalar in text.unicodeScalars { plain.unicodeScalars.append(Glyphs.plain(scalar)) }
    return plain
  }

  private static func line(_ columns: [Column], _ text: (Column) -> String) -> String {
    columns.map { column in
      let text = text(column)
      return String(repeating: " ", count: max(0, (column.width.map { $0 + 1 } ?? 0) - text.count)) + text
    }.joined(separator: " ")
  }
}
