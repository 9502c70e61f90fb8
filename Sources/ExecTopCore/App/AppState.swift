/// The dashboard's state. It changes in `handle` alone, and `Screen` draws it.
public struct AppState: Sendable {
  public let mode: Mode
  /// Entries of the map. Nil where there is no such bound.
  public let capacity: Int?

  public private(set) var query: Query
  /// Seconds between refreshes.
  public private(set) var interval: Seconds
  public private(set) var size: Size
  /// The filter as it is being typed, and the one to go back to.
  public private(set) var prompt: FilterPrompt?
  public private(set) var page = Page.table
  /// The columns there are.
  public let table: ColumnTable
  /// Those for which there may be room.
  public let columns: Set<Column>
  /// The small graphs of all rows have one scale.
  public private(set) var hasSharedScale: Bool
  /// Rows stand in a tree of directories.
  public private(set) var isGrouped: Bool
  /// What the last key did, if the screen does not show it otherwise.
  public internal(set) var message: String?

  /// What exectop itself costs, while that is shown.
  public private(set) var cost: Cost?

  /// What is selected. Nil until the user selects something.
  public private(set) var selection: RowID?
  /// The row of the listing that stands first on the screen.
  public private(set) var top = 0
  /// The first line of the help or the details that is shown.
  public private(set) var pageTop = 0

  /// Another number whenever the screen may have to show something else.
  public private(set) var revision = 0

  /// The trace pane; nil while it is closed.
  public internal(set) var trace: TraceState?

  private var live: Tally
  /// What is shown while paused.
  private var frozen: Tally?
  /// The rows that `query` chooses of what is shown, in order down to the last that is on the screen.
  public private(set) var listing = Listing.paths(Ranking(figures: [], isInverted: false))
  /// The listing is not yet as the last keys want it.
  private var isListingStale = false
  private var listsLater = false
  /// What the filter says of the paths.
  public private(set) var decisions = Decisions()
  /// The directories of which the contents are shown.
  private var expanded: Set<[UInt8]> = [[UInt8(ascii: "/")]]
  /// Counts start from zero at the next snapshot.
  private var resetsNext = false

  /// - Parameters:
  ///   - choices: with what to start.
  ///   - filter: which rows to show at first.
  ///   - began: when counting began.
  ///   - message: what the user should know at the start.
  public init(
    mode: Mode, capacity: Int?, countsFromZero: Bool, choices: Choices, filter: Filter?, size: Size, began: Seconds,
    message: String? = nil, table: ColumnTable = .standard
  ) {
    self.mode = mode
    self.capacity = capacity
    self.table = table
    // The saved column can say nothing here.
    query = Query(
      sort: choices.sort.isKnown(in: mode) ? choices.sort : .rate, isInverted: choices.isInverted, filter: filter)
    interval = choices.interval
    columns = choices.columns
    isGrouped = choices.isGrouped
    hasSharedScale = choices.hasSharedScale
    if choices.isTraceOpen { trace = TraceState(filter: filter, isPaused: false) }
    self.size = size
    self.message = message
    live = Tally(began: began, countsFromZero: countsFromZero)
  }

  /// What the screen shows: the last snapshot, or the one at which it was paused.
  public var tally: Tally { frozen ?? live }

  public var isPaused: Bool { frozen != nil }

  /// The place of what is selected in the listing.
  public var selectedRow: Int? { selection.flatMap { listing.row(of: $0) } }

  /// Where things stand on the screen now.
  public var layout: Layout {
    Layout(size: size, sort: query.sort, table: table, columns: columns, hasTrace: trace != nil)
  }

  /// What is to be saved.
  private var choices: Choices {
    var choices = Choices(table: table)
    choices.sort = query.sort
    choices.isInverted = query.isInverted
    choices.interval = interval
    choices.columns = columns
    choices.isGrouped = isGrouped
    choices.hasSharedScale = hasSharedScale
    choices.isTraceOpen = trace != nil
    return choices
  }
}

/// What fills the screen.
public enum Page: Equatable, Sendable {
  case table
  case details(PathID)
  case help
}

/// The filter prompt.
public struct FilterPrompt: Sendable {
  public var line: Prompt
  /// The filter to go back to.
  public let before: Filter?
  /// What is wrong with the text.
  public var error: FilterError?
}

// MARK: - Events

extension AppState {
  /// - Parameter listsLater: `updateListing` is called before the state is shown: of many keys that come together, each
  ///   would otherwise sort all paths anew.
  public mutating func handle(_ event: Event, listsLater: Bool = false) -> [Effect] {
    self.listsLater = listsLater
    if case .snapshot(let snapshot) = event, !take(snapshot) { return [] }
    revision += 1
    switch event {
    case .snapshot: return []
    case .resized(let size):
      self.size = size
      keepSelectionVisible()
      scrollPage(to: pageTop)
      return []
    case .cost(let cost):
      if self.cost != nil { self.cost = cost }
      return []
    case .saved(let line):
      message = line
      return []
    case .key(let key):
      return handle(key)
    case .trace(let event):
      trace?.handle(event)
      return []
    }
  }

  /// - Returns: whether it can change what is shown.
  private mutating func take(_ snapshot: Snapshot) -> Bool {
    let (wasStill, shownTime) = (live.isStill, live.shownTime)
    live.apply(snapshot)
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

  private mutating func handle(_ key: Key) -> [Effect] {
    message = nil
    if prompt != nil { return handleInPrompt(key) }
    if case .mouse(let action, let position) = key { return handleMouse(action, at: position) }
    if page != .table, key == .escape || key == .backspace {
      page = .table
      return []
    }
    guard let action = KeyMap.action(for: key, table: table) else { return [] }
    return page == .table ? perform(action) : performOnPage(action)
  }

  private mutating func perform(_ action: Action) -> [Effect] {
    switch action {
    case .sort(let column): sort(by: column)
    case .moveSort(let places):
      let columns = table.sortable.filter { $0.isKnown(in: mode) }
      let place = (columns.firstIndex(of: query.sort) ?? 0) + places
      query.sort = columns[min(max(place, 0), columns.count - 1)]
    case .invert: query.isInverted.toggle()
    case .outcome: query.outcome = query.outcome.next
    case .filter: prompt = FilterPrompt(line: Prompt(query.filter?.text ?? ""), before: query.filter)
    case .group:
      isGrouped.toggle()
      // The tree shows what was selected.
      if case .path(let id) = selection { expanded.formUnion(DirectoryTree.directories(on: tally.path(of: id).bytes)) }
    case .open: return open()
    case .expand: setExpanded(true)
    case .collapse: setExpanded(false)
    case .scale: hasSharedScale.toggle()
    case .save: return [.save(choices)]
    case .cost:
      cost = cost == nil ? Cost() : nil
      return [.measureCost(cost != nil)]
    case .pause:
      frozen = isPaused ? nil : live
      trace?.setPaused(frozen != nil)
    case .reset:
      resetsNext = true
      message = "counting from zero; u takes it back"
      return [.sample]
    case .undoReset:
      message = live.undoReset() ? "the last reset is taken back" : "there is no reset to take back"
      // Both have had the same resets.
      _ = frozen?.undoReset()
    case .faster: return setInterval(AppState.steps.last { $0 < interval } ?? interval)
    case .slower: return setInterval(AppState.steps.first { $0 > interval } ?? interval)
    case .move(let move):
      if !moveTrace(move) { moveSelection(move) }
      return []
    case .trace: return toggleTrace()
    case .focus:
      focusTrace()
      return []
    case .oursOnly:
      trace?.toggleOursOnly()
      return []
    case .help:
      turn(to: .help)
      return []
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return [.quit]
    }
    list()
    return []
  }

  private mutating func sort(by column: Column) {
    if column.isKnown(in: mode) {
      query.sort = column
    } else {
      message = "failures are not seen in the mode \(mode.rawValue): nothing to sort by"
    }
  }

  /// On a page, keys that would change what cannot be seen do nothing.
  private mutating func performOnPage(_ action: Action) -> [Effect] {
    switch action {
    case .help: turn(to: page == .help ? .table : .help)
    case .open where page != .help: turn(to: .table)
    case .move(let move): movePage(move)
    case .pause where page != .help: return perform(action)
    case .redraw, .suspend, .quit: return perform(action)
    default: break
    }
    return []
  }

  private mutating func turn(to page: Page) {
    self.page = page
    pageTop = 0
  }

  /// Opens what is selected, or what stands first.
  private mutating func open() -> [Effect] {
    updateListing()
    guard !listing.isEmpty else { return [] }
    switch listing.id(at: selectedRow ?? top) {
    case .path(let id): turn(to: .details(id))
    case .directory(let name): setExpanded(!expanded.contains(name))
    }
    return []
  }

  private mutating func setExpanded(_ isExpanded: Bool) {
    updateListing()
    guard !listing.isEmpty, case .directory(let name) = listing.id(at: selectedRow ?? top) else { return }
    selection = .directory(name)
    if isExpanded {
      // With all above it, which have rows of their own as soon as they hold something else.
      expanded.formUnion(DirectoryTree.directories(on: name))
    } else {
      expanded.remove(name)
    }
    list()
  }

  /// The intervals that `+` and `-` step through, in seconds.
  private static let steps: [Seconds] = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600]

  private mutating func setInterval(_ seconds: Seconds) -> [Effect] {
    guard seconds != interval else { return [] }
    interval = seconds
    return [.setInterval(seconds)]
  }
}

// MARK: - The filter prompt

extension AppState {
  private mutating func handleInPrompt(_ key: Key) -> [Effect] {
    guard var prompt else { return [] }
    switch key {
    case .control("c"): return [.quit]
    case .control("l"): return [.redraw]
    case .control("z"): return [.suspend]
    case .escape:
      query.filter = prompt.before
      self.prompt = nil
    case .enter:
      // A wrong expression is not kept: it stays to be mended.
      if prompt.error == nil { self.prompt = nil }
    default:
      let before = prompt.line.text
      guard prompt.line.edit(key) else { return [] }
      guard prompt.line.text != before else {
        self.prompt = prompt
        return []
      }
      let text = prompt.line.string
      do {
        query.filter = text.isEmpty ? nil : try Filter(text)
        prompt.error = nil
      } catch {
        query.filter = nil
        prompt.error = error
      }
      self.prompt = prompt
    }
    list()
    return []
  }
}

// MARK: - Listing and selection

extension AppState {
  private mutating func list() {
    isListingStale = true
    if !listsLater { updateListing() }
  }

  /// Chooses and sorts the rows, if something has changed that decides which.
  public mutating func updateListing() {
    guard isListingStale else { return }
    isListingStale = false
    if case .path(let id) = selection, !tally.contains(id) { selection = nil }
    if case .details(let id) = page, !tally.contains(id) { turn(to: .table) }
    let ranking = query.ranking(of: tally, decisions: &decisions)
    listing =
      isGrouped
      ? .tree(DirectoryTree(of: ranking.unsorted, in: tally, query: query, expanded: expanded).rows) : .paths(ranking)
    trace?.setFilter(query.filter)
    keepSelectionVisible()
  }

  private var rowsShown: Int { max(1, layout.tableRows.count) }

  mutating func keepSelectionVisible() {
    let rowsShown = rowsShown
    let last = max(0, listing.count - rowsShown)
    if let row = selectedRow {
      top = min(max(top, row - rowsShown + 1), row)
    }
    top = min(max(0, top), last)
    listing.sort(through: top + rowsShown)
  }

  private mutating func moveSelection(_ move: Move) {
    updateListing()
    guard !listing.isEmpty else { return }
    let lastRow = listing.count - 1
    // What is selected may be filtered away: then moving starts from what stands first.
    let row: Int
    if let selected = selectedRow {
      row =
        switch move {
        case .up: selected - 1
        case .down: selected + 1
        case .pageUp: selected - rowsShown
        case .pageDown: selected + rowsShown
        case .first: 0
        case .last: lastRow
        }
    } else {
      row =
        switch move {
        case .up, .down, .first: top
        case .pageUp: top - rowsShown
        case .pageDown: top + rowsShown
        case .last: lastRow
        }
    }
    let wanted = min(max(row, 0), lastRow)
    listing.sort(through: wanted + 1)
    selection = listing.id(at: wanted)
    keepSelectionVisible()
  }

  private mutating func movePage(_ move: Move) {
    let page = layout.pageRows.count
    let row =
      switch move {
      case .up: pageTop - 1
      case .down: pageTop + 1
      case .pageUp: pageTop - page
      case .pageDown: pageTop + page
      case .first: 0
      case .last: Int.max
      }
    scrollPage(to: row)
  }

  private mutating func scrollPage(to row: Int) {
    let lines = page == .help ? HelpPane.lines(width: size.columns, table: table).count : 0
    pageTop = min(max(row, 0), max(0, lines - layout.pageRows.count))
  }

  private mutating func handleMouse(_ action: MouseAction, at position: Position) -> [Effect] {
    guard page == .table else {
      if action != .press { movePage(action == .wheelUp ? .up : .down) }
      return []
    }
    if handleTraceMouse(action, at: position) { return [] }
    updateListing()
    switch action {
    case .wheelUp: moveSelection(.up)
    case .wheelDown: moveSelection(.down)
    case .press:
      let layout = layout
      if position.row == layout.columnNamesRow, let column = layout.column(at: position.column)?.column,
        column.order != nil
      {
        // A second click on a column reverses the order.
        if query.sort == column { query.isInverted.toggle() } else { sort(by: column) }
        list()
      } else if layout.tableRows.contains(position.row) {
        let row = top + position.row - layout.tableRows.lowerBound
        if row < listing.count { selection = listing.id(at: row) }
      }
    }
    return []
  }
}
