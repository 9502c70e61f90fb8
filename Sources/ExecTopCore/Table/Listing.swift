import ExecTopCounting
import ExecTopText

/// The rows that there are to show: paths, or a tree of directories. In order as far as `sort` was asked for.
public enum Listing: Sendable {
  case paths(Ranking)
  case tree([DirectoryTree.Row])

  public var count: Int {
    switch self {
    case .paths(let ranking): ranking.count
    case .tree(let rows): rows.count
    }
  }

  public var isEmpty: Bool { count == 0 }

  /// Brings at least so many rows into order.
  package mutating func sort(through count: Int) {
    guard case .paths(var ranking) = self else { return }
    ranking.sort(through: count)
    self = .paths(ranking)
  }

  /// What stands in a row, which must have been sorted.
  public func id(at row: Int) -> RowID {
    switch self {
    case .paths(let ranking): .path(ranking.rows[row])
    case .tree(let rows): rows[row].id
    }
  }

  /// The path in a row, or all paths below the directory in it. The row must have been sorted.
  package func paths(at row: Int) -> [PathID] {
    switch self {
    case .paths(let ranking): [ranking.rows[row]]
    case .tree(let rows): rows[row].paths
    }
  }

  /// In which row something stands.
  public func row(of id: RowID) -> Int? {
    switch (self, id) {
    case (.paths(let ranking), .path(let path)): ranking.place(of: path)
    case (.paths, .directory): nil
    case (.tree(let rows), _): rows.firstIndex { $0.id == id }
    }
  }
}
