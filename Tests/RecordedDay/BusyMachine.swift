import ExecTopCounting
import ExecTopText
import TestSupport

/// A source that makes up a busy machine, second by second, always the same: some 1,000 execs a second, of 300 paths and
/// some that are new each minute, of which 40 are run in each second; 40 services launch them, for six users; some fail.
struct BusyMachine {
  private var ledger = Ledger()
  private var second = 0
  private var random = SeededGenerator(seed: 15)
  private var programs: [Program] = []
  private var services: [Service] = []
  /// As the kernel's maps hold them: keys one behind the other, values likewise.
  private var paths = Rows(keySize: 256, width: 1)
  private var failures = Rows(keySize: 16, width: 1)
  private var launches = Rows(keySize: 8, width: 13)
  private var endings = Rows(keySize: 16, width: 1)
  private var endingRows: [Ending: Int] = [:]
  private var failed: UInt64 = 0
  private var execs: UInt64 = 0
  private var busy: UInt64 = 0

  private struct Program {
    /// Rows of the maps.
    var path: Int
    /// By one of these launchers, in turns.
    var launches: [Int]
    var number: UInt64
    var failure: Int?
  }

  private struct Service {
    var launch: UInt64
    var shell: UInt64
    var user: UInt32
    var group: UInt64
    var cpu: UInt64 = 0
  }

  private struct Ending: Hashable {
    var program: Int
    var status: Int32
    var bucket: Int32
  }

  private struct Rows {
    let keySize: Int
    let width: Int
    var keys: [UInt8] = []
    var values: [UInt64] = []

    mutating func add(_ key: [UInt8], _ rowValues: [UInt64]) -> Int {
      keys += key + Array(repeating: 0, count: keySize - key.count)
      values += rowValues
      return values.count / width - 1
    }
  }

  private static let paths = 300
  private static let services = 40
  /// New paths each minute.
  private static let newPaths = 3

  init() {
    for number in 0..<Self.services {
      let (user, group) = (UInt32([0, 33, 110, 998, 1000, 1001][number % 6]), UInt64(100 + number))
      let systemd = launch("/usr/lib/systemd/systemd", by: 0, user: 0, group: 1)
      let service = launch("/usr/sbin/service-\(number)", by: systemd, user: user, group: group)
      let shell = launch("/bin/sh", by: service, user: user, group: group)
      services.append(Service(launch: service, shell: shell, user: user, group: group))
    }
    for number in 0..<Self.paths {
      addProgram("/usr/bin/program-\(number)", by: [number % Self.services, number * 7 % Self.services])
    }
  }

  /// What has been counted by the next second.
  mutating func sample() -> Snapshot {
    second += 1
    if second % (60 / Self.newPaths) == 0 {
      addProgram("/tmp/build-\(second)/conftest", by: [second / 60 % Self.services])
      run(programs.count - 1, 1)
    }
    for place in 0..<40 {
      // Some are run far more often than others.
      let count = UInt64(place == 0 ? 300 : place < 4 ? 90 : place < 12 ? 25 : 8)
      run(Int(random.next() % UInt64(Self.paths)), count)
    }
    busy += 1_200_000_000
    // Copies, that nothing is changed while it is read.
    let (paths, failures, launches, endings) = (self.paths, self.failures, self.launches, self.endings)
    ledger.beginWalk()
    ledger.readPaths(keys: paths.keys.span.bytes, keySize: paths.keySize, values: paths.values.span)
    ledger.readFailures(keys: failures.keys.span.bytes, values: failures.values.span)
    ledger.readLaunches(keys: launches.keys.span.bytes, values: launches.values.span)
    ledger.readEndings(keys: endings.keys.span.bytes, values: endings.values.span)
    for number in services.indices {
      // Half of them do something all the time.
      if number % 2 == 0 { services[number].cpu += 3_000_000 + random.next() % 4_000_000 }
      ledger.readRunning(services[number].launch, count: 2, cpu: services[number].cpu)
    }
    var snapshot = ledger.snapshot(
      at: Double(second), execsBefore: execs, failed: failed, unattributed: [.unreadable: 0],
      machine: MachineCPU(busy: busy, interrupts: busy / 50, steal: 0, cpus: 4))
    snapshot.uses?.names = BusyMachine.names
    return snapshot
  }

  private static let names = LaunchNames(
    users: [0: "root", 33: "www-data", 110: "postgres", 998: "monitor", 1000: "anna", 1001: "bert"],
    groups: Dictionary(
      uniqueKeysWithValues: (0..<services).map {
        (UInt64(100 + $0), Path("/system.slice/service-\($0).service"))
      }))

  private mutating func run(_ number: Int, _ count: UInt64) {
    let program = programs[number]
    paths.values[program.path] += count
    execs += count
    let row = program.launches[Int(random.next() % UInt64(program.launches.count))] * launches.width
    if let failure = program.failure, count < 20 {
      failures.values[failure] += count
      failed += count
      launches.values[row + 1] += count
      return
    }
    let (cpu, wall) = (count * (700_000 + random.next() % 500_000), count * (1_500_000 + random.next() % 2_000_000))
    launches.values[row] += count
    launches.values[row + 3] += cpu
    launches.values[row + 4] += wall
    launches.values[row + 7] = max(launches.values[row + 7], wall / count * 3)
    launches.values[row + 8] = max(launches.values[row + 8], 4_000_000 + random.next() % 2_000_000)
    var left = count
    for bucket in 15..<17 where left > 0 {
      let part = bucket == 16 ? left : (left + 1) / 2
      end(Ending(program: number, status: 0, bucket: Int32(bucket)), part)
      left -= part
    }
    if random.next() % 10 == 0 {
      end(Ending(program: number, status: 1 << 8, bucket: 15), 1)
      launches.values[row + 6] += 1
    }
  }

  private mutating func end(_ ending: Ending, _ count: UInt64) {
    if let row = endingRows[ending] {
      endings.values[row] += count
    } else {
      let number = programs[ending.program].number
      endingRows[ending] = endings.add(
        Self.bytes(number) + Self.bytes(ending.status) + Self.bytes(ending.bucket), [count])
    }
  }

  private mutating func addProgram(_ name: String, by launchers: [Int]) {
    let path = Path(name)
    let number = ledger.meet(path)
    let row = paths.add(path.bytes, [0])
    let rows = launchers.map { services[$0] }.map { service in
      let launch = ledger.meetLaunch(
        parent: service.shell, owner: number, user: service.user, group: service.group)
      return launches.add(
        Self.bytes(launch),
        Array(repeating: 0, count: 9) + [service.shell, number, service.group, UInt64(service.user)])
    }
    let failure =
      programs.count % 12 == 5 ? failures.add(Self.bytes(number) + Self.bytes(Int32(2)), [0]) : nil
    programs.append(Program(path: row, launches: rows, number: number, failure: failure))
  }

  /// One that runs all the time.
  private mutating func launch(_ name: String, by parent: UInt64, user: UInt32, group: UInt64) -> UInt64 {
    ledger.meetLaunch(parent: parent, owner: ledger.meet(Path(name)), user: user, group: group)
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}
