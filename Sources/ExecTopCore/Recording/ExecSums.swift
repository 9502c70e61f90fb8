import ExecTopCounting
import ExecTopText

/// What was executed over a time, by key: of a recording, of a part of one, or of a record.
public struct ExecSums: Equatable, Sendable {
  public struct Figures: Equatable, Sendable {
    /// Failed ones among them.
    public var execs: UInt64 = 0
    /// Nil where failures are not seen.
    public var failed: UInt64?
    /// Nanoseconds of CPU time. Nil where nothing is known of processes.
    public var cpu: UInt64?

    public init(execs: UInt64 = 0, failed: UInt64? = nil, cpu: UInt64? = nil) {
      self.execs = execs
      self.failed = failed
      self.cpu = cpu
    }

    mutating func add(_ other: Figures) {
      func sum(_ left: UInt64?, _ right: UInt64?) -> UInt64? {
        left == nil && right == nil ? nil : Saturating.sum(left ?? 0, right ?? 0)
      }
      execs = Saturating.sum(execs, other.execs)
      failed = sum(failed, other.failed)
      cpu = sum(cpu, other.cpu)
    }
  }

  /// What figures are counted by. The raw value is its name on the command line.
  public enum Key: String, CaseIterable, Sendable {
    case path, launches, unit, user
  }

  /// By name, as it is shown; of launches, all names of the chain, outermost first.
  public private(set) var rows: [[String]: Figures] = [:]
  /// Of all, those without a row among them.
  public var total = Figures()
  /// When it began and ended. Nil where that is not known.
  public var began: WallTime?
  public var ended: WallTime?
  /// Nothing is known of it by that key.
  public var lacksKey = false

  public init() {}

  /// Of what is known of some rows, none is known of the others: there was none.
  public mutating func completeRows() {
    for name in rows.keys {
      if total.failed != nil, rows[name]?.failed == nil { rows[name]?.failed = 0 }
      if total.cpu != nil, rows[name]?.cpu == nil { rows[name]?.cpu = 0 }
    }
  }

  /// Nothing, of one that has no row.
  public func figures(of name: [String]) -> Figures {
    rows[name] ?? Figures(failed: total.failed.map { _ in 0 }, cpu: total.cpu.map { _ in 0 })
  }

  public mutating func add(_ figures: Figures, to name: [String]) {
    rows[name, default: Figures()].add(figures)
  }
}
