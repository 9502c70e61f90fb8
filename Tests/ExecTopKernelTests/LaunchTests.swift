import ExecTopCounting
import ExecTopText
import Foundation
import TestSupport
import Testing

@testable import ExecTopKernel

/// Who runs what, on the running kernel.
@Suite(.needsKernel, .serialized)
struct LaunchTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  /// A shell script in the workload's directory.
  private func script(_ name: String, _ lines: String) throws -> String {
    try workload.file(name, contents: "#!/bin/sh\n\(lines)\n", mode: 0o755)
  }

  private func sh(_ command: String) throws {
    let status = Workload.wait(for: Workload.start("/bin/sh", ["sh", "-c", command]))
    try #require(status == 0, "\(command)")
  }

  @Test("two scripts run one path as two users in two control groups: each has its own part, and the sum is the row's")
  func launchersUsersAndGroups() throws {
    defer { workload.remove() }
    try sh("chmod 755 \(workload.directory)")
    let target = try workload.program("target")
    let (cron, web) = (try ControlGroup("cron.service"), try ControlGroup("web.service"))
    defer {
      cron.remove()
      web.remove()
    }
    let first = try script("first", "for i in $(seq 30); do \(target) exit; done")
    let second = try script("second", "for i in $(seq 70); do \(target) exit; done")
    var meter = try Meter()
    try sh("\(cron.join) && exec setpriv --reuid=1 --clear-groups \(first)")
    try sh("\(web.join) && exec setpriv --reuid=4321 --clear-groups \(second)")
    let launches = try meter.launches(of: target)
    #expect(launches.map(\.execs) == [30, 70])
    #expect(launches.map(\.user) == ["daemon", "4321"])
    #expect(launches.map(\.group) == [cron.path, web.path])
    #expect(launches.map { $0.chain.suffix(2) } == [[first, target], [second, target]])
    #expect(launches.map { $0.chain.dropLast(2).last } == ["/usr/bin/setpriv", "/usr/bin/setpriv"])
    #expect(meter.cost(of: target).count == 100)
  }

  @Test("a launcher that ended before its child executes anything is in the chain")
  func launchersThatEnded() throws {
    defer { workload.remove() }
    let target = try workload.program("target")
    let gone = workload.path("gone")
    func wait(_ then: String) -> String { "while [ ! -e \(gone) ]; do sleep 0.05; done; \(then)" }
    // Double fork in a session of its own; nohup; a shell that is killed while its child waits.
    let forked = try script("forked", "setsid sh -c '(\(wait("exec \(target) exit"))) &'")
    let hangup = try script("hangup", "nohup sh -c '\(wait("exec \(target) exit"))' >/dev/null 2>&1 &")
    let killed = try script("killed", "(\(wait("exec \(target) exit"))) & kill -9 $$")
    var meter = try Meter()
    for launcher in [forked, hangup] { try sh(launcher) }
    _ = Workload.wait(for: Workload.start(killed, [killed]))
    // Others have their ids by now.
    for _ in 0..<50 { try sh("true") }
    try sh("touch \(gone)")
    let launches = try meter.launches(of: target, execs: 3)
    let chains = launches.map { $0.chain.suffix(4).drop { !$0.hasPrefix(workload.directory) } }.map(Array.init)
    let setsid = "/usr/bin/setsid"
    #expect(
      chains.contains([forked, setsid, "/usr/bin/sh", target]) || chains.contains([forked, setsid, "/bin/sh", target]))
    #expect(
      chains.contains { $0.first == hangup && $0.last == target && $0.dropFirst().first?.hasSuffix("nohup") == true })
    #expect(chains.contains([killed, target]))
  }

  @Test("a chain 40 deep is whole; beyond 64 it goes on below (other)", arguments: [40, 200])
  func depth(length: Int) throws {
    defer { workload.remove() }
    let program = try workload.program("program")
    let paths = (1...length).map { workload.path("link\($0)") }
    for path in paths { try #require(link(program, path) == 0) }
    var meter = try Meter()
    try #require(Workload.wait(for: workload.start(paths[0], ["relay"] + paths.dropFirst())) == 0)
    let found = Dictionary(grouping: try meter.allLaunches(below: workload.directory), by: \.path)
    #expect(paths.allSatisfy { found[$0]?.map(\.execs) == [1] })
    let chains = paths.compactMap { found[$0]?.first?.chain }
    let first = (chains.first ?? []).count
    #expect(chains.first?.last == paths[0])
    if length == 40 {
      #expect(chains.last == (chains.first ?? []) + paths.dropFirst())
    } else {
      // Counted from what ran before exectop did.
      #expect(chains.map(\.count).max() == first + 65)
      #expect(chains[63] == (chains.first ?? []) + paths[1...63])
      #expect(chains.last?.suffix(2) == ["(other)", paths[length - 1]])
      #expect(chains.last?.dropLast(2) == chains[63][...])
    }
  }

  @Test("shells that execute each other for long have so many rows as a chain may be deep, and one below it each")
  func loop() throws {
    defer { workload.remove() }
    let (a, b) = (workload.path("a"), workload.path("b"))
    for (path, other) in [(a, b), (b, a)] {
      _ = try script(String(path.suffix(1)), "[ $1 -gt 0 ] && exec \(other) $(($1 - 1)); exit 0")
    }
    var meter = try Meter()
    try sh("\(a) 999")
    for path in [a, b] {
      let launches = try meter.launches(of: path)
      #expect(launches.reduce(0) { $0 + $1.execs } == 500)
      #expect(launches.count <= 33)
      #expect(launches.map(\.execs).max() ?? 0 >= 465)
    }
  }

  @Test("100,000 chains: as many rows as are allowed, and no exec is lost")
  func manyChains() throws {
    defer { workload.remove() }
    let program = try workload.program("program")
    for number in 1...400 { try #require(link(program, workload.path("first\(number)")) == 0) }
    var meter = try Meter()
    try sh("chmod 755 \(workload.directory)")
    // A user of its own tells its rows from all others, those of (other) too.
    let process = Workload.start(
      "/usr/bin/setpriv",
      [
        "setpriv", "--reuid=4321", "--clear-groups", program, "chains", workload.path("first"), workload.path("last"),
        "250", "400",
      ])
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      usleep(20_000)
      try meter.relieveIfNeeded()
      try meter.sample()
    }
    #expect(status == 0)
    let all = try meter.allLaunches(of: "4321")
    let rows = meter.tally.uses?.allLaunches.count ?? 0
    // What is still in the kernel's map cannot be folded.
    #expect(rows <= 2 * 16_384 + 16_384, "\(rows)")
    #expect(all.count < 60_000 && all.contains { $0.path == "(other)" })
    #expect(all.reduce(0) { $0 + $1.failed } == 100_000)
    #expect(all.reduce(0) { $0 + $1.execs } == 401)
    #expect((1...250).allSatisfy { meter.cost(of: workload.path("last\($0)")).count == 400 })
  }

  @Test("where the map takes no further launch, what one runs or fails to run is counted as of none")
  func noRoom() throws {
    defer { workload.remove() }
    let target = try workload.program("target")
    try sh("chmod 755 \(workload.directory)")
    var meter = try Meter(maxPaths: 64)
    // Nobody relieves it: each user's is a launch of its own, of two paths.
    try sh("for user in $(seq 2001 2100); do setpriv --reuid=$user --clear-groups \(target) exit; done")
    try workload.run("fail", workload.path("nowhere"), "10")
    let launches = try meter.launches(of: target)
    #expect(meter.cost(of: target).count == 100 && launches.count < 64)
    let nowhere = try #require(meter.tally.rows.first { meter.tally.path(of: $0) == Path(workload.path("nowhere")) })
    #expect(meter.tally.errorFigures(of: nowhere)?.map(\.count) == [10])
    #expect(try meter.launches(of: workload.path("nowhere")).isEmpty)
    let none = try meter.launches(of: "(mapFull)")
    #expect(none.reduce(0) { $0 + $1.failed } >= 10)
    #expect(none.reduce(0) { $0 + $1.execs } >= 100 - launches.count)
  }

  @Test("a program in namespaces of its own has the user and the control group that the host sees")
  func namespaces() throws {
    defer { workload.remove() }
    try sh("chmod 755 \(workload.directory)")
    let target = try workload.program("target")
    let group = try ControlGroup("container.scope")
    defer { group.remove() }
    var meter = try Meter()
    try sh(
      "\(group.join) && exec setpriv --reuid=4321 --clear-groups unshare -U -r -p -m -C --fork \(target) exit")
    let launches = try meter.launches(of: target)
    #expect(launches.map(\.user) == ["4321"])
    #expect(launches.map(\.group) == [group.path])
  }

  @Test("a control group that is gone by the time of the first sample keeps its name")
  func groupThatIsGone() throws {
    defer { workload.remove() }
    let target = try workload.program("target")
    var meter = try Meter()
    let group = try ControlGroup("short.scope")
    try sh("\(group.join) && exec \(target) exit")
    try sh("until rmdir \(group.directory) 2>/dev/null; do sleep 0.01; done")
    #expect(try meter.launches(of: target).map(\.group) == [group.path])
  }

  @Test("a control group of before that is gone meanwhile keeps its name")
  func groupOfBefore() throws {
    defer { workload.remove() }
    let target = try workload.program("target")
    let group = try ControlGroup("before.scope")
    var meter = try Meter()
    try sh("\(group.join) && exec \(target) exit")
    _ = try meter.launches(of: target)
    try sh("until rmdir \(group.directory) 2>/dev/null; do sleep 0.01; done")
    #expect(try meter.launches(of: target).map(\.group) == [group.path])
  }

  @Test("failed execs are their launcher's, and those of a search are told from others")
  func searches() throws {
    defer { workload.remove() }
    let target = try workload.program("target")
    var meter = try Meter()
    try workload.run("search", target, "5", "20")
    // Of another name, and of a process that has run something before.
    try workload.run("fail", workload.path("nowhere"), "3")
    let launches = try meter.launches(of: target)
    #expect(launches.map(\.execs) == [20] && launches.map(\.failed) == [0] && launches.map(\.searches) == [100])
    let failures = try meter.launches(of: "/nowhere/3/target")
    #expect(failures.map(\.failed) == [20] && failures.map(\.execs) == [0])
    #expect(failures.map { $0.chain.dropLast() } == launches.map { $0.chain.dropLast() })
    #expect(try meter.launches(of: workload.path("nowhere")).map(\.failed) == [3])
  }

  @Test("what ran before is placed below its ancestors, and what it runs below that")
  func before() throws {
    defer { workload.remove() }
    let (outer, inner, target) = (
      try workload.program("outer"), try workload.program("inner"), try workload.program("target")
    )
    let go = workload.path("go")
    try #require(mkfifo(go, 0o600) == 0)
    // Two shells under names of their own, of which the inner one waits.
    for path in [outer, inner] { try sh("cp /bin/sh \(path)") }
    let process = Workload.start(outer, [outer, "-c", "\(inner) -c 'read x < \(go); \(target) exit; true'; true"])
    usleep(300_000)
    var meter = try Meter()
    try sh("echo > \(go)")
    #expect(Workload.wait(for: process) == 0)
    let launches = try meter.launches(of: target)
    #expect(launches.map { $0.chain.suffix(3) } == [[outer, inner, target]])
    #expect(launches.first?.chain.count ?? 0 > 3)
  }

  @Test("in a storm on all CPUs each launcher has its execs, to the last one")
  func storm() throws {
    defer { workload.remove() }
    let target = try workload.program("target")
    let launchers = try (1...4).map { try workload.program("launcher\($0)") }
    var meter = try Meter()
    let processes = launchers.enumerated().map { index, path in
      workload.start(path, ["spawn", target, "\(1000 * (index + 1))"])
    }
    for process in processes { #expect(Workload.wait(for: process) == 0) }
    let launches = try meter.launches(of: target, execs: 10_000)
    #expect(launches.map { $0.chain.suffix(2).first } == launchers)
    #expect(launches.map(\.execs) == [1000, 2000, 3000, 4000])
  }
}

extension Meter {
  struct LaunchFigures {
    var path: String
    /// The outermost first, and the path itself last.
    var chain: [String]
    var user: String
    var group: String
    var execs: Int
    var failed: Int
    var searches: Int
  }

  /// The launches of a path, the one with the fewest execs first.
  ///
  /// - Parameter execs: sampled until there are so many.
  mutating func launches(of program: String, execs: Int = 0) throws -> [LaunchFigures] {
    let deadline = Deadline(after: .seconds(20))
    while true {
      try sample()
      let found = figures.filter { $0.path == program }.sorted { $0.execs < $1.execs }
      if found.reduce(0, { $0 + $1.execs }) >= execs { return found }
      guard !deadline.isOver else { throw TestFailure("\(program): \(found)") }
      usleep(20_000)
    }
  }

  mutating func allLaunches(below directory: String) throws -> [LaunchFigures] {
    try sample()
    return figures.filter { $0.path.hasPrefix(directory) }
  }

  mutating func allLaunches(of user: String) throws -> [LaunchFigures] {
    try sample()
    return figures.filter { $0.user == user }
  }

  private var figures: [LaunchFigures] {
    guard let uses = tally.uses else { return [] }
    let all = uses.allLaunches
    let byNumber = Dictionary(uniqueKeysWithValues: all.map { ($0.launch.number, $0.launch) })
    return all.map { slot, launch in
      var chain: [String] = []
      var next: Launch? = launch
      while let current = next, chain.count < 100 {
        chain.insert(name(of: current.owner), at: 0)
        // 0 is no launch, and what has no path.
        next = current.parent == 0 ? nil : byNumber[current.parent]
      }
      return LaunchFigures(
        path: name(of: launch.owner), chain: chain, user: uses.names.users[launch.user] ?? "–",
        group: uses.names.groups[launch.group].map { String(decoding: $0.bytes, as: UTF8.self) } ?? "–",
        execs: Int(uses.sums(at: slot)[.execs]), failed: Int(uses.sums(at: slot)[.failed]),
        searches: Int(uses.sums(at: slot)[.searches]))
    }
  }

  private func name(of owner: Owner) -> String {
    owner.path.map { String(decoding: tally.path(of: $0).bytes, as: UTF8.self) } ?? "(\(owner))"
  }
}
