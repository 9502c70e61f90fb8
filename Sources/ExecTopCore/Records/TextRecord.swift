extension Record {
  /// The table as lines of text, each with its line end, and an empty line at the end.
  public var text: String {
    let totals = tally.totals
    var lines = [
      "\(time.text)  execs \(Format.count(totals.execs))  rate \(Format.rate(tally.totalRate))/s"
        + "  failed \(totals.failed.map(Format.count) ?? Format.unknown)  paths \(tally.rowCount)"
        + "  \(Audit(totals).text)",
      Record.line("RATE/S", "COUNT", "FAILED", "PEAK/S", "LAST", "PATH"),
    ]
    for id in rows {
      let path = tally.paths[id]
      lines.append(
        Record.line(
          Format.rate(tally.rate(of: id)), Format.count(tally.count(of: id)),
          tally.failed(of: id).map(Format.count) ?? Format.unknown, Format.rate(tally.peak(of: id)),
          Format.age(tally.lastSeen(id).map { tally.latest.time - $0 }),
          (isUndecided(id) ? "?" : "") + name(of: id).string + (path.isCut ? Record.cutMark : "")))
    }
    let text = lines.map { $0 + "\n" }.joined() + "\n"
    return isUnicode ? text : Record.plain(text)
  }

  /// Behind a path that fills its key.
  static let cutMark = "…"

  /// With exectop's own characters, the only ones beyond ASCII that are left, in their plain form.
  private static func plain(_ text: String) -> String {
    var plain = ""
    for scalar in text.unicodeScalars { plain.unicodeScalars.append(Glyphs.plain(scalar)) }
    return plain
  }

  private static func line(
    _ rate: String, _ count: String, _ failed: String, _ peak: String, _ last: String, _ path: String
  ) -> String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return [right(rate, 9), right(count, 11), right(failed, 9), right(peak, 9), right(last, 5), path]
      .joined(separator: " ")
  }
}
