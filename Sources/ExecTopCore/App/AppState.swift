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
  public private(set) var isHelpShown = false
  /// What the last key did, if the screen does not show it otherwise.
  public internal(set) var message: String?

  /// The path that is selected. Nil until the user selects one.
  public private(set) var selection: PathID?
  /// The row of the listing that stands first on the screen.
  public private(set) var top = 0
  /// First line of the help that is shown.
  public private(set) var helpTop = 0

  /// The trace pane; nil while it is closed.
  public internal(set) var trace: TraceState?

  private var live: Tally
  /// What is shown while paused.
  private var frozen: Tally?
  /// The rows that `query` chooses of what is shown, in order.
  public private(set) var listing: [PathID] = []
  /// Counts start from zero at the next snapshot.
  private var resetsNext = false

  public init(
    mode: Mode, capacity: Int?, countsFromZero: Bool, query: Query, interval: Seconds, size: Size, began: Seconds
  ) {
    self.mode = mode
    self.capacity = capacity
    self.query = query
    self.interval = interval
    self.size = size
    live = Tally(began: began, countsFromZero: countsFromZero)
  }

  /// What the screen shows: the last snapshot, or the one at which it was paused.
  public var tally: Tally { frozen ?? live }

  public var isPaused: Bool { frozen != nil }

  /// Where things stand on the screen.
  public var layout: Layout { Layout(size: size, query: query, mode: mode, hasTrace: trace != nil) }

  /// The place of the selected path in the listing.
  public var selectedRow: Int? { selection.flatMap { listing.firstIndex(of: $0) } }
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
  public mutating func handle(_ event: Event) -> [Effect] {
    switch event {
    case .snapshot(let snapshot):
      take(snapshot)
      return []
    case .resized(let size):
      self.size = size
      keepSelectionVisible()
      return []
    case .key(let key):
      return handle(key)
    case .trace(let event):
      trace?.handle(event)
      return []
    }
  }

  private mutating func take(_ snapshot: Snapshot) {
    live.apply(snapshot)
    if resetsNext {
      resetsNext = false
      live.reset()
      if frozen != nil { frozen = live }
    }
    if frozen == nil || listing.isEmpty { list() }
  }

  private mutating func handle(_ key: Key) -> [Effect] {
    message = nil
    if prompt != nil { return handleInPrompt(key) }
    if case .mouse(let action, let position) = key { return handleMouse(action, at: position) }
    if isHelpShown, key == .escape || key == .backspace {
      isHelpShown = false
      return []
    }
    guard let action = KeyMap.action(for: key) else { return [] }
    return isHelpShown ? performInHelp(action) : perform(action)
  }

  private mutating func perform(_ action: Action) -> [Effect] {
    switch action {
    case .sort(let column): query.sort = column
    case .moveSort(let places):
      let columns = Column.allCases
      let place = (columns.firstIndex(of: query.sort) ?? 0) + places
      query.sort = columns[min(max(place, 0), columns.count - 1)]
    case .invert: query.isInverted.toggle()
    case .outcome: query.outcome = query.outcome.next
    case .filter: prompt = FilterPrompt(line: Prompt(query.filter?.text ?? ""), before: query.filter)
    case .pause:
      frozen = isPaused ? nil : live
      trace?.setPaused(frozen != nil)
    case .reset:
      resetsNext = true
      message = "counting from zero; u takes it back"
      return [.sample]
    case .undoReset:
      message = live.undoReset() ? "the last reset is taken back" : "there is no reset to take back"
      if frozen != nil { frozen = live }
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
      isHelpShown = true
      helpTop = 0
      return []
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return [.quit]
    }
    list()
    return []
  }

  /// In the help, keys that would change what cannot be seen do nothing.
  private mutating func performInHelp(_ action: Action) -> [Effect] {
    switch action {
    case .help: isHelpShown = false
    case .move(let move): moveHelp(move)
    case .redraw, .suspend, .quit: return perform(action)
    default: break
    }
    return []
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
      guard prompt.line.edit(key) else { return [] }
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
    listing = query.rows(of: tally)
    trace?.setFilter(query.filter)
    keepSelectionVisible()
  }

  private var rowsShown: Int { max(1, layout.tableRows.count) }

  mutating func keepSelectionVisible() {
    let last = max(0, listing.count - rowsShown)
    if let row = selectedRow {
      top = min(max(top, row - rowsShown + 1), row)
    }
    top = min(max(0, top), last)
  }

  private mutating func moveSelection(_ move: Move) {
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
    selection = listing[min(max(row, 0), lastRow)]
    keepSelectionVisible()
  }

  private mutating func moveHelp(_ move: Move) {
    let page = max(1, size.rows - 2)
    let last = max(0, HelpPane.lines(width: size.columns).count - page)
    let row =
      switch move {
      case .up: helpTop - 1
      case .down: helpTop + 1
      case .pageUp: helpTop - page
      case .pageDown: helpTop + page
      case .first: 0
      case .last: last
      }
    helpTop = min(max(row, 0), last)
  }

  private mutating func handleMouse(_ action: MouseAction, at position: Position) -> [Effect] {
    if isHelpShown {
      if action != .press { moveHelp(action == .wheelUp ? .up : .down) }
      return []
    }
    if handleTraceMouse(action, at: position) { return [] }
    switch action {
    case .wheelUp: moveSelection(.up)
    case .wheelDown: moveSelection(.down)
    case .press:
      let layout = layout
      if position.row == layout.columnNamesRow, let column = layout.column(at: position.column)?.column.sort {
        // A second click on a column turns it round.
        if query.sort == column { query.isInverted.toggle() } else { query.sort = column }
        list()
      } else if layout.tableRows.contains(position.row) {
        let row = top + position.row - layout.tableRows.lowerBound
        if listing.indices.contains(row) { selection = listing[row] }
      }
    }
    return []
  }
}
