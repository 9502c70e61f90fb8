import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopTable
@testable import ExecTopText

/// Rows that are sorted only as far as somebody asks.
@Suite("GroupListing")
struct GroupListingTests {
  /// Launches at random in a tree of several levels, many of them alike in what they are sorted by.
  private func tally(seed: UInt64, launches: Int) -> Tally {
    var random = SplitMix(state: seed)
    var chains = [["/init"]]
    let said = (0..<launches).map { index in
      var chain = chains[Int(random.next() % UInt64(chains.count))]
      if chain.count > 5 { chain = ["/init"] }
      // Most stand right below the first one.
      if random.next() % 3 > 0 { chain = ["/init"] }
      chain.append("/p\(index)")
      chains.append(chain)
      return LaunchSaid(
        chain.joined(separator: " "), user: UInt32(random.next() % 40), execs: random.next() % 4,
        failed: random.next() % 2)
    }
    return .of(launches: said)
  }

  @Test(
    "as far as it is sorted it is the same as sorted whole, and each row is found", arguments: 0..<12 as Range<UInt64>)
  func partial(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let tally = tally(seed: seed, launches: 700)
    let query = Query(
      view: [.launches, .user][Int(seed % 2)], sort: [.count, .path, .failed][Int(seed % 3)], isInverted: seed % 4 > 1,
      outcome: seed % 5 == 0 ? .failed : .all)
    var decisions = Decisions()
    let groups = try #require(query.launchGroups(of: tally, decisions: &decisions))
    let folded = Set(groups.tree.nodes.filter { $0.depth > 0 && random.next() % 4 == 0 }.map(\.id))
    let listing = GroupListing(of: groups, in: tally, query: query, folded: folded)
    var whole = listing
    whole.sort(through: .max)
    #expect(whole.rows.count == whole.count && whole.count > 20)
    for wanted in [1, 2, 7, 20, whole.count - 1] {
      var part = listing
      part.sort(through: wanted)
      #expect(part.rows.map(\.group).prefix(wanted) == whole.rows.map(\.group).prefix(wanted))
      #expect(part.rows.map(\.isExpanded).prefix(wanted) == whole.rows.map(\.isExpanded).prefix(wanted))
      part.sort(through: .max)
      #expect(part.rows.map(\.group) == whole.rows.map(\.group))
    }
    for row in whole.rows.indices { #expect(listing.row(of: whole.id(at: row)) == row) }
    let shown = Set(whole.rows.map(\.group))
    for group in groups.ids.indices where !shown.contains(group) { #expect(listing.row(of: groups.ids[group]) == nil) }
  }

  @Test("a selected launch out of view closes and opens as any other")
  func outOfView() {
    var board = Board(query: Query(sort: .path))
    let launches = (0..<300).map { LaunchSaid("/init /p\(1000 + $0) /child", execs: 1) }
    board.sample(launches: launches, at: 1)
    board.press(.text("v"), .end, .up)
    #expect(board.selected == "/p1299")
    for _ in 0..<200 { board.mouse(.wheelUp, row: 8) }
    #expect(board.state.top == 0 && board.state.selectedRow == 599)
    board.sample(launches: launches, at: 2)
    board.press(.left)
    #expect(board.selected == "/p1299" && board.listed.count == 600)
    board.press(.right)
    #expect(board.listed.count == 601)
  }

  @Test("the graph of many launches is the sum of theirs, greater figures too")
  func history() throws {
    let first = (0..<1500).map { LaunchSaid("/init /p\($0)", execs: 0) }
    let second = (0..<1500).map { LaunchSaid("/init /p\($0)", execs: $0 % 3 == 0 ? 1000 : UInt64($0 % 3)) }
    let tally = Tally.of(launches: first, second)
    let uses = try #require(tally.uses)
    let all = LaunchTree(uses.launchKeys).allSlots
    // All of one type that is stated: with optionals and sums of literals in #expect, Swift 6.2 ends in an assertion.
    let whole: UInt64 = try #require(uses.history(of: all).last ?? nil)
    let withoutFirst: UInt64 = try #require(uses.history(of: all.dropFirst(1)).last ?? nil)
    let ofThree: UInt64 = try #require(uses.history(of: all.suffix(3)).last ?? nil)
    let expectedWhole: UInt64 = 500 * 1000 + 500 * 3
    let expectedOfThree: UInt64 = 1000 + 1 + 2
    #expect(all.count > 1000)
    #expect(whole == expectedWhole)
    #expect(withoutFirst == whole)
    #expect(ofThree == expectedOfThree)
  }
}
