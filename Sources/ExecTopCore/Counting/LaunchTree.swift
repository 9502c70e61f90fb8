/// The launches that there are at one instant, and what they refer to.
package struct LaunchKeys: Sendable {
  package let launches: Identities<Launch>
  package let paths: Identities<Path>
  package let names: LaunchNames

  /// No launch and no path has come or gone, and all are called the same.
  package func isSame(as other: LaunchKeys) -> Bool {
    launches.isSame(as: other.launches) && paths.isSame(as: other.paths) && names == other.names
  }

  /// The launch in a slot. What it runs is `(other)` where that path has no row of its own any more.
  package func launch(at slot: Int) -> Launch { launches.keys[slot] }

  package func owner(at slot: Int) -> Owner { launches.keys[slot].owner.following(paths) }

  /// There are launches, and of none of them the control group is known.
  package var lacksGroups: Bool {
    let used = launches.keys.indices.lazy.filter { launches.isUsed($0) && launches.keys[$0].owner.path != nil }
    return !used.isEmpty && used.allSatisfy { launches.keys[$0].group == 0 }
  }

  /// The path of an owner. Nil if it is none.
  package func path(of owner: Owner) -> Path? {
    guard let id = owner.path else { return nil }
    return paths.contains(id) ? paths.keys[id.index] : .other
  }
}

/// Which chain of programs a node of the tree of launches stands for. It stays the same as long as exectop runs.
public struct LaunchNodeID: Hashable, Sendable {
  fileprivate let number: UInt64

  /// - Parameter parent: nil for a program that nothing launched.
  fileprivate init(_ owner: Owner, below parent: LaunchNodeID?) {
    var hasher = Hasher()
    hasher.combine(parent?.number)
    hasher.combine(owner)
    number = UInt64(bitPattern: Int64(hasher.finalize()))
  }
}

/// Who launches whom: launches merged over users and control groups.
///
/// Nodes stand in preorder, so all that stands below one follows it. Where the launcher of a launch has no row, it stands
/// below the root `(other)`; so does one of a ring of launches, which only wrong numbers could make.
package struct LaunchTree: Sendable {
  package struct Node: Sendable {
    package let id: LaunchNodeID
    package let owner: Owner
    /// The launcher's place among the nodes. -1 if it has none.
    package let parent: Int
    /// How many launchers it has.
    package let depth: Int
    /// The place behind the last node below it.
    package fileprivate(set) var end: Int
  }

  package let keys: LaunchKeys
  package let launches: LaunchIndex
  package private(set) var nodes: [Node] = []
  /// By slot of a launch: the place of its node. -1 for a free slot.
  package private(set) var places: [Int32] = []
  /// The slots of launches in the order of their nodes.
  private var slots: [Int32] = []
  /// By node: where its own begin in `slots`; and the end of all.
  private var starts: [Int32] = [0]
  private var index: [LaunchNodeID: Int] = [:]

  /// Beyond it what is launched stands beside its launcher: a chain can be as long as somebody likes.
  package static let depthLimit = 128

  package init(_ keys: LaunchKeys) {
    self.keys = keys
    launches = LaunchIndex(keys)
    let (drafts, draftPlaces) = LaunchTree.drafts(keys, launches)
    let order = take(drafts)
    places = draftPlaces.map { $0 < 0 ? -1 : Int32(truncatingIfNeeded: order[Int($0)]) }
    var counts = [Int32](repeating: 0, count: nodes.count + 1)
    for place in places where place >= 0 { counts[Int(place) + 1] += 1 }
    for place in nodes.indices { counts[place + 1] += counts[place] }
    starts = counts
    slots = Array(repeating: 0, count: Int(counts[nodes.count]))
    for (slot, place) in places.enumerated() where place >= 0 {
      slots[Int(counts[Int(place)])] = Int32(truncatingIfNeeded: slot)
      counts[Int(place)] += 1
    }
    index = Dictionary(nodes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The place of a node. Nil if there is none any more.
  package func place(of id: LaunchNodeID) -> Int? { index[id] }

  /// The slots of the launches that a node stands for.
  package func slots(of place: Int) -> ArraySlice<Int32> { slots[Int(starts[place])..<Int(starts[place + 1])] }

  /// Those of it and of all below it.
  package func slotsWithBelow(_ place: Int) -> ArraySlice<Int32> {
    slots[Int(starts[place])..<Int(starts[nodes[place].end])]
  }

  /// All slots that have a launch.
  package var allSlots: ArraySlice<Int32> { slots[...] }

  /// The places of the nodes right below one; of the roots for nil.
  package func children(of place: Int?) -> [Int] {
    let end = place.map { nodes[$0].end } ?? nodes.count
    var children: [Int] = []
    var next = place.map { $0 + 1 } ?? 0
    while next < end {
      children.append(next)
      next = nodes[next].end
    }
    return children
  }

  /// The nodes on the way to one, the outermost first, itself last.
  package func chain(to place: Int) -> [Int] {
    sequence(first: place) { [nodes] in nodes[$0].parent < 0 ? nil : nodes[$0].parent }.reversed()
  }
}

extension LaunchTree {
  /// A node before its place is known.
  private struct Draft {
    var id: LaunchNodeID
    var owner: Owner
    /// Its launcher, which comes before it. -1: none.
    var parent: Int32
    var depth: Int
  }

  /// The nodes in the order in which they were met, and by slot which one is a launch's.
  private static func drafts(_ keys: LaunchKeys, _ index: LaunchIndex) -> (drafts: [Draft], places: [Int32]) {
    var nodes = Drafts()
    let launches = keys.launches
    var places = [Int32](repeating: free, count: launches.count)
    for slot in launches.keys.indices where launches.isUsed(slot) {
      // The launches from this one up to one that has its node, or to the end of the chain.
      var way: [Int] = []
      var (next, above) = (slot, Int32(-1))
      while true {
        if places[next] >= 0 {
          above = places[next]
          break
        }
        if places[next] == underWay {
          above = nodes.child(of: -1, .path(.other))
          break
        }
        places[next] = underWay
        way.append(next)
        let parent = launches.keys[next].parent
        guard parent != 0 else { break }
        guard let launcher = index.slot(of: parent) else {
          above = nodes.child(of: -1, .path(.other))
          break
        }
        next = launcher
      }
      for slot in way.reversed() {
        above = nodes.child(of: above, keys.owner(at: slot))
        places[slot] = above
      }
    }
    return (nodes.all, places)
  }

  private static let free: Int32 = -1
  private static let underWay: Int32 = -2

  private struct Drafts {
    private struct Key: Hashable {
      var parent: Int32
      var owner: Owner
    }

    private(set) var all: [Draft] = []
    private var known: [Key: Int32] = [:]

    /// The node for what a launcher launches.
    mutating func child(of parent: Int32, _ owner: Owner) -> Int32 {
      var parent = parent
      if parent >= 0 {
        let launcher = all[Int(parent)]
        // What has no row stands together, and not below itself.
        if owner == .path(.other), launcher.owner == owner { return parent }
        if launcher.depth + 1 >= depthLimit { parent = launcher.parent }
      }
      let key = Key(parent: parent, owner: owner)
      if let place = known[key] { return place }
      let launcher = parent < 0 ? nil : all[Int(parent)]
      let place = Int32(truncatingIfNeeded: all.count)
      all.append(
        Draft(
          id: LaunchNodeID(owner, below: launcher?.id), owner: owner, parent: parent,
          depth: launcher.map { $0.depth + 1 } ?? 0))
      known[key] = place
      return place
    }
  }

  /// Makes the nodes, in preorder.
  ///
  /// - Returns: their places, in the order of the drafts.
  private mutating func take(_ drafts: [Draft]) -> [Int] {
    // How many nodes each stands for, itself among them: a launcher comes before what it launches.
    var sizes = [Int](repeating: 1, count: drafts.count)
    for (draft, node) in drafts.enumerated().reversed() where node.parent >= 0 {
      sizes[Int(node.parent)] += sizes[draft]
    }
    var order = [Int](repeating: 0, count: drafts.count)
    // By draft: the place of the next of its children.
    var next = order
    var nextRoot = 0
    nodes = Array(
      repeating: Node(id: LaunchNodeID(.noPath, below: nil), owner: .noPath, parent: -1, depth: 0, end: 0),
      count: drafts.count)
    for (draft, node) in drafts.enumerated() {
      let parent = Int(node.parent)
      let place = parent < 0 ? nextRoot : next[parent]
      if parent < 0 { nextRoot += sizes[draft] } else { next[parent] += sizes[draft] }
      order[draft] = place
      next[draft] = place + 1
      nodes[place] = Node(
        id: node.id, owner: node.owner, parent: parent < 0 ? -1 : order[parent], depth: node.depth,
        end: place + sizes[draft])
    }
    return order
  }
}

extension LaunchTree {
  /// The node above one. Nil for a root, and for one that is there no more.
  package func launcher(of id: LaunchNodeID) -> LaunchNodeID? {
    place(of: id).flatMap { nodes[$0].parent < 0 ? nil : nodes[nodes[$0].parent].id }
  }
}
