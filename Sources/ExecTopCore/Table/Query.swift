import ExecTopCounting

/// Which rows are shown, and in which order.
public struct Query: Equatable, Sendable {
  /// What a row stands for.
  public var view: View
  public var sort: Column
  /// The opposite of the column's own order.
  public var isInverted: Bool
  public var filter: Filter?
  public var outcome: Outcome
  /// Only rows that changed over the last interval, or of which that is not known.
  public var isOnlyChanged: Bool

  public init(
    view: View = .path, sort: Column = .rate, isInverted: Bool = false, filter: Filter? = nil,
    outcome: Outcome = .all, isOnlyChanged: Bool = false
  ) {
    self.view = view
    self.sort = sort
    self.isInverted = isInverted
    self.filter = filter
    self.outcome = outcome
    self.isOnlyChanged = isOnlyChanged
  }
}

/// Which execs, or ends of processes, a row must have to be shown. The raw value is what the screen says.
public enum Outcome: String, CaseIterable, Sendable {
  case all, succeeded, failed
  case endedWithError = "exit≠0"

  /// The one that follows, round and round.
  public var next: Outcome {
    switch self {
    case .all: .succeeded
    case .succeeded: .failed
    case .failed: .endedWithError
    case .endedWithError: .all
    }
  }
}

extension Query {
  /// The paths to show, in order. Rows that are equal in the sort column stand by count, then by when they came.
  ///
  /// - Parameters:
  ///   - decisions: what the filter said of the paths so far.
  ///   - limit: at most so many of them, the first ones.
  public func rows(of tally: Tally, decisions: inout Decisions, limit: Int = .max) -> [PathID] {
    var ranking = ranking(of: tally, decisions: &decisions)
    ranking.sort(through: limit)
    return ranking.rows
  }

  /// The paths to show, none of them in order yet.
  package func ranking(of tally: Tally, decisions: inout Decisions) -> Ranking {
    decisions.begin(filter)
    switch sort.order {
    case .name:
      return Ranking(
        paths: ranks(of: tally, &decisions) { tally, id in tally.path(of: id) }, isInverted: isInverted)
    case .figure, nil:
      let value = sort.value
      return Ranking(
        figures: ranks(of: tally, &decisions) { tally, id in value(tally, id).rank }, isInverted: isInverted)
    }
  }

  private func ranks<Key: Comparable & Sendable>(
    of tally: Tally, _ decisions: inout Decisions, by key: (Tally, PathID) -> Key
  ) -> [Rank<Key, PathID>] {
    let isAll = filter == nil && outcome == .all && !isOnlyChanged
    var ranks: [Rank<Key, PathID>] = []
    ranks.reserveCapacity(tally.rowCount)
    tally.forEachRow { id, count in
      guard isAll || isWanted(id, count: count, in: tally) && decisions.shows(id, tally.path(of: id)) else { return }
      ranks.append(Rank(key: key(tally, id), count: count, item: id))
    }
    return ranks
  }

  private func isWanted(_ id: PathID, count: UInt64, in tally: Tally) -> Bool {
    if isOnlyChanged, tally.delta(of: id) == 0, tally.uses?.cpuRate(of: id) ?? 0 == 0 { return false }
    return hasOutcome(id, count: count, in: tally)
  }

  private func hasOutcome(_ id: PathID, count: UInt64, in tally: Tally) -> Bool {
    switch outcome {
    case .all: true
    // One that is under way counts as successful: it has not failed.
    case .succeeded: count > tally.failed(of: id) ?? 0
    case .failed: tally.failed(of: id) ?? 0 > 0
    case .endedWithError: tally.uses?.endedWithError(of: id) ?? 0 > 0
    }
  }
}
