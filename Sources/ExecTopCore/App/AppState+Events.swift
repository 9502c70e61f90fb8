import ExecTopCounting
import ExecTopTable
import ExecTopText

// What happens, as it reaches the state.
extension AppState {
  /// - Parameter listsLater: `updateListing` is called before the state is shown: of many keys that come together, each
  ///   would otherwise sort all paths anew.
  public mutating func handle(_ event: Event, listsLater: Bool = false) -> [Effect] {
    self.listsLater = listsLater
    let effects = answer(event)
    guard let watched else {
      guard liveLog != nil else { return effects }
      liveLog = nil
      frozenLog = nil
      return effects + [.watch(nil)]
    }
    guard liveLog?.path != watched else { return effects }
    liveLog = ExecLog(of: watched)
    frozenLog = frozen == nil ? nil : liveLog
    return effects + [.watch(watched)]
  }

  /// The path of which single execs are to be told. Nil: of none.
  private var watched: Path? {
    guard seesLaunches, case .details(.path(let id)) = page, id != .other else { return nil }
    return tally.path(of: id)
  }

  private mutating func answer(_ event: Event) -> [Effect] {
    if case .snapshot(let snapshot) = event, !take(snapshot) { return [] }
    if case .civilOffset(let offset) = event, !takeCivilOffset(offset) { return [] }
    if case .execs(let came) = event, came.events.isEmpty, came.lost == liveLog?.lost { return [] }
    revision += 1
    switch event {
    case .snapshot, .civilOffset: break
    case .resized(let size):
      changeLayout { $0.size = size }
      helpView.fit(helpExtent)
    case .cost(let cost):
      if self.cost != nil { self.cost = cost }
    case .saved(let outcome): message = outcome
    case .key(let key): return handle(key)
    case .trace(let event): trace?.handle(event)
    case .execs(let came): liveLog?.take(came)
    case .execsFailed(let reason):
      liveLog?.failure = reason
      frozenLog?.failure = reason
      message = liveLog?.failureText.map { Message($0, isFailure: true) }
    case .replay(let event): handle(event)
    }
    return []
  }

  /// - Returns: whether it can change what is shown.
  private mutating func take(_ snapshot: Snapshot) -> Bool {
    let (wasStill, shownTime) = (live.isStill, live.shownTime)
    live.apply(snapshot)
    // As saved, or as asked for, before it was known what this kernel tells.
    if !seesLaunches { forgetLaunches() }
    if !isKnown(query.sort) { query.sort = .rate }
    if wasStill, live.isStill, !resetsNext, !decisions.isIncomplete {
      return frozen == nil && shownTime != live.shownTime
    }
    if resetsNext {
      resetsNext = false
      live.reset()
      if frozen != nil { frozen = live }
    } else if frozen != nil, !listing.isEmpty, !decisions.isIncomplete {
      return false
    }
    list()
    updateListing()
    return true
  }

  /// It differs each time by what passes between the readings of two clocks; what counts is that the civil clock was
  /// set, or the machine slept.
  ///
  /// - Returns: whether it can change what is shown.
  private mutating func takeCivilOffset(_ offset: Seconds) -> Bool {
    if let civilOffset, abs(civilOffset - offset) < 0.5 { return false }
    civilOffset = offset
    return true
  }
}
