import ExecTopCounting
import ExecTopText

/// The rows of a tree of directories.
///
/// A directory that holds nothing but one other directory stands in one row with it.
public struct DirectoryTree: Sendable {
  /// A directory or a path, as it stands in the listing.
  public struct Row: Sendable {
    public var id: RowID
    /// How many directories it stands in.
    public var depth: Int
    /// What is left of its path behind the directory it stands in.
    public var name: [UInt8]
    /// The path, or all paths below the directory: its figures come from theirs.
    public var paths: [PathID]
    /// Nil for a path.
    public var isExpanded: Bool?
  }

  public let rows: [Row]

  /// - Parameters:
  ///   - paths: those to show, in any order.
  ///   - expanded: the directories of which the contents are shown, as they are named by `RowID.directory`.
  package init(of paths: [PathID], in tally: Tally, query: Query, expanded: Set<[UInt8]>) {
    var root = Node()
    for id in paths {
      root.insert(id, bytes: tally.path(of: id).bytes[...])
    }
    var rows: [Row] = []
    root.list(prefix: [], depth: 0, of: tally, query: query, expanded: expanded, into: &rows)
    self.rows = rows
  }

  /// The directories on the way to a path, by their names in `RowID.directory`.
  package static func directories(on path: [UInt8]) -> [[UInt8]] {
    let slash = UInt8(ascii: "/")
    return path.indices.filter { path[$0] == slash && ($0 + 1 == path.count || path[$0 + 1] != slash) }
      .map { Array(path[...$0]) }
  }
}

/// What a row of the listing stands for.
public enum RowID: Hashable, Sendable {
  case path(PathID)
  /// By its whole path, with the slash at its end.
  case directory([UInt8])
}

private struct Node {
  var paths: [PathID] = []
  /// By name with the slash, in the order in which they came.
  var directories: [[UInt8]: Node] = [:]
  var files: [(id: PathID, name: [UInt8])] = []

  mutating func insert(_ id: PathID, bytes: ArraySlice<UInt8>) {
    paths.append(id)
    // Several slashes belong to the name before them; a slash at the beginning is a name of its own: the root.
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else {
      files.append((id, Array(bytes)))
      return
    }
    let end = bytes[slash...].firstIndex { $0 != UInt8(ascii: "/") } ?? bytes.endIndex
    guard end < bytes.endIndex else {
      files.append((id, Array(bytes)))
      return
    }
    directories[Array(bytes[..<end]), default: Node()].insert(id, bytes: bytes[end...])
  }

  /// The rows of what it holds, directories and paths side by side, in the query's order.
  func list(
    prefix: [UInt8], depth: Int, of tally: Tally, query: Query, expanded: Set<[UInt8]>,
    into rows: inout [DirectoryTree.Row]
  ) {
    var entries: [(row: DirectoryTree.Row, node: Node?)] = files.map { file in
      (
        DirectoryTree.Row(id: .path(file.id), depth: depth, name: file.name, paths: [file.id], isExpanded: nil),
        nil
      )
    }
    for (name, node) in directories {
      var (name, node) = (name, node)
      while node.files.isEmpty, node.directories.count == 1, let only = node.directories.first {
        name += only.key
        node = only.value
      }
      let whole = prefix + name
      entries.append(
        (
          DirectoryTree.Row(
            id: .directory(whole), depth: depth, name: name, paths: node.paths,
            isExpanded: expanded.contains(whole)),
          node
        ))
    }
    let ranked = entries.map { (rank: query.rank(of: $0.row, in: tally), entry: $0) }
    for (_, entry) in ranked.sorted(by: { query.isInverted ? $0.rank > $1.rank : $0.rank < $1.rank }) {
      rows.append(entry.row)
      if entry.row.isExpanded == true, let node = entry.node {
        node.list(
          prefix: prefix + entry.row.name, depth: depth + 1, of: tally, query: query, expanded: expanded, into: &rows)
      }
    }
  }
}

extension Query {
  /// By the figure of the sort column, combined where it is a directory; equal ones by count, then by name.
  fileprivate func rank(of row: DirectoryTree.Row, in tally: Tally) -> Rank<Double, Path> {
    let name = Path(row.name)
    if sort.order == .name { return Rank(key: 0, count: 0, item: name) }
    let count = row.paths.reduce(UInt64(0)) { Saturating.sum($0, tally.count(of: $1)) }
    return Rank(key: sort.value(of: row.id, paths: row.paths, in: tally).rank, count: count, item: name)
  }
}
