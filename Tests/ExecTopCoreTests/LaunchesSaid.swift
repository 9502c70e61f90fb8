@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopTable
@testable import ExecTopText

// Snapshots by chains of programs.

/// What a chain of programs is said to have done since counting began. What is above its last program ran as root and in
/// the first control group.
struct LaunchSaid {
  /// The outermost first.
  var chain: [Path]
  var user: UInt32 = 0
  var group: UInt64 = 1
  var execs: UInt64 = 0
  var failed: UInt64 = 0
  var searches: UInt64 = 0
  /// Milliseconds of CPU time of those that ended, and processes that ended with an error.
  var cpu: UInt64 = 0
  var errors: UInt64 = 0
  var running: UInt64 = 0

  /// - Parameter chain: paths with blanks between them.
  init(
    _ chain: String, user: UInt32 = 0, group: UInt64 = 1, execs: UInt64 = 0, failed: UInt64 = 0, searches: UInt64 = 0,
    cpu: UInt64 = 0, errors: UInt64 = 0, running: UInt64 = 0
  ) {
    self.init(
      paths: chain.split(separator: " ").map { Path(String($0)) }, user: user, group: group, execs: execs,
      failed: failed, searches: searches, cpu: cpu, errors: errors, running: running)
  }

  init(
    paths: [Path], user: UInt32 = 0, group: UInt64 = 1, execs: UInt64 = 0, failed: UInt64 = 0, searches: UInt64 = 0,
    cpu: UInt64 = 0, errors: UInt64 = 0, running: UInt64 = 0
  ) {
    chain = paths
    (self.user, self.group, self.execs, self.failed) = (user, group, execs, failed)
    (self.searches, self.cpu, self.errors, self.running) = (searches, cpu, errors, running)
  }

  static let names = LaunchNames(
    users: [0: "root", 33: "www-data", 1000: "anna"],
    groups: [
      1: "/init.scope", 2: "/system.slice/cron.service", 3: "/system.slice/nginx.service",
      4: "/user.slice/user-1000.slice/session-7.scope",
      5: "/system.slice/docker-5d1f0c77a2be4f03a1f7b5b4a3c9e8d7f6051423324150617283940516273849.scope",
    ].mapValues { Path($0) })
}

extension Ledger {
  /// Reads it, in a walk that has begun.
  ///
  /// - Returns: its number.
  @discardableResult
  mutating func read(_ said: LaunchSaid) -> UInt64 {
    let parent = said.chain.dropLast().reduce(UInt64(0)) { parent, path in
      launch(of: path, by: parent, user: 0, group: 1).number
    }
    let last = launch(of: said.chain.last ?? Path(""), by: parent, user: said.user, group: said.group)
    read(
      last,
      [
        .execs: said.execs, .failed: said.failed, .searches: said.searches, .cpu: said.cpu * 1_000_000,
        .errors: said.errors,
      ])
    if said.running > 0 { readRunning(last, count: said.running, cpu: 0) }
    return last.number
  }
}

extension Snapshots {
  /// A snapshot of these launches. Each path has as many execs as all launches of it.
  mutating func at(
    _ time: Seconds, launches: [LaunchSaid], others: [(launch: Launch, cpu: UInt64)] = [],
    names: LaunchNames = LaunchSaid.names
  ) -> Snapshot {
    ledger.beginWalk()
    var execs: [Path: UInt64] = [:]
    var failed: [Path: UInt64] = [:]
    var paths: [Path] = []
    for said in launches {
      guard let path = said.chain.last else { continue }
      if execs[path] == nil { paths.append(path) }
      execs[path, default: 0] += said.execs + said.failed
      failed[path, default: 0] += said.failed
    }
    for path in paths {
      ledger.read(path, count: execs[path] ?? 0)
      if let count = failed[path], count > 0 { ledger.read(path, error: 2, count: count) }
    }
    for said in launches { ledger.read(said) }
    for (launch, cpu) in others { ledger.read(launch, [.cpu: cpu * 1_000_000]) }
    var snapshot = ledger.snapshot(
      at: time, execsBefore: nil, failed: failed.values.reduce(0, +), unattributed: [:], machine: MachineCPU(cpus: 2))
    snapshot.uses?.names = names
    return snapshot
  }
}

extension Board {
  /// A second later.
  mutating func sample(launches: [LaunchSaid], names: LaunchNames = LaunchSaid.names, at time: Seconds) {
    effects = state.handle(.snapshot(snapshots.at(time, launches: launches, names: names)))
  }

  /// The listed names, two blanks before them for each step into the tree.
  var indented: [String] {
    zip(listed, 0..<listed.count).map { name, row in
      String(repeating: "  ", count: state.listing.branch(at: row)?.depth ?? 0) + name
    }
  }

  /// The figures of all rows in a column.
  func figures(of column: Column) -> [Double?] {
    (0..<state.listing.count).map { column.value(of: state.listing.source(at: $0), in: state.tally).number }
  }
}

extension Tally {
  /// Takes launches at 1 s, 2 s, and so on.
  static func of(launches samples: [LaunchSaid]...) -> Tally {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    for (index, launches) in samples.enumerated() {
      tally.apply(snapshots.at(Seconds(index + 1), launches: launches))
    }
    return tally
  }
}
