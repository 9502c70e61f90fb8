import ExecTopCounting
import ExecTopText

/// The rows of a view in which launches stand together, in order: a tree of who launches whom, or a plain list.
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
  package private(set) var rows: [Row] = []

  /// - Parameters:
  ///   - folded: the nodes of the tree of which it is not shown what stands below.
  init(of groups: LaunchGroups, in tally: Tally, query: Query, folded: Set<LaunchNodeID>) {
    self.groups = groups
    guard groups.view == .launches else {
      rows = query.order(of: Array(groups.ids.indices), in: groups, groups.sums, of: tally)
        .map { Row(group: $0, depth: 0, isExpanded: nil) }
      return
    }
    list(groups.tree.children(of: nil), depth: 0, of: tally, query: query, folded: folded)
  }

  /// Goes as deep as the tree: see `LaunchTree.depthLimit`.
  private mutating func list(
    _ places: [Int], depth: Int, of tally: Tally, query: Query, folded: Set<LaunchNodeID>
  ) {
    for place in query.order(of: places, in: groups, groups.sums, of: tally) {
      let below = groups.tree.children(of: place).filter { query.shows(groups.sums[$0], in: tally) }
      let isExpanded = below.isEmpty ? nil : !folded.contains(groups.tree.nodes[place].id)
      rows.append(Row(group: place, depth: depth, isExpanded: isExpanded))
      if isExpanded == true { list(below, depth: depth + 1, of: tally, query: query, folded: folded) }
    }
  }

  package func id(at row: Int) -> RowID { groups.ids[rows[row].group] }

  package func source(at row: Int) -> RowSource { groups.source(of: rows[row].group) }

  func row(of id: RowID) -> Int? {
    groups.group(of: id).flatMap { group in rows.firstIndex { $0.group == group } }
  }
}

extension Query {
  /// Whether figures come from launches, and not from the paths themselves.
  package func groups(_ tally: Tally) -> Bool { tally.uses != nil && (view != .path || filter?.launchWord != nil) }

  /// The groups that are to be shown, in order; equal ones by count, then by name.
  ///
  /// - Parameter sums: the figures to sort by, by group.
  package func order(
    of places: [Int], in groups: LaunchGroups, _ sums: [LaunchSums], of tally: Tally
  ) -> [Int] {
    let isByName = sort.order == .name
    let shown = places.filter { shows(sums[$0], in: tally) }
    let ranks = shown.map { place in
      (
        rank: Rank(
          key: isByName ? 0 : sort.value(of: sums[place], in: tally).rank, count: isByName ? 0 : sums[place].count,
          item: Path(groups.names[place].bytes, isCut: false)), place: place
      )
    }
    return ranks.sorted { isInverted ? $0.rank > $1.rank : $0.rank < $1.rank }.map(\.place)
  }

  /// Whether launches with these sums have a row.
  package func shows(_ sums: LaunchSums, in tally: Tally) -> Bool {
    guard sums.hasRow else { return false }
    if isOnlyChanged, sums.delta == 0, sums.cpuCame ?? 0 == 0 { return false }
    return switch outcome {
    case .all: true
    case .succeeded: sums.execs > 0
    case .failed: sums.failed > 0
    case .endedWithError: sums.errors > 0
    }
  }
}
