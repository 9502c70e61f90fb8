import ExecTopApp
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// All that is known of launches that stand together: of a chain of programs, a user, a unit.
enum LaunchDetailsPane {
  static func draw(_ id: RowID, state: AppState, layout: Layout, on canvas: inout Canvas) {
    HeaderPane.drawTitle("details", of: state, layout: layout, on: &canvas)
    guard let tree = state.decisions.tree, let uses = state.tally.uses else { return }
    let width = layout.size.columns
    var rows = layout.pageRows
    DetailsPane.draw(RowKeys(tree: tree).name(of: id), rows: &rows, width: width, on: &canvas)
    let slots = state.decisions.slots(of: id, in: state.tally)
    let sums = uses.sums(of: slots[...])
    var lines: [[Figure]] = [figures(of: sums, in: state), others(sums, in: state)]
    if case .launch(let node) = id, let place = tree.place(of: node) {
      drawAbove(tree.nodes[place].parent, in: tree, rows: &rows, width: width, on: &canvas)
      let own = uses.sums(of: tree.slots(of: place))
      if tree.nodes[place].end > place + 1 {
        lines.insert([Figure(name: "itself:")] + figures(of: own, in: state), at: 1)
      }
    }
    // On a small screen a ranking says more than the last of the figures.
    let most = max(1, rows.count - 3)
    for line in lines.flatMap({ Figure.folded($0, width: width) }).prefix(most) where !rows.isEmpty {
      canvas.write(line, row: rows.removeFirst(), before: width)
    }
    drawRankings(id, slots, whole: sums, state: state, rows: &rows, width: width, on: &canvas)
    DetailsGraph.draw(
      state.tally.sinceReset(uses.history(of: slots[...])), failed: [], peak: nil, rows: rows.dropFirst(), width: width,
      on: &canvas)
  }

  private static func drawAbove(
    _ place: Int, in tree: LaunchTree, rows: inout Range<Int>, width: Int, on canvas: inout Canvas
  ) {
    guard !rows.isEmpty else { return }
    let row = rows.removeFirst()
    let column = canvas.write("launched by ", at: Position(row: row, column: 0), style: .label)
    LaunchRanking.draw(
      chain: place < 0 ? [] : tree.chain(to: place).map { tree.keys.name(of: tree.nodes[$0].owner).short },
      at: Position(row: row, column: column), width: max(0, width - column), on: &canvas)
  }

  /// What the columns of the table say of them.
  private static func figures(of sums: LaunchSums, in state: AppState) -> [Figure] {
    let source = RowSource(sums)
    return DetailsPane.figures(
      of: source, in: state.tally, columns: state.table.figures.filter { $0.launched != nil })
  }

  private static func others(_ sums: LaunchSums, in state: AppState) -> [Figure] {
    func duration(_ nanoseconds: UInt64) -> String {
      nanoseconds == 0 ? Format.unknown : Format.duration(Seconds(nanoseconds) / 1e9)
    }
    return [
      Figure(name: "last seen", value: DetailsPane.instant(sums.lastSeen, in: state)),
      Figure(name: "longest", value: duration(sums[.longest])),
      Figure(name: "most resident", value: sums[.resident] == 0 ? Format.unknown : Format.bytes(sums[.resident])),
      Figure(name: "major faults", count: sums[.majorFaults]),
    ]
  }

  /// What stands below a launch; what a user or a unit runs, and who launches that.
  private static func drawRankings(
    _ id: RowID, _ slots: [Int32], whole: LaunchSums, state: AppState, rows: inout Range<Int>, width: Int,
    on canvas: inout Canvas
  ) {
    let decisions = state.decisions
    func ranks(_ aspect: LaunchAspect) -> [LaunchRank] {
      decisions.ranks(of: slots, by: aspect, in: state.tally, sort: state.query.rankingSort)
    }
    var rankings: [(title: String, ranks: [LaunchRank])] = []
    var shares: [(title: String, ranks: [LaunchRank])] = []
    switch id {
    case .launch(let node):
      rankings = [("launches", decisions.ranksBelow(node, in: state.tally, sort: state.query.rankingSort))]
      shares = [("users", ranks(.user)), ("units", ranks(.unit))]
    case .user:
      rankings = [("runs", ranks(.path)), ("launched by", ranks(.launcher))]
      shares = [("units", ranks(.unit))]
    case .unit:
      rankings = [("runs", ranks(.path)), ("launched by", ranks(.launcher))]
      shares = [("users", ranks(.user))]
    case .path, .directory: break
    }
    LaunchSections.draw(
      rankings, shares, whole: whole, state: state, rows: &rows, width: width, on: &canvas)
  }
}

/// The rankings of a page of details, in the room that there is: the lines of shares, and the graph below, come after two
/// lines of each ranking.
enum LaunchSections {
  /// A blank line and the graph in its smallest form, and in its largest.
  private static let leastBelow = 1 + DetailsGraph.leastRows
  private static let mostBelow = 1 + DetailsGraph.mostRows + 2

  static func draw(
    _ rankings: [(title: String, ranks: [LaunchRank])], _ shares: [(title: String, ranks: [LaunchRank])],
    whole: LaunchSums, state: AppState, rows: inout Range<Int>, width: Int, on canvas: inout Canvas
  ) {
    // A title and two lines each; the first one at any rate.
    let rankings = rankings.filter { !$0.ranks.isEmpty }.prefix(max(1, rows.count / 3))
    let least = rankings.count * 3
    let shown = rows.count >= least + shares.count ? shares.filter { !$0.ranks.isEmpty } : []
    var room = rows.count - shown.count
    // The graph has a place where it takes none of these, and all of its own where there is plenty.
    if room >= least + leastBelow { room -= min(mostBelow, max(leastBelow, room / 2)) }
    for (place, ranking) in rankings.enumerated() {
      // Each an equal part of what is left; what one does not need goes to the next.
      let part = min(room / (rankings.count - place), ranking.ranks.count + 1)
      var own = rows.prefix(part)
      LaunchRanking.draw(
        ranking.title, ranking.ranks, whole: whole, of: state, rows: &own, width: width, on: &canvas)
      rows = own.lowerBound..<rows.upperBound
      room -= part
    }
    for share in shown where !rows.isEmpty {
      LaunchRanking.drawShares(
        share.title, share.ranks, whole: whole, row: rows.removeFirst(), width: width, on: &canvas)
    }
  }
}
