import DequeModule
import ExecTopCounting
import ExecTopTable
import ExecTopText
import ExecTopTrace

/// The trace pane's state.
public struct TraceState: Sendable {
  /// Nil until the pipe is open.
  public internal(set) var origin: TraceOrigin?
  /// Why there are no lines.
  public internal(set) var failure: String?
  /// Keys that move, move here.
  public internal(set) var isFocused = false

  private var choice: TraceChoice
  private var parser = TraceParser()
  private var live: TraceLog
  /// What is shown while paused.
  private var frozen: TraceLog?
  /// The numbers of the lines that are chosen from what is shown, in order.
  private var chosen: Deque<Int> = []
  /// The number of the line that stands first on the screen; nil follows the end.
  private var top: Int?

  init(filter: Filter?, isPaused: Bool, capacity: Int = TraceLog.defaultCapacity) {
    choice = TraceChoice(filter: filter)
    live = TraceLog(capacity: capacity)
    if isPaused { frozen = live }
  }

  /// The lines of which some are shown: the last ones, or those at which it was paused.
  public var log: TraceLog { frozen ?? live }

  public var isOursOnly: Bool { choice.isOursOnly }

  /// The last lines are shown, and so will be those to come.
  public var isFollowing: Bool { top == nil }

  /// How many lines the filter and `isOursOnly` leave.
  public var chosenCount: Int { chosen.count }

  /// The lines on a screen with so many rows.
  public func lines(rows: Int) -> [TraceLine] {
    guard rows > 0 else { return [] }
    let extent = Viewport.Extent(rows: chosen.count, height: rows)
    return chosen[view(of: extent).rows(in: extent)].map { log[$0] }
  }
}

extension TraceState {
  mutating func handle(_ event: TraceEvent) {
    switch event {
    case .opened(let origin):
      self.origin = origin
      live.lost = origin == .own ? 0 : nil
    case .failed(let reason): failure = reason
    case .bytes(let bytes): take(bytes)
    case .lost(let count): live.lost = count
    }
  }

  private mutating func take(_ bytes: [UInt8]) {
    var budget = FilterBudget()
    parser.take(bytes) { line in
      live.append(line)
      if frozen == nil, choice.includes(line, within: &budget) { chosen.append(live.end - 1) }
    }
    if frozen == nil { dropGone() }
  }

  mutating func setPaused(_ isPaused: Bool) {
    frozen = isPaused ? live : nil
    choose()
  }

  mutating func setFilter(_ filter: Filter?) {
    guard filter != choice.filter else { return }
    choice.filter = filter
    choose()
  }

  mutating func toggleOursOnly() {
    choice.isOursOnly.toggle()
    choose()
  }

  /// Scrolls. Whoever moves to the end follows it.
  mutating func move(_ move: Move, rows: Int) {
    scroll(rows: rows) { $0.scroll(move, in: $1) }
  }

  mutating func scroll(by lines: Int, rows: Int) {
    scroll(rows: rows) { $0.scroll(by: lines, in: $1) }
  }

  private mutating func scroll(rows: Int, _ scroll: (inout Viewport, Viewport.Extent) -> Void) {
    let extent = Viewport.Extent(rows: chosen.count, height: rows)
    var view = view(of: extent)
    scroll(&view, extent)
    top = view.isAtEnd(of: extent) ? nil : chosen[view.top]
  }

  private mutating func choose() {
    let log = log
    var budget = FilterBudget()
    chosen = Deque((log.start..<log.end).filter { choice.includes(log[$0], within: &budget) })
  }

  private mutating func dropGone() {
    let start = live.start
    while let first = chosen.first, first < start { chosen.removeFirst() }
  }

  /// What is shown where there is so much room.
  private func view(of extent: Viewport.Extent) -> Viewport {
    // The line may have gone from the log or from the choice: then the next one.
    var low = 0
    var high = chosen.count
    while low < high {
      let middle = (low + high) / 2
      if chosen[middle] < top ?? .max { low = middle + 1 } else { high = middle }
    }
    var view = Viewport(top: low)
    view.fit(extent)
    return view
  }
}
