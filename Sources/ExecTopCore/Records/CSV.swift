import ExecTopCounting
import ExecTopTable
import ExecTopText

extension Record {
  /// The header row of the csv format, with its line end.
  public static func csvHeader(_ table: ColumnTable = .standard, by view: View = .path) -> String {
    let names = ["time", "elapsed", "interval", "mode", "row"] + table.fields(in: view).map(\.name)
    return (names + ofTotals).joined(separator: ",") + "\r\n"
  }

  /// The fields that a row does not have.
  private static let ofTotals = [
    "paths", "unattributed", "unaccounted", "cpu_kernel", "cpu_unattributed", "cpu_machine",
  ]

  /// A line for the totals and one for each row, each with its line end, as RFC 4180 has it. What is not known is an
  /// empty field.
  public var csv: String {
    let interval = tally.interval.map { Format.fixed($0, decimals: 3) } ?? ""
    let stamp = "\(time.text),\(Format.fixed(elapsed, decimals: 3)),\(interval),\(mode.rawValue)"
    let fields = fields
    func line(_ kind: String, _ values: [FieldValue]) -> String {
      ([stamp, kind] + values.map { CSV.quoted(CSV.text(CSV.field($0))) }).joined(separator: ",") + "\r\n"
    }
    return line("totals", totals(in: fields))
      + rows.map { row in
        line(view.row, fields.map { value(of: $0, in: row, naming) } + Record.ofTotals.map { _ in .unknown })
      }.joined()
  }

  /// The totals, in the fields that a row has for them, and in those of their own.
  private func totals(in fields: [Field]) -> [FieldValue] {
    let totals = tally.totals
    let uses = tally.uses?.totals
    let known: [String: FieldValue] = [
      "count": .count(totals.execs), "delta": FieldValue(tally.execsOverInterval),
      "rate": FieldValue(tally.totalRate), "failed": FieldValue(totals.failed), "peak": FieldValue(tally.totalPeak),
      "cpu": FieldValue(nanoseconds: uses?.cpu.sum), "cpu_rate": FieldValue(tally.uses?.totalRate, decimals: 6),
      "running": FieldValue(uses?.running), "ended": FieldValue(uses?.ended),
    ]
    let reasons = totals.unattributed.all.compactMap { reason, count in count.map { (reason.rawValue, $0) } }
    return fields.map { known[$0.name] ?? .unknown } + [
      .count(UInt64(tally.rowCount)), .counts(reasons),
      FieldValue(Audit(totals).isKnown ? totals.unaccounted : nil),
      FieldValue(nanoseconds: uses?.cpu.kernelThreads),
      uses.map { uses in
        .numbers(uses.cpu.unattributed.map { ($0.reason, Double($0.time) / 1e9) }, decimals: 9)
      } ?? .unknown,
      FieldValue(nanoseconds: uses?.machine.busy),
    ]
  }
}

enum CSV {
  /// A value as a field holds it: several figures as `NAME=FIGURE`, parted by blanks, those that are known.
  static func field(_ value: FieldValue) -> String {
    switch value {
    case .unknown: ""
    case .count(let count): String(count)
    case .number(let number, let decimals): decimal(number, decimals)
    case .text(let text): text
    // As in folded stacks: no `;` but those between them.
    case .texts(let texts): texts.map { Folded.part($0, escaping: [";"]) }.joined(separator: ";")
    case .flag(let flag): flag ? "true" : "false"
    case .counts(let counts): counts.map { "\($0.name)=\($0.count)" }.joined(separator: " ")
    case .numbers(let numbers, let decimals):
      numbers.compactMap { name, number in number.map { "\(name)=\(decimal($0, decimals))" } }.joined(separator: " ")
    }
  }

  private static func decimal(_ number: Double, _ decimals: Int) -> String {
    number.isFinite ? Format.fixed(number, decimals: decimals) : ""
  }

  /// A field that no spreadsheet takes for a formula: behind an apostrophe where its first character would make it one.
  /// One that begins with an apostrophe gets another, so that a reader undoes it by taking one off.
  static func text(_ field: String) -> String {
    switch field.unicodeScalars.first {
    // The full-width forms are taken for the others where those are usual.
    case "=", "+", "-", "@", "\t", "\r", "\n", "'", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}": "'" + field
    default: field
    }
  }

  /// A field in quotation marks where RFC 4180 wants them.
  static func quoted(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { [",", "\"", "\r", "\n"].contains($0) }) else { return field }
    var quoted = "\""
    // By scalar: for a Character, a mark behind a quotation mark would hide it.
    for scalar in field.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}
