import ExecTopText

/// Where the machine's CPU time over an interval went: what was counted, by kind, against what the kernel says of its CPUs.
public struct CPUAudit: Equatable, Sendable {
  /// What was counted, in nanoseconds.
  public let counted: CPUByKind
  /// Nanoseconds that all CPUs were busy. Nil if that is not known.
  public let busy: UInt64?
  /// Nil if it is not known.
  public let cpus: Int?
  /// Seconds.
  public let interval: Seconds

  /// All of it is in rows.
  public var isComplete: Bool { counted.unattributed.allSatisfy { $0.time == 0 } }

  /// In percent of one CPU, from the longest form to the shortest.
  package var texts: [String] {
    let whole = percent(busy ?? counted.sum) + "%"
    let most = cpus.map { whole + " of \($0 * 100)%" } ?? whole
    let missing = counted.unattributed.filter { $0.time > 0 }.map { "\($0.reason) \(percent($0.time))" }
    let programs = ["programs \(percent(counted.programs))"]
    let kernel = ["kernel \(percent(counted.kernelThreads))"]
    let forms = [programs + kernel + missing + rest, programs + missing + rest, programs + missing, missing]
    return forms.filter { !$0.isEmpty }.map { "\(most): " + $0.joined(separator: ", ") } + [most, whole]
  }

  /// In one line.
  public var text: String { "cpu " + (texts.first ?? Format.unknown) }

  /// What the machine was busy with beyond that. It can be less than nothing, for the kernel makes its sum of clock ticks.
  private var rest: [String] {
    busy.map { busy in
      let rest = Double(busy) - Double(counted.sum)
      return ["rest \(rest < 0 ? "-" : "")\(percent(abs(rest)))"]
    } ?? []
  }

  private func percent(_ nanoseconds: UInt64) -> String { percent(Double(nanoseconds)) }

  /// One decimal where it would be one digit.
  private func percent(_ nanoseconds: Double) -> String {
    let percent = nanoseconds / 1e7 / interval
    return Format.fixed(percent, decimals: percent < 9.95 ? 1 : 0)
  }
}
