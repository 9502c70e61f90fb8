import ExecTopCounting
import ExecTopTable
import ExecTopText
import ExecTopTrace

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
    if case .path(let id) = selection, !tally.contains(id) { selection = nil }
    if case .details(let id) = page, !tally.contains(id) { page = .table }
    if selection == nil { followsSelection = false }
    let ranking = query.ranking(of: tally, decisions: &decisions)
    listing =
      isGrouped
      ? .tree(DirectoryTree(of: ranking.unsorted, in: tally, query: query, expanded: expanded).rows) : .paths(ranking)
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
      message = "no longer following the selected path"
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
      message = "select a path first; F then follows it"
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
    case .path(let id): page = .details(id)
    case .directory(let name): setExpanded(!expanded.contains(name))
    case nil: message = "there is no path to open"
    }
    return []
  }

  mutating func setExpanded(_ isExpanded: Bool) {
    updateListing()
    guard isGrouped else {
      message = "there are no directories here; d groups by directory"
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

  mutating func toggleGroups() {
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
    selection = .path(id)
    let searchesUp = move == .up || move == .pageUp || move == .last
    var row = selectedRow ?? shownRows.lowerBound
    if selectedRow != nil { row = move.target(from: row, page: tableExtent.height, last: tableExtent.lastRow) }
    // As far as the next step will need it, too. A tree is in order as a whole.
    listing.sort(through: row + 1 + tableExtent.height)
    while listing.indices.contains(row), case .directory = listing.id(at: row) { row += searchesUp ? -1 : 1 }
    guard listing.indices.contains(row), case .path(let next) = listing.id(at: row), next != id else {
      let isFirst = move == .up || move == .pageUp || move == .first
      message = isFirst ? "this is the first path" : "this is the last path"
      return
    }
    select(row)
    page = .details(next)
  }
}

extension Listing {
  fileprivate var indices: Range<Int> { 0..<count }
}
