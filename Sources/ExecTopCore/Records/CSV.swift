extension Record {
  /// The header row of the csv format, with its line end.
  public static let csvHeader =
    "time,elapsed,interval,mode,path,path_base64,truncated,count,delta,rate,failed,errors,undecided,other\r\n"

  /// A line for each row, each with its line end, as RFC 4180 has it. What is not known is an empty field.
  public var csv: String {
    let interval = tally.interval.map { Format.fixed($0, decimals: 3) } ?? ""
    let stamp = "\(time.text),\(Format.fixed(elapsed, decimals: 3)),\(interval),\(mode.rawValue)"
    return rows.map { id in
      let path = tally.paths[id]
      let shown = name(of: id)
      let errors = tally.errors(of: id)?.map { "\(ErrorName.of($0.error))=\($0.count)" }.joined(separator: " ")
      let fields = [
        shown.string,
        shown.isFaithful ? "" : Base64.encode(path.bytes),
        path.isCut ? "true" : "false",
        String(tally.count(of: id)),
        tally.delta(of: id).map(String.init) ?? "",
        tally.rate(of: id).map { Format.fixed($0, decimals: 3) } ?? "",
        tally.failed(of: id).map(String.init) ?? "",
        errors ?? "",
        isUndecided(id) ? "true" : "false",
        id == .other ? "true" : "false",
      ]
      return ([stamp] + fields.map { CSV.quoted(CSV.text($0)) }).joined(separator: ",") + "\r\n"
    }.joined()
  }
}

enum CSV {
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
