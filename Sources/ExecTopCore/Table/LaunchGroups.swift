import ExecTopCounting

/// Launches that stand together in the rows of a view, with their figures.
///
/// Which ones stand together changes only where launches come or go, or with the filter; the sums, at each refresh.
package struct LaunchGroups: Sendable {
  package let view: View
  package let tree: LaunchTree
  /// By group.
  package private(set) var ids: [RowID] = []
  package private(set) var names: [RowName] = []
  /// In the tree: the place behind the last group below one; elsewhere the next one.
  private var ends: [Int] = []
  /// Slots of launches, by group, and where those of each begin.
  private var slots: [Int32] = []
  private var starts: [Int32] = [0]
  private var index: [RowID: Int] = [:]
  /// The figures of each group's own launches.
  package private(set) var own: [LaunchSums] = []
  /// In the tree: with those of all below it.
  package private(set) var sums: [LaunchSums] = []

  /// - Parameter isChosen: by slot, whether the filter chooses the launch. Nil: all are.
  init(by view: View, of tree: LaunchTree, isChosen: [Bool]?) {
    self.view = view
    self.tree = tree
    let chosen = tree.allSlots.filter { isChosen?[Int($0)] ?? true }
    if view == .launches { group(byNode: chosen) } else { group(byKey: chosen) }
    // The tree knows the places of its nodes.
    guard view != .launches else { return }
    index = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  package var count: Int { ids.count }

  /// The group of a row. Nil if there is none.
  package func group(of id: RowID) -> Int? {
    guard view == .launches else { return index[id] }
    guard case .launch(let node) = id else { return nil }
    return tree.place(of: node)
  }

  /// The slots of the launches in a group, and in all below it.
  package func slots(of group: Int) -> ArraySlice<Int32> { slots[Int(starts[group])..<Int(starts[ends[group]])] }

  /// The place behind the last group below one.
  func end(of group: Int) -> Int { ends[group] }

  /// The group right above one. -1 if there is none.
  func parent(of group: Int) -> Int { view == .launches ? tree.nodes[group].parent : -1 }

  /// Where the figures of a row come from.
  package func source(of group: Int) -> RowSource { .launches(LaunchSet(sums: sums[group], slots: slots(of: group))) }

  /// Each node is a group of its own, in their order, so that what stands below one follows it.
  private mutating func group(byNode chosen: [Int32]) {
    ids = tree.nodes.map { .launch($0.id) }
    names = tree.nodes.map { tree.keys.name(of: $0.owner) }
    ends = tree.nodes.map(\.end)
    let places = tree.places
    sort(chosen) { Int(places[Int($0)]) }
  }

  private mutating func group(byKey chosen: [Int32]) {
    var groups: [RowID: Int] = [:]
    var known = RowKeys(tree: tree)
    var places: [Int32: Int] = [:]
    places.reserveCapacity(chosen.count)
    for slot in chosen {
      // What is no path has no row by path.
      guard let id = known.row(of: Int(slot), in: view) else { continue }
      if let group = groups[id] {
        places[slot] = group
      } else {
        groups[id] = ids.count
        places[slot] = ids.count
        ids.append(id)
        names.append(known.name(of: id))
      }
    }
    ends = ids.indices.map { $0 + 1 }
    sort(chosen.filter { places[$0] != nil }) { places[$0] ?? 0 }
  }

  /// Puts slots in the order of their groups.
  private mutating func sort(_ chosen: [Int32], group: (Int32) -> Int) {
    starts = Array(repeating: 0, count: count + 1)
    for slot in chosen { starts[group(slot) + 1] += 1 }
    for place in ids.indices { starts[place + 1] += starts[place] }
    var next = starts
    slots = Array(repeating: 0, count: chosen.count)
    for slot in chosen {
      let place = group(slot)
      slots[Int(next[place])] = slot
      next[place] += 1
    }
  }

  /// Sums up what is known now.
  mutating func sum(_ uses: UseTally) {
    let figures = uses.launchFigures
    // In the same memory, unless somebody holds what was there.
    if own.isEmpty { own = Array(repeating: LaunchSums(), count: count) }
    for group in own.indices {
      own[group] = LaunchSums()
      for place in Int(starts[group])..<Int(starts[group + 1]) { figures.add(Int(slots[place]), to: &own[group]) }
    }
    if sums.isEmpty { sums = own } else { for group in own.indices { sums[group] = own[group] } }
    guard view == .launches else { return }
    // What stands below a node comes after it.
    for (place, node) in tree.nodes.enumerated().reversed() where node.parent >= 0 { sums[node.parent] += sums[place] }
  }
}

/// The rows in which launches stand, looked up once for each user and control group.
package struct RowKeys {
  private let tree: LaunchTree
  private var units: [UInt64: UnitRow] = [:]

  package init(tree: LaunchTree) {
    self.tree = tree
  }

  /// The row of the launch in a slot. Nil if it has none in that view.
  package mutating func row(of slot: Int, in view: View) -> RowID? {
    let launch = tree.keys.launch(at: slot)
    switch view {
    case .path: return tree.keys.owner(at: slot).path.map { .path($0) }
    case .launches: return .launch(tree.nodes[Int(tree.places[slot])].id)
    case .user: return .user(UserRow(launch))
    case .unit:
      // Threads of the kernel are in no group.
      if launch.owner == .kernelThreads { return .unit(.kernel) }
      if let known = units[launch.group] { return .unit(known) }
      let unit = UnitRow(launch, names: tree.keys.names)
      units[launch.group] = unit
      return .unit(unit)
    }
  }

  package func name(of id: RowID) -> RowName {
    switch id {
    case .path(let path): tree.keys.name(of: .path(path))
    case .directory(let bytes): RowName(bytes)
    case .launch(let node): tree.place(of: node).map { tree.keys.name(of: tree.nodes[$0].owner) } ?? RowName([])
    case .user(let user): tree.keys.name(of: user)
    case .unit(let unit): unit.name
    }
  }
}

/// Launches with their sums.
package struct LaunchSet: Equatable, Sendable {
  package var sums: LaunchSums
  /// Their slots.
  package var slots: ArraySlice<Int32>
}

/// Where the figures of a row come from.
package enum RowSource: Equatable, Sendable {
  case path(PathID)
  /// All paths below a directory.
  case directory([PathID])
  case launches(LaunchSet)
}

extension RowSource {
  /// Launches of which no history is asked for.
  package init(_ sums: LaunchSums) { self = .launches(LaunchSet(sums: sums, slots: [])) }
}

extension Tally {
  /// Execs since the last reset.
  package func count(of source: RowSource) -> UInt64 {
    switch source {
    case .path(let id): count(of: id)
    case .directory(let paths): paths.reduce(UInt64(0)) { Saturating.sum($0, count(of: $1)) }
    case .launches(let set): set.sums.count
    }
  }

  /// Execs in each of the last 60 seconds, oldest first; nil for seconds before the first snapshot.
  package func history(of source: RowSource) -> [UInt64?] {
    switch source {
    case .path(let id): history(of: id)
    case .directory(let paths): history(of: paths)
    case .launches(let set): uses?.history(of: set.slots) ?? []
    }
  }
}
