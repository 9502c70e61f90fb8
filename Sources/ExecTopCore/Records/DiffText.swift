import ExecTopCounting
import ExecTopRecording
import ExecTopText

extension Diff {
  /// Between the programs of a chain.
  static let link = " > "

  /// Lines of text, each with its line end. Names are safe to show: they stand so in recordings and in records.
  ///
  /// - Parameter isUnicode: whether characters are UTF-8 where it is written; otherwise they are ASCII.
  public func text(isUnicode: Bool) -> String {
    func name(_ row: Row) -> String {
      row.name == [Format.unknown]
        ? Format.unknown
        : SafeText(typed: row.name.joined(separator: Diff.link)) { isUnicode || $0.isASCII }.string
    }
    var lines = [Diff.line(before, "A"), Diff.line(after, "B"), ""]
    let titles = ["EXECS A", "EXECS B", "CHANGE", "FAILED A", "FAILED B", "CPU A", "CPU B"]
    let cells = rows.map { row in
      [
        Format.count(row.before.execs), Format.count(row.after.execs), Diff.change(row),
        row.before.failed.map(Format.count) ?? Format.unknown, row.after.failed.map(Format.count) ?? Format.unknown,
        Diff.seconds(row.before.cpu), Diff.seconds(row.after.cpu),
      ]
    }
    let widths = titles.indices.map { column in
      (cells.map { $0[column].unicodeScalars.count } + [titles[column].count]).max() ?? 0
    }
    func line(_ kind: String, _ cells: [String], _ name: String) -> String {
      kind + String(repeating: " ", count: max(0, 4 - kind.count))
        + zip(cells, widths).map { cell, width in
          "  " + String(repeating: " ", count: max(0, width - cell.unicodeScalars.count)) + cell
        }.joined() + "  " + name
    }
    if rows.isEmpty {
      lines.append("no difference")
    } else {
      lines.append(line("", titles, key.rawValue.uppercased()))
      for (row, cells) in zip(rows, cells) {
        lines.append(line(row.kind.rawValue, cells, name(row)))
      }
    }
    let text = lines.map { $0 + "\n" }.joined()
    guard !isUnicode else { return text }
    var plain = ""
    for scalar in text.unicodeScalars { plain.unicodeScalars.append(Glyphs.plain(scalar)) }
    return plain
  }

  private static func line(_ account: ExecSums, _ name: String) -> String {
    let total = account.total
    let times = [account.began, account.ended].compactMap { $0?.text }.joined(separator: " to ")
    return "\(name)  execs \(Format.count(total.execs))  failed \(total.failed.map(Format.count) ?? Format.unknown)"
      + "  cpu \(seconds(total.cpu)) s" + (times.isEmpty ? "" : "  \(times)")
  }

  private static func change(_ row: Row) -> String {
    let (then, now) = (row.before.execs, row.after.execs)
    if then == now { return "0" }
    let difference = (then < now ? "+" : "-") + Format.count(then < now ? now - then : then - now)
    guard then > 0, now > 0 else { return difference }
    let percent = (Double(now) / Double(then) - 1) * 100
    return difference + " (\(percent < 0 ? "-" : "+")\(Format.fixed(abs(percent), decimals: 0))%)"
  }

  private static func seconds(_ nanoseconds: UInt64?) -> String {
    nanoseconds.map { Format.fixed(Double($0) / 1e9, decimals: 3) } ?? Format.unknown
  }
}
