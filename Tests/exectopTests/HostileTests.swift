import ExecTopKernel
import Foundation
import TestSupport
import Testing

/// Hostile paths, names, trace lines, keys, sizes and signals at random, on the running kernel.
///
/// `EXECTOP_HOSTILE_SECONDS` says for how long, `EXECTOP_HOSTILE_SEED` which.
@Suite(.needsKernel, .serialized)
struct HostileTests {
  private static let seconds = number("EXECTOP_HOSTILE_SECONDS") ?? 60
  private static let seed = number("EXECTOP_HOSTILE_SEED") ?? UInt64.random(in: 1...999_999_999)

  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  private let workload: Workload
  private let instances: TraceInstances

  init() throws {
    workload = try Workload()
    instances = try TraceInstances(tracefs: Tracefs.makeVisible)
  }

  @Test("the dashboard lives, answers, writes nothing but its screen, loses no exec, and leaves nothing behind")
  func dashboard() throws {
    defer { workload.remove() }
    print("EXECTOP_HOSTILE_SEED=\(Self.seed)")
    let auditor = try Running(["--batch", "--format", "json", "-d", "0.5", "--rows", "0"])
    try auditor.waitForLines(1)
    var storm = try HostileStorm(seed: Self.seed, workload: workload)
    let deadline = Deadline(after: .seconds(Self.seconds))
    do {
      repeat {
        try storm.runSession(until: deadline)
        #expect(try instances.added().isEmpty)
      } while !deadline.isOver
    } catch {
      throw TestFailure("seed \(Self.seed), after \(storm.steps) steps, the last \(storm.lastSteps): \(error)")
    }
    try storm.feed.end()
    try auditor.waitForLines(2)
    let totals = try auditor.end().map { try Object($0).object("totals") }
    for total in totals { #expect(total.integer("unaccounted") == 0) }
    #expect(totals.last?.integer("execs") ?? 0 >= storm.feed.execs)
    print("\(storm.steps) steps, \(storm.sessions) starts, \(storm.feed.execs) execs, \(storm.written) bytes written")
  }

  @Test(
    "each line of batch mode is free of controls, and the sums hold",
    arguments: ["text", "csv", "json", "trace"], ["C.UTF-8", "C"])
  func batch(format: String, locale: String) throws {
    defer { workload.remove() }
    let options = format == "trace" ? ["--trace"] : ["--format", format]
    let exectop = try Running(["--batch", "-d", "0.5"] + options, environment: ["LC_ALL": locale])
    let feed = try ExecFeed()
    var input = HostileInput(seed: Self.seed, directory: workload.directory)
    // A trace has a line only once there is an exec.
    try exectop.wait { lines in
      try feed.fail(Array(workload.path("ready").utf8))
      return !lines.isEmpty
    }
    let deadline = Deadline(after: .seconds(min(Self.seconds, 3)))
    while !deadline.isOver { try feed.command(&input) }
    try feed.end()
    if format == "trace" {
      // The last of all lines.
      try workload.run("fail", workload.path("the-end"), "1")
      try exectop.wait { $0.contains { $0.hasSuffix("/the-end") } }
    } else {
      try exectop.waitForLines(2)
    }
    let lines = try exectop.end()
    #expect(!lines.isEmpty)
    try expectSafe(try exectop.data(), isUnicode: locale != "C", endsInCR: format == "csv")
    if format == "json" { for line in lines { try expectSum(try Object(line)) } }
    #expect(try instances.added().isEmpty)
  }

  private func expectSafe(_ data: Data, isUnicode: Bool, endsInCR: Bool) throws {
    let text = try #require(String(validating: data, as: UTF8.self))
    let unsafe = text.unicodeScalars.filter { scalar in
      scalar != "\n" && !(scalar == "\r" && endsInCR)
        && !(TerminalStream.isAllowed(scalar) && (isUnicode || scalar.isASCII))
    }
    #expect(unsafe.isEmpty, "seed \(Self.seed)")
    if endsInCR { #expect(data.count { $0 == 0x0d } == data.count { $0 == 0x0a }) }
  }

  private func expectSum(_ record: Object) throws {
    let totals = record.object("totals")
    let rows = record.objects("rows").reduce(0) { $0 + $1.integer("count") }
    let unattributed = totals.object("unattributed")
    let reasons = unattributed.names.reduce(0) { $0 + unattributed.integer($1) }
    #expect(rows + reasons == totals.integer("execs"), "seed \(Self.seed)")
    #expect(totals.integer("unaccounted") == 0, "seed \(Self.seed)")
  }
}

/// Steps at random against the dashboard, the same for the same seed.
struct HostileStorm {
  let feed: ExecFeed
  private(set) var steps = 0
  private(set) var sessions = 0
  private(set) var written = 0
  /// For the message of a failure.
  private(set) var lastSteps: [String] = []

  private var input: HostileInput
  private let home: String

  init(seed: UInt64, workload: Workload) throws {
    input = HostileInput(seed: seed, directory: workload.directory)
    home = workload.directory
    feed = try ExecFeed()
  }

  /// One run of the program, from its start to its end.
  mutating func runSession(until deadline: Deadline) throws {
    sessions += 1
    let options = [
      [], [], [], ["--light"], ["--tutorial"], ["--no-color"], ["--max-paths", "64"], ["-f", "~(a+)+$"],
      ["-s", "path"],
    ].randomElement(using: &input.random)!
    let isUnicode = Int.random(in: 0..<4, using: &input.random) > 0
    let session = try HostileSession(["-d", "0.1"] + options, isUnicode: isUnicode, home: home)
    defer { written += session.written }
    do {
      let count = Int.random(in: 1...250, using: &input.random)
      for _ in 0..<count where !deadline.isOver { try step(in: session) }
      try session.expectAnswer()
      if Bool.random(using: &input.random) {
        try session.expectAudit()
      } else {
        // From any state.
        try step(in: session)
      }
      let end = HostileSession.End.allCases.randomElement(using: &input.random)!
      note("end by \(end)")
      try session.end(by: end)
    } catch is HostileSession.ClickedAway {
      note("clicked away")
    }
  }

  private mutating func note(_ step: String) {
    lastSteps = lastSteps.suffix(11) + [step]
  }

  private mutating func step(in session: HostileSession) throws {
    steps += 1
    switch Int.random(in: 0..<100, using: &input.random) {
    case 0..<30:
      let count = Int.random(in: 1...20, using: &input.random)
      note("\(count) execs")
      for _ in 0..<count { try feed.command(&input) }
    case 30..<60: try type(HostileKeys.key(using: &input.random), in: session)
    case 60..<65: try type(HostileKeys.cut(using: &input.random), in: session)
    case 65..<73: try type(HostileKeys.mouse(using: &input.random), in: session)
    case 73..<80:
      let isKept = Bool.random(using: &input.random)
      try type(HostileKeys.paste(input.paste(), isKept: isKept), in: session)
    case 80..<90:
      let isSmall = Bool.random(using: &input.random)
      let columns = Int.random(in: 1...(isSmall ? 30 : 400), using: &input.random)
      let rows = Int.random(in: 1...(isSmall ? 10 : 200), using: &input.random)
      note("\(columns)x\(rows)")
      session.resize(columns: columns, rows: rows)
    case 90..<95:
      let signal = [SIGWINCH, SIGCONT, SIGURG, SIGCHLD, SIGPIPE].randomElement(using: &input.random)!
      note("signal \(signal)")
      session.signal(signal)
    case 95:
      note("stop")
      try session.stop()
    case 96:
      let bySignal = Bool.random(using: &input.random)
      note("suspend, by a signal: \(bySignal)")
      try session.suspend(bySignal: bySignal)
    default:
      note("expect an answer")
      try session.expectAnswer()
    }
    try session.check(for: .milliseconds(Int.random(in: 0...8, using: &input.random)))
  }

  private mutating func type(_ bytes: [UInt8], in session: HostileSession) throws {
    note("type " + String(decoding: bytes.prefix(40), as: UTF8.self).debugDescription)
    try session.type(bytes)
  }
}

extension ExecFeed {
  /// An exec, or a name for those to come.
  func command(_ input: inout HostileInput) throws {
    switch Int.random(in: 0..<10, using: &input.random) {
    case 0: try rename(input.name())
    case 1..<4: try run(input.runnable())
    default: try fail(input.path())
    }
  }
}
