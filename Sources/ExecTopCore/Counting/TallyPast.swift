import ExecTopText

/// What a tally knows that neither its last snapshot nor the last minute tells: when rows were first and last seen, and
/// the highest rates.
package struct TallyPast: Equatable, Sendable {
  /// Instants; `Seconds.never` where there is none.
  package struct Seen: Equatable, Sendable {
    package var first: Seconds
    package var last: Seconds

    package init(first: Seconds, last: Seconds) {
      self.first = first
      self.last = last
    }

    var isNever: Bool { first == .never && last == .never }
  }

  package struct OfPath: Equatable, Sendable {
    package var id: PathID
    /// When its row was first there, and last found to grow.
    package var row: Seen
    /// When it was found to grow.
    package var counted: Seen
    /// The highest rate.
    package var peak: Double

    package init(id: PathID, row: Seen, counted: Seen, peak: Double) {
      self.id = id
      self.row = row
      self.counted = counted
      self.peak = peak
    }
  }

  package struct OfFailure: Equatable, Sendable {
    package var id: ID<Failure>
    package var counted: Seen

    package init(id: ID<Failure>, counted: Seen) {
      self.id = id
      self.counted = counted
    }
  }

  package struct OfLaunch: Equatable, Sendable {
    package var id: ID<Launch>
    package var last: Seconds

    package init(id: ID<Launch>, last: Seconds) {
      self.id = id
      self.last = last
    }
  }

  package var paths: [OfPath] = []
  package var failures: [OfFailure] = []
  package var launches: [OfLaunch] = []
  package var totalPeak = 0.0

  package init() {}
}

extension Tally {
  /// No interval is under way: what has been carried belongs to none.
  package var isBetweenIntervals: Bool { intervalStart == time }

  /// For how long after a checkpoint a tally made of it does not know the last minute yet, in seconds.
  package static let memory = Seconds(History.seconds + 1)

  /// Without a reset.
  package var past: TallyPast {
    let latest = latest
    var past = TallyPast()
    past.totalPeak = epoch.totalPeak
    func at(_ slot: Int, _ instants: [Seconds]) -> Seconds { slot < instants.count ? instants[slot] : .never }
    func seen(_ slot: Int, _ sightings: Sightings) -> TallyPast.Seen {
      TallyPast.Seen(first: sightings.first(of: slot) ?? .never, last: sightings.last(of: slot) ?? .never)
    }
    for id in latest.paths.keyIDs {
      let row = TallyPast.Seen(first: at(id.index, firstSeen), last: at(id.index, lastSeen))
      let counted = seen(id.index, epoch.sightings)
      if row.isNever, counted.isNever { continue }
      let peak = id.index < epoch.peaks.count ? epoch.peaks[id.index] : 0
      past.paths.append(TallyPast.OfPath(id: id, row: row, counted: counted, peak: peak))
    }
    for id in latest.failures.keyIDs {
      let counted = seen(id.index, epoch.failureSightings)
      if !counted.isNever { past.failures.append(TallyPast.OfFailure(id: id, counted: counted)) }
    }
    guard let uses, let launches = latest.uses?.launches else { return past }
    for id in launches.keyIDs {
      let last = at(id.index, uses.launchSeen)
      if last != .never { past.launches.append(TallyPast.OfLaunch(id: id, last: last)) }
    }
    return past
  }

  /// A tally as it was at a snapshot between two intervals, but for its last minute: what it tells is right once it has
  /// been given the snapshots of the `memory` seconds that follow.
  package init(began: Seconds, countsFromZero: Bool, at snapshot: Snapshot, past: TallyPast) {
    self.init(began: began, countsFromZero: countsFromZero)
    apply(snapshot)
    for slot in firstSeen.indices { (firstSeen[slot], lastSeen[slot]) = (.never, .never) }
    for slot in epoch.peaks.indices { epoch.peaks[slot] = 0 }
    epoch.sightings = Sightings()
    epoch.failureSightings = Sightings()
    epoch.totalPeak = past.totalPeak
    for path in past.paths where snapshot.paths.identities.contains(path.id) && path.id.index < firstSeen.count {
      (firstSeen[path.id.index], lastSeen[path.id.index]) = (path.row.first, path.row.last)
      epoch.peaks[path.id.index] = path.peak
      if !path.counted.isNever {
        epoch.sightings.set(path.id.index, first: path.counted.first, last: path.counted.last)
      }
    }
    for failure in past.failures where snapshot.failures.identities.contains(failure.id) {
      epoch.failureSightings.set(failure.id.index, first: failure.counted.first, last: failure.counted.last)
    }
    guard var uses, let launches = snapshot.uses?.launches.identities else { return }
    // Nobody else has it, so nothing is copied.
    self.uses = nil
    for slot in uses.launchSeen.indices { uses.launchSeen[slot] = .never }
    for launch in past.launches where launches.contains(launch.id) && launch.id.index < uses.launchSeen.count {
      uses.launchSeen[launch.id.index] = launch.last
    }
    self.uses = uses
  }
}
