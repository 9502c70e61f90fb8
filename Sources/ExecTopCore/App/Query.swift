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
  public func rows(of tally: Tally) -> [PathID] {
    if sort == .path {
      let shown = tally.rows.filter { isShown($0, count: tally.count(of: $0), in: tally) }
      let sorted = shown.sorted { (tally.paths[$0], $0) < (tally.paths[$1], $1) }
      return isInverted ? sorted.reversed() : sorted
    }
    let isAll = filter == nil && outcome == .all
    // In one look at each path. Most are as they were the last time: equal values, in the order in which they came,
    // of which the sort finds whole runs.
    var ranks: [Rank] = []
    ranks.reserveCapacity(tally.paths.count)
    for id in tally.paths.indices {
      let count = tally.count(of: id)
      guard count > 0, isAll || isShown(id, count: count, in: tally) else { continue }
      let value = sort == .count ? Double(count) : value(of: id, in: tally)
      ranks.append(Rank(value: value, count: count, id: id))
    }
    ranks.sort()
    let sorted = ranks.map(\.id)
    return isInverted ? sorted.reversed() : sorted
  }

  private func isShown(_ id: PathID, count: UInt64, in tally: Tally) -> Bool {
    switch outcome {
    case .all: break
    // In flight counts as ran: it has not failed.
    case .ran: guard count > tally.failed(of: id) ?? 0 else { return false }
    case .failed: guard tally.failed(of: id) ?? 0 > 0 else { return false }
    }
    return filter?.matches(tally.paths[id]) ?? true
  }

  /// What is not known comes after all that is.
  private func value(of id: PathID, in tally: Tally) -> Double {
    let value: Double? =
      switch sort {
      case .rate: tally.rate(of: id)
      case .count: Double(tally.count(of: id))
      case .failed: tally.failed(of: id).map(Double.init)
      case .peak: tally.peak(of: id)
      case .last: tally.lastSeen(id)
      case .path: nil
      }
    return value ?? -.infinity
  }
}

private struct Rank: Comparable {
  var value: Double
  var count: UInt64
  var id: PathID

  static func < (left: Rank, right: Rank) -> Bool {
    if left.value != right.value { return left.value > right.value }
    if left.count != right.count { return left.count > right.count }
    return left.id < right.id
  }
}
