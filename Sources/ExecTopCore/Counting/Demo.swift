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
  private var ledger = Ledger()

  private static let stepsPerSecond = 10

  /// - Parameter began: now, on the monotonic clock.
  public init(began: Seconds, seed: UInt64 = 1) {
    random = SplitMix(state: seed)
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
    return ledger.snapshot(
      at: time, execsBefore: nil, failed: failures.reduce(unreadable, +), unattributed: [.unreadable: unreadable])
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
      if program.error != nil { failures[index] += runs }
    }
    if random.next() % 4000 == 0 { unreadable += 1 }
  }
}

extension Demo {
  fileprivate struct Program {
    var path: String
    var pattern: Pattern
    /// The errno with which all of its execs fail.
    var error: Int32?

    init(_ path: String, _ pattern: Pattern, fails error: Int32? = nil) {
      self.path = path
      self.pattern = pattern
      self.error = error
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
    Program("/usr/bin/clang", .bursts(18, active: 25, period: 60)),
    Program("/usr/lib/llvm/bin/clang-cc1", .bursts(18, active: 25, period: 60)),
    Program("/usr/bin/ld.lld", .bursts(2, active: 27, period: 60, offset: 2)),
    Program("/bin/sh", .wave(24, period: 50)),
    Program("/usr/bin/sed", .wave(14, period: 50)),
    Program("/usr/bin/grep", .wave(9, period: 40)),
    Program("/usr/bin/git", .wave(6, period: 70)),
    Program("/usr/lib/git-core/git-remote-https", .timer(every: 20)),
    Program("/usr/bin/make", .bursts(1, active: 5, period: 60)),
    Program("/usr/local/sbin/python3", .wave(3, period: 30), fails: 2),
    Program("/usr/local/bin/python3", .wave(3, period: 30), fails: 2),
    Program("/usr/sbin/python3", .wave(3, period: 30), fails: 2),
    Program("/usr/bin/python3", .wave(3, period: 30)),
    Program("/usr/bin/cat", .steady(2.5)),
    Program("/usr/bin/rm", .bursts(6, active: 3, period: 20)),
    Program("/usr/bin/mkdir", .bursts(4, active: 3, period: 20)),
    Program("/usr/bin/date", .steady(1)),
    Program("/usr/bin/sleep", .steady(1)),
    Program("/opt/monitoring/checks/check_disk", .timer(every: 10)),
    Program("/opt/monitoring/checks/check_load", .timer(every: 10)),
    Program("/opt/monitoring/checks/check_tls", .timer(every: 30), fails: 13),
    Program("/usr/bin/curl", .timer(every: 5)),
    Program("/usr/bin/jq", .timer(every: 5)),
    Program("/srv/www/hooks/thumbnail", .wave(5, period: 45)),
    Program("/usr/bin/convert", .wave(5, period: 45)),
    Program("/srv/www/hooks/résumé-à-jour", .timer(every: 15)),
    Program("/srv/www/hooks/通知", .timer(every: 15)),
    Program("/usr/lib/systemd/systemd-executor", .timer(every: 12)),
    Program("/usr/sbin/logrotate", .timer(every: 60)),
    Program("/usr/sbin/cron", .timer(every: 60)),
    Program("/home/anna/bin/backup.sh", .timer(every: 45), fails: 8),
    Program("/usr/bin/rsync", .timer(every: 45)),
    Program("./configure", .timer(every: 60)),
    Program("conftest", .bursts(7, active: 8, period: 60)),
    Program("/tmp/.x/kworker", .timer(every: 25)),
    Program("/dev/fd/3", .timer(every: 25)),
    Program("/tmp/evil\u{1b}[31m\u{202e}name", .timer(every: 40), fails: 2),
  ]
}

/// Sebastiano Vigna's SplitMix64: small, and the same everywhere.
private struct SplitMix: RandomNumberGenerator {
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
