/// The rows that there are to show, in order: paths, or a tree of directories.
public enum Listing: Sendable {
  case paths([PathID])
  case tree([DirectoryTree.Row])

  public var count: Int {
    switch self {
    case .paths(let paths): paths.count
    case .tree(let rows): rows.count
    }
  }

  public var isEmpty: Bool { count == 0 }

  /// What stands in a row.
  public func id(at row: Int) -> RowID {
    switch self {
    case .paths(let paths): .path(paths[row])
    case .tree(let rows): rows[row].id
    }
  }

  /// In which row something stands.
  public func row(of id: RowID) -> Int? {
    switch (self, id) {
    case (.paths(let paths), .path(let path)): paths.firstIndex(of: path)
    case (.paths, .directory): nil
    case (.tree(let rows), _): rows.firstIndex { $0.id == id }
    }
  }
}
