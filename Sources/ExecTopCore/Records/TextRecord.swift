import ExecTopCounting
import ExecTopTable
import ExecTopText

extension Record {
  /// The table as lines of text, each with its line end, and an empty line at the end.
  public var text: String {
    let totals = tally.totals
    let context = CellContext(of: tally, now: tally.time)
    let columns = table.columns.filter { !$0.fields.isEmpty && $0.isShown(of: tally, in: mode) }
    var lines = [
      "\(time.text)  execs \(Format.count(totals.execs))  rate \(Format.rate(tally.totalRate))/s"
        + "  failed \(totals.failed.map(Format.count) ?? Format.unknown)  paths \(tally.rowCount)"
        + "  \(Audit(totals).text)" + (tally.uses?.audit.map { "  \($0.text)" } ?? ""),
      Record.line(columns) { $0.title },
    ]
    for id in rows {
      let name =
        (naming.decisions.isUndecided(id) ? "?" : "") + naming.name(of: id, in: tally).string
        + (tally.path(of: id).isCut ? Record.cutMark : "")
      lines.append(
        Record.line(columns) { $0.content.isFigure ? $0.text($0.value(tally, id), context) : name })
    }
    let text = lines.map { $0 + "\n" }.joined() + "\n"
    return naming.isUnicode ? text : Record.plain(text)
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
