import ExecTopCounting
import ExecTopTable

// The listing, what is selected in it, and what of it is shown.
extension AppState {
  mutating func list() {
    isListingStale = true
    if !listsLater { updateListing() }
  }

  /// Chooses and sorts the rows, if something has changed that decides which.
  public mutating func updateListing() {
    guard isListingStale else { return }
    isListingStale = false
    if let uses = tally.uses, page.isDetails || query.groups(tally) { decisions.follow(uses) }
    if let id = selection, !isThere(id) { selection = nil }
    if case .details(let id) = page, !isThere(id) { page = .table }
    if selection == nil { followsSelection = false }
    if !isKnown(query.sort) { query.sort = .rate }
    // Or the sums of launches would be copied: the listing holds them, too.
    listing = .paths(Ranking(figures: [], isInverted: false))
    listing = query.listing(
      of: tally, isGrouped: isGrouped, expanded: expanded, folded: folded, decisions: &decisions)
    trace?.setFilter(query.filter)
    settleView(showsSelection: followsSelection)
  }

  /// Fits the view to the listing and the screen, and has in order what it shows.
  private mutating func settleView(showsSelection: Bool) {
    if showsSelection, let row = selectedRow {
      tableView.show(row, in: tableExtent)
    } else {
      tableView.fit(tableExtent)
    }
    listing.sort(through: shownRows.upperBound)
  }

  /// Changes the room that the table has. A selected row that is in view stays there.
  mutating func changeLayout(_ change: (inout AppState) -> Void) {
    let isShown = selectedRow.map { shownRows.contains($0) } ?? false
    change(&self)
    settleView(showsSelection: isShown || followsSelection)
  }

  private mutating func select(_ row: Int) {
    listing.sort(through: row + 1)
    selection = listing.id(at: row)
    settleView(showsSelection: true)
  }

  mutating func moveSelection(_ move: Move) {
    updateListing()
    guard !listing.isEmpty else { return }
    select(tableView.select(move, from: selectedRow, in: tableExtent))
  }

  /// Scrolls the view without a change of the selection.
  mutating func scrollTable(by rows: Int) {
    updateListing()
    if followsSelection {
      followsSelection = false
      message = "no longer following the selected row"
    }
    tableView.scroll(by: rows, in: tableExtent)
    settleView(showsSelection: false)
  }

  /// Selects what stands in a row, if anything does.
  mutating func selectRow(_ row: Int) {
    updateListing()
    if row < listing.count { select(row) }
  }

  mutating func toggleFollowing() {
    updateListing()
    guard followsSelection || selectedRow != nil else {
      message = "select a row first; F then follows it"
      return
    }
    followsSelection.toggle()
    settleView(showsSelection: true)
  }
}

// MARK: - Opening

extension AppState {
  /// What is selected, or what stands first on the screen.
  private var current: RowID? {
    listing.isEmpty ? nil : listing.id(at: selectedRow.map { min($0, listing.count - 1) } ?? shownRows.lowerBound)
  }

  mutating func open() -> [Effect] {
    updateListing()
    // The selected row can be out of view, and not in order yet.
    if let row = selectedRow { listing.sort(through: row + 1) }
    switch current {
    case .directory(let name): setExpanded(!expanded.contains(name))
    case let id?:
      page = .details(id)
      // The details tell of launches, too.
      list()
    case nil: message = "there is nothing to open"
    }
    return []
  }

  mutating func setExpanded(_ isExpanded: Bool) {
    updateListing()
    // The selected row can be out of view, and not in order yet.
    if let row = selectedRow { listing.sort(through: row + 1) }
    if query.view == .launches { return setUnfolded(isExpanded) }
    guard query.view == .path, isGrouped else {
      message =
        query.view == .path
        ? "there are no directories here; d groups by directory" : "there is nothing to open here; v shows launches"
      return
    }
    guard case .directory(let name) = current else {
      message = listing.isEmpty ? "there is no directory to open" : "this is no directory"
      return
    }
    selection = .directory(name)
    if isExpanded {
      // With all above it, which have rows of their own as soon as they hold something else.
      expanded.formUnion(DirectoryTree.directories(on: name))
    } else {
      expanded.remove(name)
    }
    isListingStale = true
    updateListing()
    settleView(showsSelection: true)
  }

  /// Closing what is closed, or has nothing below it, goes to its launcher.
  private mutating func setUnfolded(_ isUnfolded: Bool) {
    guard case .launch(let id) = current, let row = listing.row(of: .launch(id)) else {
      message = "there is no launch to open"
      return
    }
    selection = .launch(id)
    let isExpanded = listing.branch(at: row)?.isExpanded
    switch (isUnfolded, isExpanded) {
    case (true, nil): message = "nothing stands below this launch"
    case (true, _): folded.remove(id)
    case (false, true): folded.insert(id)
    case (false, _):
      guard let launcher = decisions.tree?.launcher(of: id) else {
        message = "nothing stands above this launch"
        return
      }
      selection = .launch(launcher)
    }
    isListingStale = true
    updateListing()
    settleView(showsSelection: true)
  }

  mutating func showNextView() {
    guard seesLaunches else {
      message = "who starts a program \(noLaunches): there is no other view"
      return
    }
    query.view = query.view.next
    selection = nil
    followsSelection = false
    tableView = Viewport()
  }

  /// Why it is not known who launches what, behind what is not known then.
  var noLaunches: String {
    mode.sees(.uses) ? "is not known under --execs-only" : "is not seen in the mode \(mode.rawValue)"
  }

  /// Nothing is known of launches: there is neither a view of them nor a filter by them.
  mutating func forgetLaunches() {
    query.view = .path
    if let filter = query.filter, let word = filter.launchWord {
      query.filter = nil
      message = Message(FilterError(unknown: word, in: filter, reason: noLaunches).summary)
    }
  }

  /// A row can stand for it, now or later.
  private func isThere(_ id: RowID) -> Bool {
    switch id {
    case .path(let path): tally.contains(path)
    case .launch(let node): decisions.tree?.place(of: node) != nil
    case .directory, .user, .unit: true
    }
  }

  mutating func toggleGroups() {
    guard query.view == .path else {
      message = "directories hold paths; v shows them"
      return
    }
    isGrouped.toggle()
    // The tree shows what was selected.
    if case .path(let id) = selection { expanded.formUnion(DirectoryTree.directories(on: tally.path(of: id).bytes)) }
    isListingStale = true
    updateListing()
    settleView(showsSelection: true)
  }

  /// Goes on to the details of another path: the selection moves, over directories too.
  mutating func moveDetails(_ move: Move) {
    updateListing()
    guard case .details(let id) = page, !listing.isEmpty else { return }
    selection = id
    let searchesUp = move == .up || move == .pageUp || move == .last
    var row = selectedRow ?? shownRows.lowerBound
    if selectedRow != nil { row = move.target(from: row, page: tableExtent.height, last: tableExtent.lastRow) }
    // As far as the next step will need it, too. A tree is in order as a whole.
    listing.sort(through: row + 1 + tableExtent.height)
    while listing.indices.contains(row), case .directory = listing.id(at: row) { row += searchesUp ? -1 : 1 }
    guard listing.indices.contains(row), listing.id(at: row) != id else {
      let isFirst = move == .up || move == .pageUp || move == .first
      message = "this is the \(isFirst ? "first" : "last") \(query.view.row)"
      return
    }
    select(row)
    page = .details(listing.id(at: row))
  }
}

extension Listing {
  fileprivate var indices: Range<Int> { 0..<count }
}
