import Testing

@testable import ExecTopCounting

@Suite("ControlGroups")
struct ControlGroupsTests {
  @Test(
    "a unified hierarchy is in use where the kernel names it, alone or beside others",
    arguments: [
      ("0::/\n", true), ("0::/user.slice/user-0.slice/session-2.scope\n", true),
      ("12:pids:/\n1:name=systemd:/init.scope\n0::/init.scope\n", true),
      ("12:pids:/user.slice\n10:cpu,cpuacct:/\n1:name=systemd:/init.scope\n", false), ("", false),
      ("1:name=0::/x:/\n", false),
    ])
  func unified(text: String, isUsed: Bool) {
    #expect(ControlGroups.hasUnified(text.utf8) == isUsed)
  }

  @Test("launches of a source that knows no groups have none, in the map and met before")
  func unknownGroups() throws {
    var ledger = Ledger(knowsGroups: false)
    let owner = ledger.meet(Path("/a"))
    _ = ledger.meetLaunch(parent: 0, owner: owner, user: 0, group: 1)
    ledger.beginWalk()
    let launch = Launch(number: 99, parent: 0, owner: .noPath, user: 0, group: 1)
    MapRows(launches: [(launch, owner: MapRows.hash.number(of: Path("/a")), figures: [.execs: 1])]).inChunks(of: 1) {
      ledger.readLaunches(keys: $0, values: $1)
    }
    let snapshot = ledger.snapshot(at: 1, execsBefore: nil, failed: 0, unattributed: [:], machine: MachineCPU())
    let launches = try #require(snapshot.uses).launches
    #expect(launches.keyIDs.compactMap { launches.key(of: $0)?.group } == [0, 0])
  }
}
