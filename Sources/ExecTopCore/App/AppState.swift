import ExecTopCounting
import ExecTopTable
import ExecTopText

/// The dashboard's state. It changes in `handle` alone, and `Screen` draws it.
public struct AppState: Sendable {
  public internal(set) var mode: Mode
  /// Entries of the map. Nil where there is no such bound.
  public internal(set) var capacity: Int?

  public internal(set) var query: Query
  /// Seconds between refreshes.
  public internal(set) var interval: Seconds
  public internal(set) var size: Size
  /// The filter as it is being typed, and the one to go back to.
  public internal(set) var prompt: FilterPrompt?
  public internal(set) var page = Page.table
  /// The columns there are.
  public let table: ColumnTable
  /// Those for which there may be room.
  public let columns: Set<Column>
  /// The small graphs of all rows have one scale.
  public internal(set) var hasSharedScale: Bool
  /// Rows stand in a tree of directories.
  public internal(set) var isGrouped: Bool
  /// What the last key did, if the screen does not show it otherwise.
  public internal(set) var message: Message?

  /// What exectop itself costs, while that is shown.
  public internal(set) var cost: Cost?
  /// Seconds to add to an instant for the civil time since a midnight. Nil as long as it is not known.
  public internal(set) var civilOffset: Seconds?

  /// What is selected. Nil until the user selects something.
  public internal(set) var selection: RowID?
  /// The view moves with the selection, not only when the user moves.
  public internal(set) var followsSelection = false
  /// The rows of the listing that are shown.
  var tableView = Viewport()
  /// The lines of the help that are shown.
  package var helpView = Viewport()

  /// Another number whenever the screen may have to show something else.
  public internal(set) var revision = 0

  /// The last execs of the path whose details are shown. Nil while none are, and where the source tells none.
  public var execLog: ExecLog? { frozen == nil ? liveLog : frozenLog }
  /// It goes on while the screen is paused.
  var liveLog: ExecLog?
  /// As it was when the screen was paused; of a page that was opened since, with nothing in it. Nil while it is not.
  var frozenLog: ExecLog?
  /// The details show these execs instead of the figures.
  public internal(set) var showsExecs = false
  /// Of a recording that is played. Nil where something is counted.
  public internal(set) var replay: ReplayState?

  /// The trace pane; nil while it is closed.
  public internal(set) var trace: TraceState?

  var live: Tally
  /// What is shown while paused.
  var frozen: Tally?
  /// The rows that `query` chooses of what is shown, in order down to the last that is on the screen.
  public internal(set) var listing = Listing.paths(Ranking(figures: [], isInverted: false))
  /// The listing is not yet as the last keys want it.
  var isListingStale = false
  var listsLater = false
  /// What the filter says of the paths.
  public internal(set) var decisions = Decisions()
  /// The directories of which the contents are shown.
  var expanded: Set<[UInt8]> = [[UInt8(ascii: "/")]]
  /// The launches of which it is not shown what stands below.
  var folded: Set<LaunchNodeID> = []
  /// Counts start from zero at the next snapshot.
  var resetsNext = false

  /// - Parameters:
  ///   - choices: with what to start.
  ///   - filter: which rows to show at first.
  ///   - began: when counting began.
  ///   - warning: what went wrong at the start.
  ///   - isReplay: a recording is played.
  public init(
    mode: Mode, capacity: Int?, countsFromZero: Bool, choices: Choices, filter: Filter?, size: Size, began: Seconds,
    warning: String? = nil, isReplay: Bool = false, table: ColumnTable = .standard
  ) {
    self.mode = mode
    self.capacity = capacity
    self.table = table
    // The saved column can say nothing here.
    query = Query(
      view: mode.sees(.uses) ? choices.view : .path, sort: choices.sort.isKnown(in: mode) ? choices.sort : .rate,
      isInverted: choices.isInverted, filter: filter)
    interval = choices.interval
    columns = choices.columns
    isGrouped = choices.isGrouped
    hasSharedScale = choices.hasSharedScale
    if choices.isTraceOpen { trace = TraceState(filter: filter, isPaused: false) }
    self.size = size
    self.message = warning.map { Message($0, isFailure: true) }
    if isReplay { replay = ReplayState() }
    live = Tally(began: began, countsFromZero: countsFromZero)
  }
}

// MARK: - What follows from it

extension AppState {
  /// What the screen shows: the last snapshot, or the one at which it was paused.
  public var tally: Tally { frozen ?? live }

  /// What the footer says instead of the keys. Nil: it shows the keys.
  package var footerMessage: Message? { message ?? tally.notice.map { Message($0, isFailure: true) } }

  public var isPaused: Bool { frozen != nil || replay.map { !$0.isPlaying } ?? false }

  /// Rows can be sorted by it.
  func isKnown(_ column: Column) -> Bool {
    (column.needs.map { tally.sees($0, in: mode) } ?? true)
      && (column.order == .name || column.isShown(in: query, of: tally))
  }

  /// It is known who launches what.
  var seesLaunches: Bool { tally.sees(.uses, in: mode) }

  /// The place of what is selected in the listing.
  public var selectedRow: Int? { selection.flatMap { listing.row(of: $0) } }

  /// The row of the listing that stands first on the screen.
  public var top: Int { tableView.top }

  /// The first line of the help that is shown.
  public var pageTop: Int { helpView.top }

  /// Where things stand on the screen now.
  public var layout: Layout {
    // Once: a copy of it costs more than what is asked of it here.
    let tally = tally
    return Layout(
      size: size, sort: query.sort, table: table,
      columns: columns.filter { $0.isShown(of: tally, in: mode) && $0.isShown(in: query, of: tally) },
      view: query.view, hasTrace: trace != nil)
  }

  /// Where the next key goes.
  public var place: Place {
    if prompt != nil || replay?.prompt != nil { return .prompt }
    switch page {
    case .details: return .details
    case .help: return .help
    case .table: return trace?.isFocused == true && layout.trace != nil ? .trace : .table
    }
  }

  var tableExtent: Viewport.Extent { Viewport.Extent(rows: listing.count, height: layout.tableRows.count) }

  package var helpExtent: Viewport.Extent {
    Viewport.Extent(rows: HelpText.lines(width: size.columns, table: table).count, height: layout.pageRows.count)
  }

  /// The rows of the listing that are shown.
  package var shownRows: Range<Int> { tableView.rows(in: tableExtent) }

  /// What is to be saved.
  var choices: Choices {
    var choices = Choices(table: table)
    choices.view = query.view
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
