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
    /// The path, or all paths below the directory.
    public var paths: [PathID]
    /// Its figures come from theirs.
    package var source: RowSource
    /// Nil for a path.
    public var isExpanded: Bool?
  }

  public let rows: [Row]

  /// - Parameters:
  ///   - paths: those to show, in any order.
  ///   - expanded: the directories of which the contents are shown, as they are named by `RowID.directory`.
  package init(of paths: [PathID], in tally: Tally, query: Query, expanded: Set<[UInt8]>) {
    rows = DirectoryTree.rows(of: paths, in: tally, query: query, expanded: expanded) { paths, isDirectory in
      isDirectory ? .directory(paths) : paths.first.map { .path($0) } ?? .directory([])
    }
  }

  /// Likewise, of those that launches in groups run: their figures come from these.
  init(of groups: LaunchGroups, in tally: Tally, query: Query, expanded: Set<[UInt8]>) {
    let shown = groups.ids.indices.filter { query.shows(groups.sums[$0], in: tally) }
    let paths = shown.compactMap { place in if case .path(let id) = groups.ids[place] { id } else { nil } }
    rows = DirectoryTree.rows(of: paths, in: tally, query: query, expanded: expanded) { paths, _ in
      let places = paths.compactMap { groups.group(of: .path($0)) }
      return .launches(
        LaunchSet(
          sums: places.reduce(into: LaunchSums()) { $0 += groups.sums[$1] },
          slots: ArraySlice(places.flatMap { groups.slots(of: $0) })))
    }
  }

  private static func rows(
    of paths: [PathID], in tally: Tally, query: Query, expanded: Set<[UInt8]>,
    source: (_ paths: [PathID], _ isDirectory: Bool) -> RowSource
  ) -> [Row] {
    var root = Node()
    for id in paths {
      root.insert(id, bytes: tally.path(of: id).bytes[...])
    }
    var rows: [Row] = []
    root.list(prefix: [], depth: 0, of: tally, query: query, expanded: expanded, source: source, into: &rows)
    return rows
  }

  /// The directories on the way to a path, by their names in `RowID.directory`.
  package static func directories(on path: [UInt8]) -> [[UInt8]] {
    let slash = UInt8(ascii: "/")
    return path.indices.filter { path[$0] == slash && ($0 + 1 == path.count || path[$0 + 1] != slash) }
      .map { Array(path[...$0]) }
  }
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
    source: ([PathID], Bool) -> RowSource, into rows: inout [DirectoryTree.Row]
  ) {
    var entries: [(row: DirectoryTree.Row, node: Node?)] = files.map { file in
      (
        DirectoryTree.Row(
          id: .path(file.id), depth: depth, name: file.name, paths: [file.id], source: source([file.id], false),
          isExpanded: nil),
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
            id: .directory(whole), depth: depth, name: name, paths: node.paths, source: source(node.paths, true),
            isExpanded: expanded.contains(whole)),
          node
        ))
    }
    let ranked = entries.map { (rank: query.rank(of: $0.row, in: tally), entry: $0) }
    for (_, entry) in ranked.sorted(by: { query.isInverted ? $0.rank > $1.rank : $0.rank < $1.rank }) {
      rows.append(entry.row)
      if entry.row.isExpanded == true, let node = entry.node {
        node.list(
          prefix: prefix + entry.row.name, depth: depth + 1, of: tally, query: query, expanded: expanded,
          source: source, into: &rows)
      }
    }
  }
}

extension Query {
  /// By the figure of the sort column, combined where it is a directory; equal ones by count, then by name.
  fileprivate func rank(of row: DirectoryTree.Row, in tally: Tally) -> Rank<Double, Path> {
    let name = Path(row.name)
    if sort.order == .name { return Rank(key: 0, count: 0, item: name) }
    return Rank(key: sort.value(of: row.source, in: tally).rank, count: tally.count(of: row.source), item: name)
  }
}
