import ExecTopCounting
import ExecTopText
import Foundation
import TestSupport

@testable import ExecTopKernel

/// A counter at work, and what it knows of paths.
struct Meter {
  private let counter: ExecCounter
  private(set) var tally = Tally(began: 0, countsFromZero: true)
  private var time: Seconds = 1

  struct Cost {
    var cpu: Double
    var running: Int
    /// By the status word of wait(2).
    var exits: [Int32: Int]
    var count: Int
  }

  init(maxPaths: Int = ExecCounter.defaultMaxPaths) throws {
    counter = try ExecCounter(maxPaths: maxPaths)
  }

  var totals: UseTotals? { tally.uses?.totals }

  /// As the loop does.
  func relieveIfNeeded() throws {
    var pressure = pollfd(fd: counter.pressureDescriptor ?? -1, events: Int16(POLLIN), revents: 0)
    if poll(&pressure, 1, 0) > 0 { try counter.relieve() }
  }

  mutating func sample() throws {
    time += 1
    tally.apply(try counter.sample(at: time))
  }

  func cost(of program: String) -> Cost {
    guard let uses = tally.uses, let id = tally.rows.first(where: { tally.path(of: $0) == Path(program) }) else {
      return Cost(cpu: 0, running: 0, exits: [:], count: 0)
    }
    return Cost(
      cpu: Double(uses.cpu(of: id)), running: Int(uses.running(of: id)),
      exits: Dictionary(uniqueKeysWithValues: uses.exits(of: id).map { ($0.status.word, Int($0.count)) }),
      count: Int(tally.count(of: id)))
  }

  /// The kernel frees a process some time after its end.
  mutating func wait(for program: String, ended: Int) throws -> Cost {
    let deadline = Deadline(after: .seconds(20))
    while true {
      try sample()
      let cost = cost(of: program)
      if cost.exits.values.reduce(0, +) >= ended { return cost }
      guard !deadline.isOver else { throw TestFailure("\(program): \(cost)") }
      usleep(20_000)
    }
  }
}
