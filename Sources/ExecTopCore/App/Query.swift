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
  case all, ran, failed

  /// The one that follows, round and round.
  public var next: Outcome {
    switch self {
    case .all: .ran
    case .ran: .failed
    case .failed: .all
    }
  }
}

extension Query {
  /// The rows to show, in order. Rows that are equal in the sort column stand by count, then by when they came.
  ///
  /// - Parameter limit: at most so many of them, the first ones.
  public func rows(of tally: Tally, limit: Int = .max) -> [PathID] {
    var ranking = ranking(of: tally)
    ranking.sort(through: limit)
    return ranking.rows
  }

  /// The rows to show, none of them in order yet.
  func ranking(of tally: Tally) -> Ranking {
    switch sort {
    case .rate: ranking(of: tally) { id, _ in tally.rate(of: id) }
    case .count: ranking(of: tally) { _, count in Double(count) }
    case .failed: ranking(of: tally) { id, _ in tally.failed(of: id).map(Double.init) }
    case .peak: ranking(of: tally) { id, _ in tally.peak(of: id) }
    case .last: ranking(of: tally) { id, _ in tally.lastSeen(id) }
    case .path: Ranking(paths: ranks(of: tally) { id, _ in tally.path(of: id) }, isInverted: isInverted)
    }
  }

  /// By a figure, the greatest first. What is not known comes after all that is.
  private func ranking(of tally: Tally, by figure: (PathID, UInt64) -> Double?) -> Ranking {
    Ranking(figures: ranks(of: tally) { -(figure($0, $1) ?? -.infinity) }, isInverted: isInverted)
  }

  private func ranks<Key: Comparable & Sendable>(of tally: Tally, by key: (PathID, UInt64) -> Key) -> [Rank<Key>] {
    let isAll = filter == nil && outcome == .all
    var ranks: [Rank<Key>] = []
    ranks.reserveCapacity(tally.rowCount)
    tally.forEachRow { id, count in
      if isAll || isShown(id, count: count, in: tally) { ranks.append(Rank(key: key(id, count), count: count, id: id)) }
    }
    return ranks
  }

  private func isShown(_ id: PathID, count: UInt64, in tally: Tally) -> Bool {
    switch outcome {
    case .all: break
    // In flight counts as ran: it has not failed.
    case .ran: guard count > tally.failed(of: id) ?? 0 else { return false }
    case .failed: guard tally.failed(of: id) ?? 0 > 0 else { return false }
    }
    return filter?.matches(tally.path(of: id)) ?? true
  }
}
