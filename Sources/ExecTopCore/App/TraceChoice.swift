import ExecTopCounting
import ExecTopTable
import ExecTopTrace

/// Which trace lines are shown.
public struct TraceChoice: Equatable, Sendable {
  public var filter: Filter?
  /// Only lines in the form of exectop's own.
  public var isOursOnly: Bool

  public init(filter: Filter? = nil, isOursOnly: Bool = false) {
    self.filter = filter
    self.isOursOnly = isOursOnly
  }

  /// The filter looks at the path in a line of ours, and at the whole message in any other. What it cannot decide within
  /// the budget is shown.
  public func includes(_ line: TraceLine, within budget: inout FilterBudget) -> Bool {
    let path = line.ownPath
    if isOursOnly, path == nil { return false }
    return filter?.decide(Path(path ?? line.message), within: &budget).isShown ?? true
  }
}
