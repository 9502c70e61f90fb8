/// Which rows are shown, and in which order.
public struct Query: Equatable, Sendable {
  public var sort: Column
  /// The opposite of the column's own order.
  public var isInverted: Bool
  public var filter: Filter?
  public var outcome: Outcome

  public init(sort: Column = .rate, isInverted: Bool = false, filter: Filter? = nil, outcome: Outcome = .all) {
    self.sort = sort
    self.isInverted = isInverted
    self.filter = filter
    self.outcome = outcome
  }
}

/// A column by which rows can be sorted, in the order in which they stand on the screen.
public enum Column: String, CaseIterable, Sendable {
  case rate, count, failed, peak, last, path
}

/// Which execs a row must have to be shown.
public enum Outcome: String, CaseIterable, Sendable {
  case all, succeeded, failed

  /// The one that follows, round and round.
  public var next: Outcome {
    switch self {
    case .all: .succeeded
    case .succeeded: .failed
    case .failed: .all
    }
  }
}

extension Query {
  /// The rows to show, in order. Rows that are equal in the sort column stand by count, then by when they came.
  ///
  /// - Parameters:
  ///   - decisions: what the filter said of the paths so far.
  ///   - limit: at most so many of them, the first ones.
  public func rows(of tally: Tally, decisions: inout Decisions, limit: Int = .max) -> [PathID] {
    var ranking = ranking(of: tally, decisions: &decisions)
    ranking.sort(through: limit)
    return ranking.rows
  }

  /// The rows to show, none of them in order yet.
  func ranking(of tally: Tally, decisions: inout Decisions) -> Ranking {
    decisions.begin(filter)
    return switch sort {
    case .rate: ranking(of: tally, &decisions) { id, _ in tally.rate(of: id) }
    case .count: ranking(of: tally, &decisions) { _, count in Double(count) }
    case .failed: ranking(of: tally, &decisions) { id, _ in tally.failed(of: id).map(Double.init) }
    case .peak: ranking(of: tally, &decisions) { id, _ in tally.peak(of: id) }
    case .last: ranking(of: tally, &decisions) { id, _ in tally.lastSeen(id) }
    case .path: Ranking(paths: ranks(of: tally, &decisions) { id, _ in tally.path(of: id) }, isInverted: isInverted)
    }
  }

  /// By a figure, the greatest first. What is not known comes after all that is.
  private func ranking(
    of tally: Tally, _ decisions: inout Decisions, by figure: (PathID, UInt64) -> Double?
  ) -> Ranking {
    Ranking(figures: ranks(of: tally, &decisions) { -(figure($0, $1) ?? -.infinity) }, isInverted: isInverted)
  }

  private func ranks<Key: Comparable & Sendable>(
    of tally: Tally, _ decisions: inout Decisions, by key: (PathID, UInt64) -> Key
  ) -> [Rank<Key>] {
    let isAll = filter == nil && outcome == .all
    var ranks: [Rank<Key>] = []
    ranks.reserveCapacity(tally.rowCount)
    tally.forEachRow { id, count in
      guard isAll || hasOutcome(id, count: count, in: tally) && decisions.shows(id, tally.path(of: id)) else { return }
      ranks.append(Rank(key: key(id, count), count: count, id: id))
    }
    return ranks
  }

  private func hasOutcome(_ id: PathID, count: UInt64, in tally: Tally) -> Bool {
    switch outcome {
    case .all: true
    // One that is under way counts as successful: it has not failed.
    case .succeeded: count > tally.failed(of: id) ?? 0
    case .failed: tally.failed(of: id) ?? 0 > 0
    }
  }
}
