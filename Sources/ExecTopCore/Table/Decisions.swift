import ExecTopCounting

/// What stays from one listing to the next: what the filter says of each path, asked once and not at each refresh; who
/// launches whom; and which launches stand together.
public struct Decisions: Sendable {
  /// The last listing left paths that are to be asked of again.
  public private(set) var isIncomplete = false

  private var filter: Filter?
  private var budget = FilterBudget()
  /// By the paths' slots; as many as there are. Nil for those not asked of.
  private var known: [Known?] = []

  /// Of the last listing that asked for it.
  package private(set) var tree: LaunchTree?
  private var groups: LaunchGroups?

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
    if filter != self.filter {
      known = []
      groups = nil
    }
    // What was left open may be decided now.
    if isIncomplete { groups = nil }
    self.filter = filter
    self.budget = budget
    isIncomplete = false
  }

  /// Whether a path is shown.
  mutating func shows(_ id: PathID, _ path: @autoclosure () -> Path) -> Bool {
    guard let filter else { return true }
    if let decision = decision(of: id), decision != .deferred { return decision.isShown }
    let decision = filter.decide(path(), within: &budget)
    known.grow(to: id.index + 1, with: nil)
    known[id.index] = Known(id: id, decision: decision)
    if decision == .deferred { isIncomplete = true }
    return decision.isShown
  }

  /// Whether a path that is shown is so because the filter has not decided.
  public func isUndecided(_ id: PathID) -> Bool { isDeferred(id) || decision(of: id) == .undecided }

  /// A path is to be asked of again.
  func isDeferred(_ id: PathID) -> Bool { decision(of: id) == .deferred }

  private func decision(of id: PathID) -> Decision? {
    guard id.index < known.count, let known = known[id.index], known.id == id else { return nil }
    return known.decision
  }
}

// MARK: - Launches

extension Decisions {
  /// Looks up who launches whom, if anything has come or gone.
  package mutating func follow(_ uses: UseTally) {
    let keys = uses.launchKeys
    if let tree, tree.keys.isSame(as: keys) { return }
    tree = LaunchTree(keys)
    groups = nil
  }

  /// The launches that the filter chooses, as they stand together in a view, with what is known of them now.
  mutating func groups(by view: View, of uses: UseTally) -> LaunchGroups {
    follow(uses)
    let tree = tree ?? LaunchTree(uses.launchKeys)
    var groups = self.groups?.view == view ? self.groups : nil
    // Not two of them, or the sums would be copied.
    self.groups = nil
    if groups == nil { groups = LaunchGroups(by: view, of: tree, isChosen: chosen(of: tree)) }
    groups?.sum(uses)
    self.groups = groups
    return groups ?? LaunchGroups(by: view, of: tree, isChosen: nil)
  }

  /// By slot, whether the filter chooses a launch. Nil if there is none.
  private mutating func chosen(of tree: LaunchTree) -> [Bool]? {
    guard let filter else { return nil }
    var choice = LaunchChoice(filter, tree: tree)
    var chosen = [Bool](repeating: false, count: tree.places.count)
    for slot in tree.allSlots {
      let slot = Int(slot)
      guard choice.includes(slot) else { continue }
      let owner = tree.keys.owner(at: slot)
      let name = tree.keys.path(of: owner) ?? Path(tree.keys.name(of: owner).bytes)
      chosen[slot] = owner.path.map { shows($0, name) } ?? filter.decide(name, within: &budget).isShown
    }
    return chosen
  }
}

/// What the words of a filter say of launches, beside the path that is run.
private struct LaunchChoice {
  private let tree: LaunchTree
  private let users: [FilterTerm]
  private let units: [FilterTerm]
  /// By node: the words of launchers all hold.
  private var isByWanted: [Bool]
  private var keys: RowKeys
  private var known: [RowID: Bool] = [:]

  init(_ filter: Filter, tree: LaunchTree) {
    self.tree = tree
    keys = RowKeys(tree: tree)
    users = filter.launchTerms.filter { $0.field == .user }
    units = filter.launchTerms.filter { $0.field == .unit }
    isByWanted = Array(repeating: true, count: tree.nodes.count)
    for term in filter.launchTerms where term.field == .by {
      // Whether one of the programs above a node begins so: what launches comes before what is launched.
      var isBelow = [Bool](repeating: false, count: tree.nodes.count)
      for (place, node) in tree.nodes.enumerated() {
        if node.parent >= 0 {
          let owner = tree.nodes[node.parent].owner
          isBelow[place] =
            isBelow[node.parent]
            || term.begins(tree.keys.path(of: owner) ?? Path(tree.keys.name(of: owner).bytes))
        }
        if !term.holds(ofLaunchers: isBelow[place]) { isByWanted[place] = false }
      }
    }
  }

  mutating func includes(_ slot: Int) -> Bool {
    guard isByWanted[Int(tree.places[slot])] else { return false }
    guard users.isEmpty || holds(slot, in: .user) else { return false }
    return units.isEmpty || holds(slot, in: .unit)
  }

  /// Asked once for each user and unit.
  private mutating func holds(_ slot: Int, in view: View) -> Bool {
    guard let row = keys.row(of: slot, in: view) else { return false }
    if let known = known[row] { return known }
    let holds: Bool =
      switch row {
      case .user(let user): users.allSatisfy { $0.holds(of: user, names: tree.keys.names) }
      case .unit(let unit): units.allSatisfy { $0.holds(of: unit) }
      default: true
      }
    known[row] = holds
    return holds
  }
}
