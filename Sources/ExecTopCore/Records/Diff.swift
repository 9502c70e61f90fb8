import ExecTopCounting
import ExecTopRecording
import ExecTopText

/// How two accounts differ.
public struct Diff: Sendable {
  public enum Kind: String, Sendable {
    case new, gone, more, less
  }

  public struct Row: Equatable, Sendable {
    public var name: [String]
    public var kind: Kind
    public var before: ExecSums.Figures
    public var after: ExecSums.Figures
  }

  public let before: ExecSums
  public let after: ExecSums
  public let key: ExecSums.Key
  /// What changed most comes first: the largest part that a row's change has in all execs, in all failures, or in all CPU
  /// time. Rows that hardly differ are left out.
  public let rows: [Row]

  public init(from before: ExecSums, to after: ExecSums, by key: ExecSums.Key) {
    self.before = before
    self.after = after
    self.key = key
    var changes: [(row: Row, weight: Double)] = []
    for name in Set(before.rows.keys).union(after.rows.keys) {
      let (then, now) = (before.figures(of: name), after.figures(of: name))
      guard let kind = Diff.kind(then, now) else { continue }
      let weight = [
        Diff.part(then.execs, now.execs, before.total.execs, after.total.execs),
        Diff.part(then.failed ?? 0, now.failed ?? 0, before.total.failed ?? 0, after.total.failed ?? 0),
        Diff.part(then.cpu ?? 0, now.cpu ?? 0, before.total.cpu ?? 0, after.total.cpu ?? 0),
      ].max()
      changes.append((Row(name: name, kind: kind, before: then, after: now), weight ?? 0))
    }
    rows = changes.sorted {
      $0.weight != $1.weight ? $0.weight > $1.weight : $0.row.name.lexicographicallyPrecedes($1.row.name)
    }.map(\.row)
  }

  /// What a difference is of the larger one of two sums.
  private static func part(_ then: UInt64, _ now: UInt64, _ before: UInt64, _ after: UInt64) -> Double {
    let difference = then > now ? then - now : now - then
    return difference == 0 ? 0 : Double(difference) / Double(max(before, after, 1))
  }

  /// By execs; where they are as many, by those that failed; then by CPU time, of which no two runs use the same: it must
  /// differ by a tenth, and by ten milliseconds.
  private static func kind(_ then: ExecSums.Figures, _ now: ExecSums.Figures) -> Kind? {
    if then.execs != now.execs {
      return then.execs == 0 ? .new : now.execs == 0 ? .gone : then.execs < now.execs ? .more : .less
    }
    if let (then, now) = both(then.failed, now.failed), then != now { return then < now ? .more : .less }
    guard let (before, after) = both(then.cpu, now.cpu) else { return nil }
    let difference = before > after ? before - after : after - before
    guard difference >= 10_000_000, difference >= max(before, after) / 10 else { return nil }
    return before < after ? .more : .less
  }

  private static func both(_ left: UInt64?, _ right: UInt64?) -> (UInt64, UInt64)? {
    guard let left, let right else { return nil }
    return (left, right)
  }
}

/// What must not come of a change: `execs+20%`, `cpu+30%`, `failed+5`, `new-failures`, `new`.
public struct DiffLimit: Equatable, Sendable {
  public enum Figure: String, CaseIterable, Sendable {
    case execs, failed, cpu
  }

  enum Kind: Equatable, Sendable {
    /// More than so much; of CPU time, seconds.
    case rise(Figure, by: Double, isPercent: Bool)
    /// Something fails that did not fail before.
    case newFailures
    /// Something is run that was not run before.
    case newRows
  }

  /// As it was given.
  public let text: String
  let kind: Kind

  public init?(_ text: String) {
    self.text = text
    switch text {
    case "new-failures": kind = .newFailures
    case "new": kind = .newRows
    default:
      guard let figure = Figure.allCases.first(where: { text.hasPrefix($0.rawValue + "+") }) else { return nil }
      var number = text.dropFirst(figure.rawValue.count + 1)
      let isPercent = number.last == "%"
      if isPercent { number.removeLast() }
      guard let value = Double(number), value >= 0, value.isFinite else { return nil }
      kind = .rise(figure, by: value, isPercent: isPercent)
    }
  }

  /// How a change breaks it, in words. Nil if it does not, or if nothing is known of it.
  public func broken(by diff: Diff) -> String? {
    switch kind {
    case .newFailures:
      let failing = diff.rows.filter { ($0.before.failed ?? 0) == 0 && ($0.after.failed ?? 0) > 0 }
      return list(failing, "failed only now")
    case .newRows: return list(diff.rows.filter { $0.kind == .new }, "new")
    case .rise(let figure, let allowed, let isPercent):
      guard let before = value(figure, diff.before.total), let after = value(figure, diff.after.total) else {
        return nil
      }
      let most = isPercent ? before * (1 + allowed / 100) : before + allowed
      guard after > most else { return nil }
      let unit = figure == .cpu ? " s" : ""
      let decimals = figure == .cpu ? 3 : 0
      return "\(figure.rawValue) \(Format.fixed(before, decimals: decimals))\(unit) to "
        + "\(Format.fixed(after, decimals: decimals))\(unit)"
    }
  }

  private func value(_ figure: Figure, _ figures: ExecSums.Figures) -> Double? {
    switch figure {
    case .execs: Double(figures.execs)
    case .failed: figures.failed.map { Double($0) }
    case .cpu: figures.cpu.map { Double($0) / 1e9 }
    }
  }

  private func list(_ rows: [Diff.Row], _ word: String) -> String? {
    guard let first = rows.first else { return nil }
    let others = rows.count > 1 ? " and \(rows.count - 1) more" : ""
    return "\(word): \(first.name.joined(separator: Diff.link))\(others)"
  }
}
