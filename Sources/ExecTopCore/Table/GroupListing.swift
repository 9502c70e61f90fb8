import ExecTopCounting

/// The rows of a view in which launches stand together: a tree of who launches whom, or a plain list. In order as far as
/// `sort` was asked for.
public struct GroupListing: Sendable {
  package struct Row: Sendable {
    /// Its place in `groups`.
    package var group: Int
    /// How many launchers it stands below.
    package var depth: Int
    /// Nil where there is nothing below it.
    package var isExpanded: Bool?
  }

  package let groups: LaunchGroups
  /// How many rows there are, sorted or not.
  package private(set) var count = 0
  /// The first rows, in order: as many as `sort` was asked for.
  package private(set) var rows: [Row] = []
  private let order: GroupOrder
  /// By group: how many rows it and what stands below it have, as far as the query shows them and they are not folded.
  private var sizes: [Int32] = []
  /// By group: what stands below is not shown.
  private var isFolded: [Bool] = []

  /// - Parameters:
  ///   - folded: the nodes of the tree of which it is not shown what stands below.
  init(of groups: LaunchGroups, in tally: Tally, query: Query, folded: Set<LaunchNodeID>) {
    self.groups = groups
    order = GroupOrder(of: groups, groups.sums, by: query, in: tally)
    isFolded = Array(repeating: false, count: groups.count)
    if groups.view == .launches {
      for place in folded.lazy.compactMap({ groups.tree.place(of: $0) }) { isFolded[place] = true }
    }
    measure(query, in: tally)
  }

  private mutating func measure(_ query: Query, in tally: Tally) {
    sizes = Array(repeating: 0, count: groups.count)
    for group in sizes.indices.reversed() {
      // What stands below it has been added by now: it comes after it.
      sizes[group] = query.shows(groups.sums[group], in: tally) ? sizes[group] + 1 : 0
      let parent = groups.parent(of: group)
      if parent < 0 {
        count += Int(sizes[group])
      } else if !isFolded[parent] {
        sizes[parent] += sizes[group]
      }
    }
  }

  /// Brings at least so many rows into order.
  mutating func sort(through wanted: Int) {
    guard wanted > rows.count, rows.count < count else { return }
    rows.removeAll(keepingCapacity: true)
    list(below: nil, depth: 0, through: wanted)
  }

  /// Goes as deep as the tree: see `LaunchTree.depthLimit`.
  private mutating func list(below parent: Int?, depth: Int, through wanted: Int) {
    for group in order.first(wanted - rows.count, of: shown(below: parent)) {
      guard rows.count < wanted else { return }
      let hasMore = !shown(below: group, atMost: 1).isEmpty
      rows.append(Row(group: group, depth: depth, isExpanded: hasMore ? !isFolded[group] : nil))
      if hasMore, !isFolded[group] { list(below: group, depth: depth + 1, through: wanted) }
    }
  }

  /// The groups right below one that are shown, unless it is folded.
  private func shown(below parent: Int?, atMost most: Int = .max) -> [Int] {
    var shown: [Int] = []
    var next = parent.map { $0 + 1 } ?? 0
    let end = parent.map { groups.end(of: $0) } ?? groups.count
    while next < end, shown.count < most {
      if sizes[next] > 0 { shown.append(next) }
      next = groups.end(of: next)
    }
    return shown
  }

  package func id(at row: Int) -> RowID { groups.ids[rows[row].group] }

  package func source(at row: Int) -> RowSource { groups.source(of: rows[row].group) }

  /// The place of a row among all. Nil if it is none of them.
  func row(of id: RowID) -> Int? {
    guard var group = groups.group(of: id), sizes[group] > 0 else { return nil }
    var row = 0
    while true {
      let parent = groups.parent(of: group)
      for other in shown(below: parent < 0 ? nil : parent) where other != group && order.isBefore(other, group) {
        row += Int(sizes[other])
      }
      guard parent >= 0 else { return row }
      guard sizes[parent] > 0, !isFolded[parent] else { return nil }
      row += 1
      group = parent
    }
  }
}

extension Query {
  /// Whether figures come from launches, and not from the paths themselves.
  package func groups(_ tally: Tally) -> Bool { tally.uses != nil && (view != .path || filter?.launchWord != nil) }

  /// The groups to show, in order, by their own figures: those of what stands below are not among them.
  ///
  /// - Parameter limit: at most so many, the first ones.
  package func ownOrder(of groups: LaunchGroups, in tally: Tally, limit: Int) -> [Int] {
    let shown = groups.own.indices.filter { shows(groups.own[$0], in: tally) }
    return GroupOrder(of: groups, groups.own, by: self, in: tally).first(limit, of: shown)
  }

  /// Whether launches with these sums have a row.
  package func shows(_ sums: LaunchSums, in tally: Tally) -> Bool {
    guard sums.hasRow else { return false }
    if isOnlyChanged, sums.delta == 0, sums.came(.cpu) ?? 0 == 0 { return false }
    return switch outcome {
    case .all: true
    case .succeeded: sums[.execs] > 0
    case .failed: sums[.failed] > 0
    case .endedWithError: sums[.errors] > 0
    }
  }
}
