import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopTable
@testable import ExecTopText

@Suite("LaunchTree")
struct LaunchTreeTests {
  /// The tree as lines, two blanks for each step into it.
  private func lines(_ tree: LaunchTree) -> [String] {
    tree.nodes.map { String(repeating: "  ", count: $0.depth) + tree.keys.name(of: $0.owner).safe { _ in true }.string }
  }

  private func tree(_ tally: Tally) throws -> LaunchTree { LaunchTree(try #require(tally.uses).launchKeys) }

  @Test("launches of one chain are one node, whoever runs them and wherever")
  func merged() throws {
    let tree = try tree(
      .of(launches: [
        LaunchSaid("/i /cron /sh", user: 0, execs: 1), LaunchSaid("/i /cron /sh", user: 1000, group: 2, execs: 2),
        LaunchSaid("/i /cron /sh /gzip", execs: 4), LaunchSaid("/i /sshd /sh", execs: 8), LaunchSaid("/sh", execs: 16),
      ]))
    #expect(lines(tree) == ["/i", "  /cron", "    /sh", "      /gzip", "  /sshd", "    /sh", "/sh"])
    #expect(tree.nodes.map(\.end) == [6, 4, 4, 4, 6, 6, 7])
    #expect(tree.nodes.map(\.parent) == [-1, 0, 1, 2, 0, 4, -1])
    // Two launches of cron's shell, and one of root's as the launcher of gzip, which is the first of them.
    #expect(tree.slots(of: 2).count == 2 && tree.slotsWithBelow(0).count == tree.allSlots.count - 1)
    #expect(tree.chain(to: 3) == [0, 1, 2, 3])
    #expect(tree.children(of: nil) == [0, 6] && tree.children(of: 0) == [1, 4] && tree.children(of: 3) == [])
  }

  @Test("what is launched by something without a row stands below (other)")
  func lostLauncher() throws {
    var snapshots = Snapshots()
    snapshots.ledger.beginWalk()
    let lost = snapshots.ledger.launch(of: Path("/a"), by: 999_999, user: 0, group: 1)
    snapshots.ledger.read(lost, [.execs: 3])
    let child = snapshots.ledger.launch(of: Path("/b"), by: lost.number, user: 0, group: 1)
    snapshots.ledger.read(child, [.execs: 4])
    let launches = snapshots.ledger.snapshot(
      at: 1, execsBefore: nil, failed: 0, unattributed: [:], machine: MachineCPU())
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(launches)
    #expect(lines(try tree(tally)) == ["(other)", "  /a", "    /b"])
  }

  @Test("numbers that make a ring do not keep anybody busy, and lose nothing")
  func ring() throws {
    var ledger = Ledger()
    ledger.beginWalk()
    let (a, b, c) = (ledger.owner(of: Path("/a")), ledger.owner(of: Path("/b")), ledger.owner(of: Path("/c")))
    for (number, parent, owner) in [(100, 101, a), (101, 102, b), (102, 100, c), (103, 103, a), (104, 102, b)] {
      let launch = Launch(number: UInt64(number), parent: UInt64(parent), owner: owner, user: 0, group: 1)
      ledger.read(launch, [.execs: 1])
    }
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(ledger.snapshot(at: 1, execsBefore: nil, failed: 0, unattributed: [:], machine: MachineCPU()))
    let tree = try tree(tally)
    #expect(lines(tree) == ["(other)", "  /c", "    /b", "      /a", "  /a"])
    #expect(try #require(tally.uses).sums(of: tree.slotsWithBelow(0))[.execs] == 5)
  }

  @Test("a chain as long as somebody likes stands no deeper than the limit, with its sums")
  func deep() throws {
    let chain = (0..<300).map { Path("/p\($0)") }
    let tree = try tree(.of(launches: [LaunchSaid(paths: chain, execs: 5)]))
    #expect(tree.nodes.count == 300)
    #expect(tree.nodes.map(\.depth).max() == LaunchTree.depthLimit - 1)
    #expect(tree.nodes[0].end == 300)
  }

  @Test("a path that has gone into (other) is named so, below the same launcher")
  func foldedPath() throws {
    var paths = Identities<Path>()
    for path in ["(other)", "/i", "/a", "/b"] { _ = paths.add(Path(path), free: nil) }
    let ids = (0..<4).map { paths.id(at: $0) }
    var launches = Identities<Launch>()
    let owners = [ids[1], ids[2], ids[3], .other]
    for (place, owner) in owners.enumerated() {
      let launch = Launch(
        number: UInt64(20 + place), parent: place == 0 ? 0 : 20, owner: .path(owner), user: 0, group: 1)
      _ = launches.add(launch, free: nil)
    }
    func names() -> [String] { lines(LaunchTree(LaunchKeys(launches: launches, paths: paths, names: LaunchNames()))) }
    #expect(names() == ["/i", "  /a", "  /b", "  (other)"])
    _ = paths.retire(ids[2].index)
    #expect(names() == ["/i", "  (other)", "  /b"])
    _ = paths.retire(ids[1].index)
    #expect(names() == ["(other)", "  /b"])
  }

  @Test("nodes are told by the same ids in each tree, and by no other's")
  func stableIDs() throws {
    let before = [LaunchSaid("/i /cron /sh", execs: 1), LaunchSaid("/i /sshd /sh", execs: 1)]
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(snapshots.at(1, launches: before))
    let first = try tree(tally)
    tally.apply(snapshots.at(2, launches: [LaunchSaid("/i /at", execs: 1)] + before.reversed()))
    let second = try tree(tally)
    #expect(Set(first.nodes.map(\.id)).count == 5)
    #expect(Set(second.nodes.map(\.id)).subtracting(first.nodes.map(\.id)).count == 1)
    for (place, node) in first.nodes.enumerated() {
      let again = try #require(second.place(of: node.id))
      #expect(second.nodes[again].owner == node.owner)
      #expect(second.chain(to: again).count == first.chain(to: place).count)
    }
    #expect(second.launcher(of: first.nodes[2].id) == first.nodes[first.nodes[2].parent].id)
  }
}

@Suite("LaunchSums")
struct LaunchSumsTests {
  private static let first = [
    LaunchSaid(
      "/i /cron /sh", user: 1000, group: 2, execs: 10, failed: 2, searches: 1, cpu: 100, errors: 3, running: 1),
    LaunchSaid("/i /nginx", user: 33, group: 3, execs: 5, cpu: 20),
    LaunchSaid("/i /cron /sh /gzip", user: 1000, group: 2, execs: 7, cpu: 400),
  ]
  private static let second = [
    LaunchSaid("/i /cron /sh", user: 1000, group: 2, execs: 14, failed: 4, searches: 2, cpu: 150, errors: 3),
    LaunchSaid("/i /nginx", user: 33, group: 3, execs: 5, cpu: 25, running: 2),
    LaunchSaid("/i /cron /sh /gzip", user: 1000, group: 2, execs: 8, cpu: 500),
    LaunchSaid("/i /at", execs: 1),
  ]

  @Test("every view adds up to the totals, after a reset and its undo as well", arguments: View.allCases)
  func totals(view: View) throws {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    func sums(_ filter: Filter? = nil) throws -> LaunchSums {
      var decisions = Decisions()
      let query = Query(view: view, filter: filter)
      decisions.begin(filter)
      let groups = decisions.groups(by: view, of: try #require(tally.uses))
      #expect(query.view == view)
      // The tree's roots have all below them.
      let rows = view == .launches ? groups.tree.children(of: nil) : Array(groups.ids.indices)
      return rows.reduce(into: LaunchSums()) { $0 += groups.sums[$1] }
    }
    tally.apply(snapshots.at(1, launches: Self.first, others: [(.kernelThreads, 50)]))
    tally.apply(snapshots.at(2, launches: Self.second, others: [(.kernelThreads, 70)]))
    var all = try sums()
    #expect(all.count == tally.totals.execs && all[.failed] == tally.totals.failed)
    #expect(all.delta == 8 && all[.searches] == 2 && all[.errors] == 3 && all[.running] == 2)
    // What the kernel's threads use is of no path.
    #expect(all[.cpu] == (view == .path ? 675 : 745) * 1_000_000 as UInt64)
    #expect(all.came(.cpu) == (view == .path ? 155 : 175) * 1_000_000 as UInt64 && all.lastSeen == 2)
    #expect(try sums(Filter("by:cron")).count == 26)
    tally.reset()
    all = try sums()
    #expect(all.count == 0 && all[.cpu] == 0 && all[.running] == 2 && tally.totals.execs == 0)
    var third = Self.second
    third[0].execs += 100
    tally.apply(snapshots.at(3, launches: third, others: [(.kernelThreads, 70)]))
    #expect(try sums().count == 100 && tally.totals.execs == 100)
    let isUndone = tally.undoReset()
    #expect(isUndone)
    #expect(try sums().count == 132 && tally.totals.execs == 132)
  }

  @Test("a launcher of which nothing has been counted makes no sum unknown")
  func launcherWithoutFigures() throws {
    let tally = Tally.of(launches: [LaunchSaid("/i /a", execs: 1)], [LaunchSaid("/i /a", execs: 3)])
    let uses = try #require(tally.uses)
    let sums = uses.sums(of: LaunchTree(uses.launchKeys).allSlots)
    #expect(sums.delta == 2 && sums[.execs] == 3)
  }

  @Test("what is not known of one is not known of all together")
  func unknown() throws {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: false)
    tally.apply(snapshots.at(1, launches: [LaunchSaid("/a", execs: 5), LaunchSaid("/b", execs: 6)]))
    let uses = try #require(tally.uses)
    let slots = LaunchTree(uses.launchKeys).allSlots
    #expect(uses.sums(of: slots).delta == nil && uses.sums(of: slots).count == 11)
    #expect(Column.rate.value(of: uses.sums(of: slots), in: tally) == .unknown)
  }
}
