import ExecTopCounting
import ExecTopText

/// What a filter says of each path: asked once, not at each refresh.
public struct Decisions: Sendable {
  /// The last listing left paths that are to be asked of again.
  public private(set) var isIncomplete = false

  private var filter: Filter?
  private var budget = FilterBudget()
  /// By the paths' slots; as many as there are. Nil for those not decided yet.
  private var known: [Known?] = []

  private struct Known: Sendable {
    /// The slot can have another path since.
    var id: PathID
    var decision: Decision
  }

  public init() {}

  /// Steps that this listing may still take.
  var stepsLeft: Int { budget.left }

  /// How many paths it keeps an answer for, at most.
  var knownCount: Int { known.count }

  /// Begins a listing by this filter, with a new budget. What another filter said is forgotten.
  mutating func begin(_ filter: Filter?, budget: FilterBudget = FilterBudget()) {
    if filter != self.filter { known = [] }
    self.filter = filter
    self.budget = budget
    isIncomplete = false
  }

  /// Whether a path is shown.
  mutating func shows(_ id: PathID, _ path: @autoclosure () -> Path) -> Bool {
    guard let filter else { return true }
    if let decision = decision(of: id) { return decision.isShown }
    let decision = filter.decide(path(), within: &budget)
    known.grow(to: id.index + 1, with: nil)
    known[id.index] = decision == .deferred ? nil : Known(id: id, decision: decision)
    if decision == .deferred { isIncomplete = true }
    return decision.isShown
  }

  /// Whether a path that is shown is so because the filter has not decided.
  public func isUndecided(_ id: PathID) -> Bool { isDeferred(id) || decision(of: id) == .undecided }

  /// A path is to be asked of again.
  func isDeferred(_ id: PathID) -> Bool { filter != nil && id.index < known.count && known[id.index] == nil }

  private func decision(of id: PathID) -> Decision? {
    guard id.index < known.count, let known = known[id.index], known.id == id else { return nil }
    return known.decision
  }
}
