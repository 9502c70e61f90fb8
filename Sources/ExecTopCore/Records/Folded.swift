import ExecTopCounting
import ExecTopTable
import ExecTopText

extension Record {
  /// The columns by which folded stacks can be counted: see `folded`.
  public static let foldedSorts: [Column] = [.rate, .count, .failed, .avoidable, .exits, .cpu, .time]

  /// Who launches what, as the folded stacks that flamegraph.pl, inferno and speedscope read: a line for each launch, with
  /// the names of the programs that led to it and its own, parted by `;`, a blank, and a number.
  ///
  /// The number is what came over the interval, so that the lines of several records add up: those who read them sum up
  /// the lines of one stack. By the sort column it is failed or avoidable execs, ends with an error, or nanoseconds of CPU
  /// time; for any other, execs. What nothing came of has no line.
  public var folded: String {
    var lines = ""
    for row in rows {
      guard case .launches(let row) = row, let number = came(row.sums), number > 0 else { continue }
      let names = row.chain.map { Folded.part(row.safe($0).string, escaping: [";", " "]) }
      lines += names.joined(separator: ";") + " \(number)\n"
    }
    return lines
  }

  private func came(_ sums: LaunchSums) -> UInt64? {
    switch sort {
    case .cpu, .time: sums.came(.cpu)
    case .failed: sums.came(.failed)
    case .avoidable: sums.came(.searches)
    case .exits: sums.came(.errors)
    default: sums.delta
    }
  }
}

enum Folded {
  /// A name in a chain, which has been made safe: with what would end it escaped in the same way.
  static func part(_ name: String, escaping ends: Set<Unicode.Scalar>) -> String {
    var part = ""
    for scalar in name.unicodeScalars {
      if ends.contains(scalar) {
        part += "\\x" + String(scalar.value, radix: 16)
      } else {
        part.unicodeScalars.append(scalar)
      }
    }
    // An empty name would be no frame.
    return part.isEmpty ? "(empty)" : part
  }
}
