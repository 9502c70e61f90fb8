import ExecTopCounting

/// Launches that have something in common, among others that have not: a line of a ranking.
package struct LaunchRank: Sendable {
  /// What it is called; of a chain of programs the names of all, the outermost first. Empty where that is not known.
  package var names: [RowName]
  package var sums: LaunchSums
}

/// By what launches are told apart in a ranking.
package enum LaunchAspect: Sendable {
  /// The chain of programs that led to it.
  case launcher
  /// What is run.
  case path
  case user, unit
}

extension Decisions {
  /// The launches in these slots by an aspect, ranked by a column. What nothing has come of since the last reset is left
  /// out.
  package func ranks(
    of slots: [Int32], by aspect: LaunchAspect, in tally: Tally, sort: Column
  ) -> [LaunchRank] {
    guard let tree, let uses = tally.uses else { return [] }
    var sums: [Key: LaunchSums] = [:]
    let figures = uses.launchFigures
    var keys = RowKeys(tree: tree)
    for slot in slots {
      let node = tree.nodes[Int(tree.places[Int(slot)])]
      let key: Key =
        switch aspect {
        case .launcher: .node(node.parent)
        case .path: .owner(node.owner)
        case .user: .row(keys.row(of: Int(slot), in: .user))
        case .unit: .row(keys.row(of: Int(slot), in: .unit))
        }
      figures.add(Int(slot), to: &sums[key, default: LaunchSums()])
    }
    let ranks = sums.map { key, sums in
      switch key {
      case .node(let place):
        LaunchRank(
          names: place < 0 ? [] : tree.chain(to: place).map { tree.keys.name(of: tree.nodes[$0].owner).short },
          sums: sums)
      case .owner(let owner): LaunchRank(names: [tree.keys.name(of: owner)], sums: sums)
      case .row(let row): LaunchRank(names: row.map { [keys.name(of: $0)] } ?? [], sums: sums)
      }
    }
    return sort.ranked(ranks, in: tally)
  }

  /// What stands right below a node, with all below that.
  package func ranksBelow(_ node: LaunchNodeID, in tally: Tally, sort: Column) -> [LaunchRank] {
    guard let tree, let uses = tally.uses, let place = tree.place(of: node) else { return [] }
    let ranks = tree.children(of: place).map { child in
      LaunchRank(
        names: [tree.keys.name(of: tree.nodes[child].owner)], sums: uses.sums(of: tree.slotsWithBelow(child)))
    }
    return sort.ranked(ranks, in: tally)
  }

  /// The slots of the launches that a row stands for, whatever the filter chooses; of a launch, with all below it.
  package func slots(of row: RowID, in tally: Tally) -> [Int32] {
    guard let tree, let uses = tally.uses else { return [] }
    var keys = RowKeys(tree: tree)
    switch row {
    case .path(let id): return uses.launchSlots(of: id)
    case .launch(let node): return tree.place(of: node).map { Array(tree.slotsWithBelow($0)) } ?? []
    case .user: return tree.allSlots.filter { keys.row(of: Int($0), in: .user) == row }
    case .unit: return tree.allSlots.filter { keys.row(of: Int($0), in: .unit) == row }
    case .directory: return []
    }
  }

  private enum Key: Hashable {
    case node(Int)
    case owner(Owner)
    case row(RowID?)
  }
}

extension Query {
  /// By what rankings in the details stand: by CPU where rows do, otherwise by count.
  package var rankingSort: Column { sort == .cpu || sort == .time ? sort : .count }
}

extension Column {
  fileprivate func ranked(_ ranks: [LaunchRank], in tally: Tally) -> [LaunchRank] {
    func rank(_ rank: LaunchRank) -> Rank<Double, Path> {
      Rank(
        key: value(of: rank.sums, in: tally).rank, count: rank.sums.count,
        item: Path(rank.names.flatMap { $0.bytes + [0] }, isCut: false))
    }
    return ranks.filter(\.sums.hasRow).map { (key: rank($0), rank: $0) }.sorted { $0.key < $1.key }.map(\.rank)
  }
}
