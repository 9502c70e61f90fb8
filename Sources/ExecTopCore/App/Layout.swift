import ExecTopCounting
import ExecTopTable

/// Where things stand on a screen of a given size.
public struct Layout: Equatable, Sendable {
  /// A column of the table as it stands on the screen.
  public struct Place: Equatable, Sendable {
    public var column: Column
    public var start: Int
    public var width: Int

    /// The column behind it.
    package var end: Int { start + width }
  }

  public let size: Size
  /// How many lines of figures stand above the table, the most important first.
  public let headerLines: Int
  public let columnNamesRow: Int
  public let tableRows: Range<Int>
  public let places: [Place]
  /// Cells from the left that the table takes.
  public let tableWidth: Int
  /// Nil while the trace pane is closed or has no room.
  public let trace: TraceArea?

  /// The least that is of use.
  public static let smallest = Size(rows: 5, columns: 20)

  /// Too small to be of use.
  public var isTooSmall: Bool { size.rows < Layout.smallest.rows || size.columns < Layout.smallest.columns }

  /// The last line: keys, the prompt, a message.
  public var footerRow: Int { size.rows - 1 }

  /// What help and details have between their title and the footer.
  public var pageRows: Range<Int> { 1..<max(1, size.rows - 1) }

  static let leastPathWidth = 10
  /// What a path should have beyond that before a column that says nothing of its own takes room.
  static let morePathWidth = 20

  /// - Parameters:
  ///   - table: the columns there are.
  ///   - columns: those for which there may be room, beside the names of the rows.
  public init(
    size: Size, sort: Column, table: ColumnTable = .standard, columns: Set<Column>, view: View = .path,
    hasTrace: Bool = false
  ) {
    self.size = size
    let isBeside = hasTrace && size.columns >= TraceArea.leastColumnsBeside
    // Column names, two rows and the footer come before a further line of figures; so does a pane below.
    headerLines = min(4, max(1, size.rows - (hasTrace && !isBeside ? 8 : 4)))
    columnNamesRow = headerLines
    let body = headerLines..<max(headerLines + 1, size.rows - 1)
    trace = hasTrace ? TraceArea(body: body, columns: size.columns) : nil
    tableWidth = isBeside ? trace.map { $0.columns.lowerBound - 1 } ?? size.columns : size.columns
    let tableEnd = isBeside ? body.upperBound : trace?.titleRow ?? body.upperBound
    tableRows = (headerLines + 1)..<max(headerLines + 1, tableEnd)
    places = Layout.places(width: tableWidth, sort: sort, table: table, columns: columns, view: view)
  }

  public func column(at x: Int) -> Place? {
    places.last { $0.start <= x }
  }

  /// The columns for which there is room: the sorted one first, then in the order of their use.
  private static func places(
    width: Int, sort: Column, table: ColumnTable, columns: Set<Column>, view: View
  ) -> [Place] {
    let wanted = table.byUse.filter { columns.contains($0) }
    let sorted = wanted.filter { $0 == sort }
    var widths: [Column: Int] = [:]
    var left = width - leastPathWidth
    for column in sorted + wanted.filter({ $0 != sort }) {
      guard let needed = column.width else { continue }
      // What comes later is of less use: it must not stand where this has no room.
      let isExtra = column.isExtra && column != sort
      guard needed + 1 <= left - (isExtra ? morePathWidth : 0) else { break }
      left -= needed + 1
      widths[column] = needed
    }
    // Where all columns have room, there is some for a longer trend, up to a cell a second; half of what paths need not.
    if let column = wanted.first(where: \.content.isTrend), let trend = widths[column],
      wanted.allSatisfy({ widths[$0] != nil })
    {
      widths[column] = trend + max(0, min(History.seconds - trend, (left - morePathWidth) / 2))
    }
    var places: [Place] = []
    var start = 0
    for column in table.columns {
      // What rows are called takes what is left.
      guard let width = column.content.view == view ? max(0, width - start) : widths[column] else { continue }
      places.append(Place(column: column, start: start, width: width))
      start += width + 1
    }
    return places
  }
}
