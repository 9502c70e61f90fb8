import ExecTopApp
import ExecTopCounting
import ExecTopTable
import ExecTopText

/// Which rows of how many are shown, and where the selected one is: at the right end of the column names.
enum PositionLabel {
  static func draw(_ state: AppState, layout: Layout, on canvas: inout Canvas) {
    let names = layout.columnNamesRow
    // From the longest form to the shortest; a blank stays between it and the last name.
    let end = layout.tableWidth
    let taken = canvas.grid[row: names].prefix(end).lastIndex { $0.scalar != " " }
    let first = taken.map { $0 - canvas.grid[row: names].startIndex + 2 } ?? 0
    guard let text = texts(state).first(where: { first + $0.unicodeScalars.count <= end }) else { return }
    canvas.write(text, row: names, endingAt: end, style: .header)
  }

  /// From the longest form to the shortest. None if there are no rows.
  static func texts(_ state: AppState) -> [String] {
    guard !state.listing.isEmpty else { return [] }
    func number(_ row: Int) -> String { Format.count(UInt64(clamping: row)) }
    let shown = state.shownRows
    let range = "\(number(shown.lowerBound + 1))–\(number(shown.upperBound))"
    let count = number(state.listing.count)
    let position = "\(range) of \(count)"
    var texts = [position, "\(range)/\(count)", "of \(count)"]
    if state.followsSelection {
      texts.insert("\(position)  following", at: 0)
      texts.insert("\(position)  F", at: 1)
    } else if let row = state.selectedRow, !shown.contains(row) {
      texts.insert("\(position)  selected: row \(number(row + 1))", at: 0)
      texts.insert("\(position)  selected: \(number(row + 1))", at: 1)
    }
    return texts
  }
}
