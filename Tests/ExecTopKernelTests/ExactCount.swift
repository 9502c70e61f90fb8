import ExecTopCounting
import ExecTopText
import ExecTopTrace
import TestSupport
import Testing

@testable import ExecTopKernel

/// What was counted while a workload ran.
struct ExactCount {
  let tally: Tally
  /// What the programs' counters grew by.
  let counters: Counters

  /// - Parameter work: makes execs of paths that nothing else on the machine runs.
  init(_ kind: ExecCounter.Kind = .exact, of work: () throws -> Void) throws {
    let counter = try ExecCounter(kind: kind)
    var tally = Tally(began: 0, countsFromZero: true)
    try work()
    let snapshot = try counter.sample(at: 1)
    tally.apply(snapshot)
    counters = counter.counters
    self.tally = tally
    #expect(snapshot.totals.unaccounted == 0)
    #expect(snapshot.sumOfRows + snapshot.totals.unattributed.sum == snapshot.totals.execs)
    #expect(snapshot.totals.failed ?? 0 <= snapshot.totals.execs)
  }

  /// Execs of a path, and those that failed, by errno. Nil: it has no row.
  func row(_ path: String) -> Row? { tally.row(path) }

  var reasons: Unattributed { tally.totals.unattributed }
}

extension Snapshot {
  var sumOfRows: UInt64 { paths.total() }
}

extension Row {
  /// All of them ran.
  static func ran(_ count: UInt64) -> Row { Row(count: count, errors: [:]) }

  /// All of them failed, with one errno.
  static func failed(_ count: UInt64, _ error: Int32) -> Row { Row(count: count, errors: [error: count]) }
}
