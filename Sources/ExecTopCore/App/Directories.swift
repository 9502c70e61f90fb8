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
    public var figures: RowFigures
    /// The paths below it, for their histories.
    public var paths: [PathID]
    /// Nil for a path.
    public var isExpanded: Bool?
  }

  public let rows: [Row]

  /// - Parameters:
  ///   - paths: those to show, in any order.
  ///   - expanded: the directories of which the contents are shown, as they are named by `RowID.directory`.
  init(of paths: [PathID], in tally: Tally, query: Query, expanded: Set<[UInt8]>) {
    var root = Node()
    for id in paths {
      root.insert(id, bytes: tally.path(of: id).bytes[...], figures: RowFigures(of: id, in: tally))
    }
    var rows: [Row] = []
    root.list(prefix: [], depth: 0, query: query, expanded: expanded, into: &rows)
    self.rows = rows
  }

  /// The directories on the way to a path, by their names in `RowID.directory`.
  static func directories(on path: [UInt8]) -> [[UInt8]] {
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
  var figures = RowFigures()
  var paths: [PathID] = []
  /// By name with the slash, in the order in which they came.
  var directories: [[UInt8]: Node] = [:]
  var files: [(id: PathID, name: [UInt8], figures: RowFigures)] = []

  mutating func insert(_ id: PathID, bytes: ArraySlice<UInt8>, figures: RowFigures) {
    self.figures.add(figures)
    paths.append(id)
    // Several slashes belong to the name before them; a slash at the beginning is a name of its own: the root.
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else {
      files.append((id, Array(bytes), figures))
      return
    }
    let end = bytes[slash...].firstIndex { $0 != UInt8(ascii: "/") } ?? bytes.endIndex
    guard end < bytes.endIndex else {
      files.append((id, Array(bytes), figures))
      return
    }
    directories[Array(bytes[..<end]), default: Node()].insert(id, bytes: bytes[end...], figures: figures)
  }

  /// The rows of what it holds.
  func list(
    prefix: [UInt8], depth: Int, query: Query, expanded: Set<[UInt8]>, into rows: inout [DirectoryTree.Row]
  ) {
    var entries: [(row: DirectoryTree.Row, node: Node?)] = files.map { file in
      (
        DirectoryTree.Row(
          id: .path(file.id), depth: depth, name: file.name, figures: file.figures, paths: [file.id], isExpanded: nil),
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
            id: .directory(whole), depth: depth, name: name, figures: node.figures, paths: node.paths,
            isExpanded: expanded.contains(whole)),
          node
        ))
    }
    for entry in query.sorted(entries, by: { ($0.row.figures, $0.row.name) }) {
      rows.append(entry.row)
      if entry.row.isExpanded == true, let node = entry.node {
        node.list(prefix: prefix + entry.row.name, depth: depth + 1, query: query, expanded: expanded, into: &rows)
      }
    }
  }
}

extension Query {
  /// Directories and paths side by side, in the query's order; equal ones by name.
  fileprivate func sorted<Entry>(_ entries: [Entry], by key: (Entry) -> (RowFigures, [UInt8])) -> [Entry] {
    let sorted = entries.sorted { left, right in
      let (left, right) = (key(left), key(right))
      if sort != .path {
        let (leftValue, rightValue) = (value(of: left.0), value(of: right.0))
        if leftValue != rightValue { return leftValue > rightValue }
        if left.0.count != right.0.count { return left.0.count > right.0.count }
      }
      return left.1.lexicographicallyPrecedes(right.1)
    }
    return isInverted ? sorted.reversed() : sorted
  }

  /// What is not known comes after all that is.
  private func value(of figures: RowFigures) -> Double {
    let value: Double? =
      switch sort {
      case .rate: figures.rate
      case .count: Double(figures.count)
      case .failed: figures.failed.map(Double.init)
      case .peak: figures.peak
      case .last: figures.lastSeen
      case .path: nil
      }
    return value ?? -.infinity
  }
}
