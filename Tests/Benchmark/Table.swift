import Foundation

/// What was measured in one row of the table: a ratio in each round.
struct Ratios {
  var values: [Double] = []

  /// The middle one.
  var median: Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The least and the greatest.
  var spread: (Double, Double) { (values.min() ?? 0, values.max() ?? 0) }
}

/// The table, printed as it grows.
struct Table {
  private(set) var isMet = true

  func begin() {
    Table.write(row("what", "against", "ratio", "spread", "goal", ""))
    Table.write(row("---", "---", "---:", "---", "---:", "---"))
  }

  mutating func add(_ what: String, against: String, goal: Double, _ ratios: Ratios, note: String = "") {
    let isMet = ratios.median <= goal
    if !isMet { self.isMet = false }
    let (least, most) = ratios.spread
    Table.write(
      row(
        what, against, text(ratios.median), "\(text(least))–\(text(most))", text(goal),
        (isMet ? "met" : "missed") + (note.isEmpty ? "" : "; " + note)))
  }

  func add(_ what: String, against: String, notCompared reason: String) {
    Table.write(row(what, against, "–", "–", "–", "not compared: \(reason)"))
  }

  /// Writes a line at once: the measurements take their time.
  static func write(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  private func text(_ number: Double) -> String { String(format: number < 0.995 ? "%.2f" : "%.3f", number) }

  private func row(_ cells: String...) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
