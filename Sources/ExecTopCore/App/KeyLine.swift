import ExecTopCounting
import ExecTopTable

/// The keys that the last line names, and where: what it shows, and what a click on it presses.
package struct KeyLine: Equatable {
  package struct Item: Equatable {
    /// The keys as they are written, without blanks: `<>`.
    package var label: String
    /// What they do.
    package var text: String
    /// One for each character of the label, or a single one.
    var keys: [Key]
    package var columns: Range<Int>
  }

  package let items: [Item]

  private static let gap = 2

  /// None while a message stands in their place.
  package init(of state: AppState) {
    let width = state.size.columns
    if let prompt = state.prompt {
      items = KeyLine.inPrompt(isRefused: prompt.error != nil, width: width)
    } else if state.replay?.prompt != nil {
      items = KeyLine.inPrompt(isRefused: false, width: width)
    } else if state.footerMessage != nil {
      items = []
    } else {
      var end = 0
      let works = KeyMap.lineItems(in: state.place).filter { item in
        state.execLog != nil || item.keys.first.flatMap { KeyMap.action(for: $0, in: state.place) } != .execs
      }
      items = works.map { item in
        let item = KeyLine.place(item, at: end)
        end = item.columns.upperBound + KeyLine.gap
        return item
      }.prefix { $0.columns.upperBound <= width }.map { $0 }
    }
  }

  /// At the right end, where they leave room for what is typed.
  private static func inPrompt(isRefused: Bool, width: Int) -> [Item] {
    guard width >= 50 else { return [] }
    var end = width
    let wanted: [(String, Key, String)] =
      [("Esc", .escape, "cancel")] + (isRefused ? [] : [("Enter", .enter, "apply")])
    return wanted.map { label, key, text in
      let item = place((label, [key], text), at: end - label.count - 1 - text.count)
      end = item.columns.lowerBound - gap
      return item
    }.reversed()
  }

  private static func place(_ item: (label: String, keys: [Key], text: String), at column: Int) -> Item {
    Item(
      label: item.label, text: item.text, keys: item.keys,
      columns: column..<column + item.label.count + 1 + item.text.count)
  }

  /// What a click on a column presses.
  func key(at column: Int) -> Key? {
    guard let item = items.first(where: { $0.columns.contains(column) }) else { return nil }
    let place = column - item.columns.lowerBound
    return item.keys.indices.contains(place) ? item.keys[place] : item.keys.last
  }
}
