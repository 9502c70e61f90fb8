import ExecTopCounting
import ExecTopText

/// The rows that there are to show: paths, a tree of directories, or what launches stand together in. In order as far as
/// `sort` was asked for.
public enum Listing: Sendable {
  case paths(Ranking)
  case tree([DirectoryTree.Row])
  case groups(GroupListing)

  public var count: Int {
    switch self {
    case .paths(let ranking): ranking.count
    case .tree(let rows): rows.count
    case .groups(let listing): listing.count
    }
  }

  public var isEmpty: Bool { count == 0 }

  /// Brings at least so many rows into order.
  package mutating func sort(through count: Int) {
    switch self {
    case .paths(var ranking):
      ranking.sort(through: count)
      self = .paths(ranking)
    case .groups(var listing):
      listing.sort(through: count)
      self = .groups(listing)
    case .tree: break
    }
  }

  /// What stands in a row, which must have been sorted.
  public func id(at row: Int) -> RowID {
    switch self {
    case .paths(let ranking): .path(ranking.rows[row])
    case .tree(let rows): rows[row].id
    case .groups(let listing): listing.id(at: row)
    }
  }

  /// Where the figures of a row come from. The row must have been sorted.
  package func source(at row: Int) -> RowSource {
    switch self {
    case .paths(let ranking): .path(ranking.rows[row])
    case .tree(let rows): rows[row].source
    case .groups(let listing): listing.source(at: row)
    }
  }

  /// How deep a row stands in a tree, and whether what is below it is shown; nil if there is nothing. Nil outside a tree.
  package func branch(at row: Int) -> (depth: Int, isExpanded: Bool?)? {
    switch self {
    case .paths: return nil
    case .tree(let rows): return (rows[row].depth, rows[row].isExpanded)
    case .groups(let listing):
      guard listing.groups.view == .launches else { return nil }
      return (listing.rows[row].depth, listing.rows[row].isExpanded)
    }
  }

  /// In which row something stands.
  public func row(of id: RowID) -> Int? {
    switch (self, id) {
    case (.paths(let ranking), .path(let path)): ranking.place(of: path)
    case (.paths, _): nil
    case (.tree(let rows), _): rows.firstIndex { $0.id == id }
    case (.groups(let listing), _): listing.row(of: id)
    }
  }
}

extension Query {
  /// The launches that the filter chooses, as they stand together in the view. Nil where figures come from paths.
  package func launchGroups(of tally: Tally, decisions: inout Decisions) -> LaunchGroups? {
    guard groups(tally), let uses = tally.uses else { return nil }
    decisions.begin(filter)
    return decisions.groups(by: view, of: uses)
  }

  /// The rows to show.
  ///
  /// - Parameters:
  ///   - isGrouped: paths by directory.
  ///   - expanded: the directories of which the contents are shown.
  ///   - folded: the launches of which it is not shown what stands below.
  package func listing(
    of tally: Tally, isGrouped: Bool, expanded: Set<[UInt8]>, folded: Set<LaunchNodeID>, decisions: inout Decisions
  ) -> Listing {
    if let groups = launchGroups(of: tally, decisions: &decisions) {
      guard view == .path, isGrouped else {
        return .groups(GroupListing(of: groups, in: tally, query: self, folded: folded))
      }
      return .tree(DirectoryTree(of: groups, in: tally, query: self, expanded: expanded).rows)
    }
    let ranking = ranking(of: tally, decisions: &decisions)
    guard isGrouped else { return .paths(ranking) }
    return .tree(DirectoryTree(of: ranking.unsorted, in: tally, query: self, expanded: expanded).rows)
  }
}
