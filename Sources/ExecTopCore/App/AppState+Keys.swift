import ExecTopCounting
import ExecTopTable
import ExecTopText

// What keys do outside the prompt.
extension AppState {
  mutating func handle(_ key: Key) -> [Effect] {
    // A click is on what is shown now, and a message goes with it.
    let keyLine = KeyLine(of: self)
    message = nil
    if case .mouse(let action, let position) = key { return handleMouse(action, at: position, keyLine: keyLine) }
    return press(key)
  }

  mutating func press(_ key: Key) -> [Effect] {
    let place = place
    if replay?.prompt != nil { return handleInSeekPrompt(key) }
    if place == .prompt { return handleInPrompt(key) }
    guard let action = KeyMap.action(for: key, in: place, table: table) else {
      message = Message("\(key.name) does nothing here" + (place == .help ? "" : "; ? lists the keys"))
      return []
    }
    switch place {
    case .table, .trace, .prompt: return perform(action)
    case .details: return performOnDetails(action)
    case .help: return performOnHelp(action)
    }
  }

  private mutating func perform(_ action: Action) -> [Effect] {
    if let effects = performInReplay(action) { return effects }
    switch action {
    case .sort(let column): sort(by: column)
    case .moveSort(let places): moveSort(places)
    case .invert: query.isInverted.toggle()
    case .outcome:
      repeat { query.outcome = query.outcome.next } while !isKnown(query.outcome)
    case .filter: prompt = FilterPrompt(line: Prompt(query.filter?.text ?? ""), before: query.filter)
    case .view: showNextView()
    case .group: toggleGroups()
    case .open: return open()
    case .expand: setExpanded(true)
    case .collapse: setExpanded(false)
    case .execs:
      if execLog == nil {
        message = "single execs are told of a path, where processes are looked at"
      } else {
        showsExecs.toggle()
      }
      return []
    case .follow: toggleFollowing()
    case .scale: hasSharedScale.toggle()
    case .save: return [.save(choices)]
    case .cost:
      cost = cost == nil ? Cost() : nil
      return [.measureCost(cost != nil)]
    case .pause:
      frozen = isPaused ? nil : live
      frozenLog = frozen == nil ? nil : liveLog
      trace?.setPaused(frozen != nil)
    case .reset:
      resetsNext = true
      message = "counters reset (u undoes)"
      return [.sample]
    case .undoReset:
      message = live.undoReset() ? "reset undone" : "no reset to undo"
      // Both have had the same resets.
      _ = frozen?.undoReset()
    case .faster: return step(to: AppState.steps.last { $0 < interval }, "shortest")
    case .slower: return step(to: AppState.steps.first { $0 > interval }, "longest")
    case .refresh:
      if isPaused { message = "paused; p resumes" }
      return [.sample]
    case .move(let move):
      if !moveTrace(move) { moveSelection(move) }
      return []
    case .trace: return toggleTrace()
    case .focus:
      focusTrace()
      return []
    case .ownOnly:
      showOwnLinesOnly()
      return []
    case .help:
      page = .help
      helpView = Viewport()
      return []
    case .back: goBack()
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .leave, .quit: return [.quit]
    // Of a recording only.
    case .stepOn, .stepBack, .seek, .nextSpike: return []
    }
    list()
    return []
  }

  private mutating func performOnDetails(_ action: Action) -> [Effect] {
    switch action {
    case .back, .leave, .open: page = .table
    case .move(let move): moveDetails(move)
    default: return perform(action)
    }
    return []
  }

  private mutating func performOnHelp(_ action: Action) -> [Effect] {
    switch action {
    case .back, .leave, .help: page = .table
    case .move(let move): helpView.scroll(move, in: helpExtent)
    default: return perform(action)
    }
    return []
  }

  /// On the table, Esc undoes what restricts the view, the last first.
  private mutating func goBack() {
    if place == .trace {
      trace?.isFocused = false
    } else if selectedRow != nil {
      selection = nil
      followsSelection = false
    } else if query.filter != nil {
      // What the filter hides would be selected again.
      selection = nil
      query.filter = nil
    } else {
      message = "nothing is selected and no filter is set; q quits"
    }
  }

  /// Rows can be chosen by it.
  private func isKnown(_ outcome: Outcome) -> Bool {
    switch outcome {
    case .all, .succeeded: true
    case .failed: mode.seesFailures
    case .endedWithError: tally.uses != nil
    }
  }

  mutating func sort(by column: Column) {
    if isKnown(column) {
      query.sort = column
    } else if column.launched == nil, column.needs.map({ tally.sees($0, in: mode) }) ?? true {
      message = "\(column.name) is known of paths alone, whoever runs them: nothing to sort by"
    } else {
      let part = column.needs.map(\.rawValue) ?? column.name
      let verb = column.needs == .failures ? "are" : "is"
      message = "\(part) \(verb) not seen in the mode \(mode.rawValue): nothing to sort by"
    }
  }

  private mutating func moveSort(_ places: Int) {
    let columns = table.sortable.filter(isKnown)
    let place = (columns.firstIndex(of: query.sort) ?? 0) + places
    guard columns.indices.contains(place) else {
      message = "there is no column to sort by further to the \(places < 0 ? "left" : "right")"
      return
    }
    query.sort = columns[place]
  }

  /// The intervals that `+` and `-` step through, in seconds.
  private static let steps: [Seconds] = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 1800, 3600]

  private mutating func step(to seconds: Seconds?, _ bound: String) -> [Effect] {
    guard let seconds else {
      message = "\(Format.interval(interval)) is the \(bound) interval"
      return []
    }
    interval = seconds
    return [.setInterval(seconds)]
  }
}
