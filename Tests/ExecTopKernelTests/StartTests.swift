import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// Counting that begins while execs are under way.
@Suite(.needsKernel, .serialized)
struct StartTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  @Test(
    "15 starts during a flood: no failure is taken for a success, no success for a failure, and every snapshot adds up")
  func startsDuringFlood() throws {
    defer { workload.remove() }
    let program = try workload.program("program")
    let missing = workload.path("missing")
    let floods = [["fail", missing, "100000000"], ["spawn", program, "100000000"]].map { workload.start($0) }
    defer {
      for flood in floods {
        kill(flood, SIGKILL)
        Workload.wait(for: flood)
      }
    }
    for _ in 0..<15 {
      let counter = try ExecCounter()
      var tally = Tally(began: 0, countsFromZero: true)
      var time = 0
      // 10 snapshots, or as many as it takes until both have run.
      while time < 10 || tally.row(missing) == nil || tally.row(program) == nil, time < 1000 {
        time += 1
        usleep(10_000)
        let snapshot = try counter.sample(at: Double(time))
        tally.apply(snapshot)
        #expect(snapshot.sumOfRows + snapshot.totals.unattributed.sum == snapshot.totals.execs)
        #expect(snapshot.totals.failed ?? 0 <= snapshot.totals.execs)
        #expect(snapshot.totals.unaccounted == 0)
        if let row = tally.row(missing) { #expect(row == .failed(row.count, ENOENT)) }
        if let row = tally.row(program) { #expect(row == .ran(row.count)) }
      }
      #expect(tally.row(program) != nil)
    }
  }

  @Test("with --tutorial, cold paths have no row, and what the rows miss is named")
  func tutorial() throws {
    defer { workload.remove() }
    let cold = try workload.program("cold")
    let warm = try workload.program("warm")
    let coldAndMissing = workload.path("missing")
    func count() throws -> ExactCount {
      try ExactCount(.tutorial) {
        try workload.run("cold", cold, "100")
        try workload.run("cold-fail", coldAndMissing, "100")
        try workload.run("execveat", warm, "20")
        try workload.run("spawn", warm, "50")
      }
    }
    // Calls that begin elsewhere while the map is read are in its rows and not in the total: a few tries.
    var counts = [try count()]
    while counts.last?.reasons[.missedAtEntry] ?? 0 < 20, counts.count < 5 { counts.append(try count()) }
    let last = try #require(counts.last)
    #expect(last.row(cold) == nil)
    #expect(last.row(coldAndMissing) == nil)
    #expect(last.row(warm) == Row(count: 50, errors: nil))
    // The tutorial's program reads nothing from a cold page, and counts the empty path; execveat it does not see.
    #expect(last.row("")?.count ?? 0 >= 200)
    #expect(last.reasons[.missedAtEntry] ?? 0 >= 20)
    #expect(last.tally.totals.execs >= 270)
  }
}
