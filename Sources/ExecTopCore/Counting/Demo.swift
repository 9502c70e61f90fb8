import ExecTopText

/// An invented workload that looks like a machine at work: shells that search PATH, a build that comes and goes, timers,
/// a web server's hooks. The same seed and the same times give the same figures.
public final class Demo: ExecSource {
  public let mode = Mode.demo
  public let capacity: Int? = 16_384
  public let countsFromZero = true
  public let pressureDescriptor: Int32? = nil

  private var random: SplitMix
  /// The step that comes next; a step is a tenth of a second.
  private var step: Int
  private var counts: [UInt64]
  private var failures: [UInt64]
  private var unreadable: UInt64 = 0
  private var processes: DemoProcesses
  private var ledger = Ledger()

  private static let stepsPerSecond = 10

  /// - Parameter began: now, on the monotonic clock.
  public init(began: Seconds, seed: UInt64 = 1) {
    random = SplitMix(state: seed)
    // With figures of their own: how often programs are run does not depend on what they use.
    processes = DemoProcesses(uses: Demo.programs.map(\.use), services: Demo.services, seed: ~seed)
    step = Int(began * Double(Demo.stepsPerSecond))
    counts = Array(repeating: 0, count: Demo.programs.count)
    failures = Array(repeating: 0, count: Demo.programs.count)
  }

  public func sample(at time: Seconds) -> Snapshot {
    let now = Int(time * Double(Demo.stepsPerSecond))
    // After a long suspension only the last minutes are made up.
    step = max(step, now - 600 * Demo.stepsPerSecond)
    while step < now {
      runStep()
      step += 1
    }
    ledger.beginWalk()
    for (index, program) in Demo.programs.enumerated() {
      ledger.read(Path(program.path), count: counts[index])
      if let error = program.error { ledger.read(Path(program.path), error: error, count: failures[index]) }
    }
    processes.report(to: &ledger, paths: Demo.programs.map(\.path), at: step)
    var snapshot = ledger.snapshot(
      at: time, execsBefore: nil, failed: failures.reduce(unreadable, +), unattributed: [.unreadable: unreadable],
      machine: processes.machine(at: step))
    snapshot.uses?.names = DemoLauncher.names
    return snapshot
  }

  public func watch(_ watch: ExecWatch?) -> Bool {
    let wanted = Demo.programs.indices.filter { program in
      switch watch {
      case .all: true
      case .path(let path): path == Path(Demo.programs[program].path)
      case nil: false
      }
    }
    processes.execs.watch(Set(wanted))
    return true
  }

  public func takeEvents() -> ExecEvents {
    let events = processes.takeEvents(of: Demo.programs.map(\.path), in: &ledger)
    return ExecEvents(events, lost: processes.execs.lost)
  }

  public func relieve() {}

  private func runStep() {
    let second = step / Demo.stepsPerSecond
    for (index, program) in Demo.programs.enumerated() {
      let expected = program.pattern.rate(at: second) / Double(Demo.stepsPerSecond)
      // As often as expected on average, and never twice the same.
      var runs = UInt64(expected)
      if random.fraction() < expected - Double(runs) { runs += 1 }
      if runs > 1 { runs = runs - 1 + random.next() % 3 }
      counts[index] += runs
      if let error = program.error {
        failures[index] += runs
        processes.fail(runs, of: index, error: error, at: step)
      } else {
        processes.begin(runs, of: index, at: step)
      }
    }
    processes.advance(to: step + 1)
    if random.next() % 4000 == 0 { unreadable += 1 }
  }
}

extension Demo {
  fileprivate struct Program {
    var path: String
    var pattern: Pattern
    /// The errno with which all of its execs fail.
    var error: Int32?
    /// What each of its processes uses.
    var use: DemoProcesses.Use

    init(
      _ path: String, _ pattern: Pattern, fails error: Int32? = nil, by launchers: [DemoLauncher] = [.makeShell]
    ) {
      self.path = path
      self.pattern = pattern
      self.error = error
      use = DemoProcesses.Use(cpu: 1, wall: 3, launchers: launchers)
    }

    /// - Parameters:
    ///   - cpu: milliseconds that a process uses, on average.
    ///   - wall: milliseconds that it takes, on average.
    ///   - exits: how many of a hundred end with each status, as wait(2) tells it; the others end with 0.
    ///   - launchers: by whom it is run, one as often as the other.
    ///   - searches: execs that fail each time before it is found.
    init(
      _ path: String, _ pattern: Pattern, cpu: Double, wall: Double, exits: [(percent: Int, status: Int32)] = [],
      by launchers: [DemoLauncher] = [.makeShell], searches: UInt64 = 0
    ) {
      self.init(path, pattern)
      use = DemoProcesses.Use(cpu: cpu, wall: wall, exits: exits, launchers: launchers, searches: searches)
    }
  }

  /// Execs a second over time.
  fileprivate enum Pattern {
    case steady(Double)
    /// So many a second for `active` of every `period` seconds.
    case bursts(Double, active: Int, period: Int, offset: Int = 0)
    /// Once every so many seconds.
    case timer(every: Int)
    /// Rises and falls between nothing and the given rate.
    case wave(Double, period: Int)

    func rate(at second: Int) -> Double {
      switch self {
      case .steady(let rate): rate
      case .bursts(let rate, let active, let period, let offset): (second + offset) % period < active ? rate : 0
      case .timer(let every): second % every == 0 ? 1 : 0
      case .wave(let rate, let period):
        rate * (1 - abs(Double(second % period) / Double(period) * 2 - 1))
      }
    }
  }

  fileprivate static let programs: [Program] = [
    Program("/usr/bin/clang", .bursts(18, active: 25, period: 60), cpu: 4, wall: 70, exits: [(3, 1 << 8)]),
    Program(
      "/usr/lib/llvm/bin/clang-cc1", .bursts(18, active: 25, period: 60), cpu: 55, wall: 62,
      exits: [(3, 1 << 8), (1, 11 | 0x80)]),
    Program("/usr/bin/ld.lld", .bursts(2, active: 27, period: 60, offset: 2), cpu: 80, wall: 95),
    Program(
      "/bin/sh", .wave(24, period: 50), cpu: 1.2, wall: 7, exits: [(8, 1 << 8), (2, 127 << 8)],
      by: [.make, .make, .cron, .monitoring, .agent]),
    Program("/usr/bin/sed", .wave(14, period: 50), cpu: 0.7, wall: 2, by: [.makeShell, .agent]),
    Program(
      "/usr/bin/grep", .wave(9, period: 40), cpu: 0.6, wall: 1.6, exits: [(35, 1 << 8)],
      by: [.makeShell, .monitoring, .backup]),
    Program("/usr/bin/git", .wave(6, period: 70), cpu: 3, wall: 5, exits: [(4, 128 << 8)], by: [.login, .agent]),
    Program("/usr/lib/git-core/git-remote-https", .timer(every: 20), cpu: 25, wall: 900, by: [.login]),
    Program(
      "/usr/bin/make", .bursts(1, active: 5, period: 60), cpu: 30, wall: 18_000, exits: [(20, 2 << 8)], by: [.login]),
    Program("/usr/local/sbin/python3", .wave(3, period: 30), fails: 2, by: [.agent]),
    Program("/usr/local/bin/python3", .wave(3, period: 30), fails: 2, by: [.agent]),
    Program("/usr/sbin/python3", .wave(3, period: 30), fails: 2, by: [.agent]),
    Program(
      "/usr/bin/python3", .wave(3, period: 30), cpu: 35, wall: 160, exits: [(6, 1 << 8), (1, 15)], by: [.agent],
      searches: 3),
    Program(
      "/usr/bin/cat", .steady(2.5), cpu: 0.4, wall: 1.2, exits: [(2, 13)], by: [.backup, .makeShell, .monitoring]),
    Program("/usr/bin/rm", .bursts(6, active: 3, period: 20), cpu: 0.5, wall: 1.5),
    Program("/usr/bin/mkdir", .bursts(4, active: 3, period: 20), cpu: 0.5, wall: 1.3, exits: [(10, 1 << 8)]),
    Program("/usr/bin/date", .steady(1), cpu: 0.5, wall: 1.1, by: [.monitoring, .backup]),
    Program("/usr/bin/sleep", .steady(1), cpu: 0.4, wall: 1000, by: [.agent]),
    Program(
      "/opt/monitoring/checks/check_disk", .timer(every: 10), cpu: 2, wall: 6, exits: [(30, 1 << 8)], by: [.monitoring]),
    Program(
      "/opt/monitoring/checks/check_load", .timer(every: 10), cpu: 1, wall: 4, exits: [(30, 2 << 8)], by: [.monitoring]),
    Program("/opt/monitoring/checks/check_tls", .timer(every: 30), fails: 13, by: [.monitoring]),
    Program(
      "/usr/bin/curl", .timer(every: 5), cpu: 9, wall: 350, exits: [(10, 28 << 8)], by: [.backup, .agent, .agent]),
    Program("/usr/bin/jq", .timer(every: 5), cpu: 4, wall: 360, by: [.agent]),
    Program("/srv/www/hooks/thumbnail", .wave(5, period: 45), cpu: 2, wall: 130, exits: [(8, 1 << 8)], by: [.nginx]),
    Program(
      "/usr/bin/convert", .wave(5, period: 45), cpu: 90, wall: 120, exits: [(6, 11 | 0x80), (2, 9)], by: [.hook]),
    Program("/srv/www/hooks/résumé-à-jour", .timer(every: 15), cpu: 3, wall: 30, by: [.nginx]),
    Program("/srv/www/hooks/通知", .timer(every: 15), cpu: 3, wall: 45, by: [.nginx]),
    Program("/usr/lib/systemd/systemd-executor", .timer(every: 12), cpu: 4, wall: 9, by: [.systemd]),
    Program("/usr/sbin/logrotate", .timer(every: 60), cpu: 12, wall: 40, by: [.cronShell]),
    Program("/usr/sbin/cron", .timer(every: 60), cpu: 1, wall: 5, by: [.systemd]),
    Program("/home/anna/bin/backup.sh", .timer(every: 45), fails: 8, by: [.cronShell]),
    Program("/usr/bin/rsync", .timer(every: 45), cpu: 3000, wall: 16_000, exits: [(20, 24 << 8)], by: [.backup]),
    Program("./configure", .timer(every: 60), cpu: 900, wall: 8_500, by: [.login]),
    Program("conftest", .bursts(7, active: 8, period: 60), cpu: 0.6, wall: 1.4, exits: [(30, 1 << 8)]),
    Program("/tmp/.x/kworker", .timer(every: 25), cpu: 4000, wall: 4800, exits: [(50, 9)], by: [.hook]),
    Program("/dev/fd/3", .timer(every: 25), cpu: 2, wall: 4, by: [.worker]),
    Program("/tmp/evil\u{1b}[31m\u{202e}name", .timer(every: 40), fails: 2, by: [.hook]),
  ]

  /// What ran before counting began, and goes on.
  fileprivate static let services: [DemoProcesses.Service] = [
    DemoProcesses.Service(launcher: .systemd, running: 1, share: 0.002),
    DemoProcesses.Service(launcher: .postgres, running: 9, share: 0.06),
    DemoProcesses.Service(launcher: .nginx, running: 5, share: 0.012),
    DemoProcesses.Service(launcher: .sshd, running: 3, share: 0.001),
  ]
}

/// Sebastiano Vigna's SplitMix64: small, and the same everywhere.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// From 0 up to, not including, 1.
  mutating func fraction() -> Double {
    Double(next() >> 11) * 0x1p-53
  }
}
