/// What a filter says of each path: asked once, not at each refresh.
public struct Decisions: Sendable {
  /// The last listing left paths that are to be asked of again.
  public private(set) var isIncomplete = false

  private var filter: Filter?
  private var budget = FilterBudget()
  /// By `PathID`; as many as there are paths. Nil for those not decided yet.
  private var known: [Known?] = []

  private struct Known: Sendable {
    /// A number can be given to another path.
    var path: Path
    var decision: Decision
  }

  public init() {}

  /// Steps that this listing may still take.
  var stepsLeft: Int { budget.left }

  /// How many paths it keeps an answer for, at most.
  var knownCount: Int { known.count }

  /// A path is to be asked of again.
  func isDeferred(_ id: PathID) -> Bool { filter != nil && id < known.count && known[id] == nil }

  /// Begins a listing by this filter, with a new budget. What another filter said is forgotten.
  mutating func begin(_ filter: Filter?, budget: FilterBudget = FilterBudget()) {
    if filter != self.filter { known = [] }
    self.filter = filter
    self.budget = budget
    isIncomplete = false
  }

  /// Whether a path is shown.
  mutating func shows(_ id: PathID, _ path: Path) -> Bool {
    guard let filter else { return true }
    if id < known.count, let before = known[id], before.path == path { return before.decision.isShown }
    let decision = filter.decide(path, within: &budget)
    if known.count <= id { known += repeatElement(nil, count: id + 1 - known.count) }
    known[id] = decision == .deferred ? nil : Known(path: path, decision: decision)
    if decision == .deferred { isIncomplete = true }
    return decision.isShown
  }

  /// Whether a path that is shown is so because the filter has not decided.
  public func isUndecided(_ id: PathID) -> Bool {
    isDeferred(id) || id < known.count && known[id]?.decision == .undecided
  }
}
