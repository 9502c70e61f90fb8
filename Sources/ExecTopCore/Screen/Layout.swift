/// Where things stand on a screen of a given size.
public struct Layout: Equatable, Sendable {
  /// A column of the table as it stands on the screen.
  public struct Place: Equatable, Sendable {
    public var column: TableColumn
    public var start: Int
    public var width: Int

    /// The column behind it.
    var end: Int { start + width }
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

  /// - Parameter columns: those for which there may be room.
  public init(size: Size, sort: Column, columns: Set<TableColumn>, hasTrace: Bool = false) {
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
    places = Layout.places(width: tableWidth, sort: sort, columns: columns)
  }

  /// Rows say what part they are of all.
  var hasShares: Bool { places.contains { $0.column == .share } }

  public func column(at x: Int) -> Place? {
    places.last { $0.start <= x }
  }

  /// The columns for which there is room: the sorted one first, then in the order of their use.
  private static func places(width: Int, sort: Column, columns: Set<TableColumn>) -> [Place] {
    let wanted = TableColumn.byUse.filter { columns.contains($0) }
    let sorted = wanted.filter { $0.sort == sort }
    var widths: [TableColumn: Int] = [:]
    var left = width - TableColumn.leastPathWidth
    for column in sorted + wanted.filter({ $0.sort != sort }) {
      guard let needed = column.width else { continue }
      // What comes later is of less use: it must not stand where this has no room.
      let isExtra = column.isExtra && column.sort != sort
      guard needed + 1 <= left - (isExtra ? TableColumn.morePathWidth : 0) else { break }
      left -= needed + 1
      widths[column] = needed
    }
    // Where all columns have room, there is some for a longer trend, up to a cell a second; half of what paths need not.
    if let trend = widths[.trend], wanted.allSatisfy({ widths[$0] != nil }) {
      widths[.trend] = trend + max(0, min(History.seconds - trend, (left - TableColumn.morePathWidth) / 2))
    }
    var places: [Place] = []
    var start = 0
    for column in TableColumn.allCases {
      guard let width = column == .path ? max(0, width - start) : widths[column] else { continue }
      places.append(Place(column: column, start: start, width: width))
      start += width + 1
    }
    return places
  }
}

/// A column of the table, in the order in which they stand.
public enum TableColumn: String, CaseIterable, Sendable {
  case rate, trend, count, share, failed, peak, last, path

  /// The order in which columns appear as a terminal gets wider.
  static let byUse: [TableColumn] = [.rate, .count, .failed, .last, .trend, .peak, .share]

  static let leastPathWidth = 10
  /// What a path should have beyond that before a column that says nothing of its own takes room.
  static let morePathWidth = 20

  /// It says in another way what other columns say.
  var isExtra: Bool { self == .trend || self == .share || self == .peak }

  var name: String {
    switch self {
    case .rate: "RATE/S"
    case .trend: "LAST MINUTE"
    case .count: "COUNT"
    case .share: "SHARE"
    case .failed: "FAILED"
    case .peak: "PEAK/S"
    case .last: "LAST"
    case .path: "PATH"
    }
  }

  /// The name stands at the left of the column.
  var isText: Bool { self == .path || self == .trend }

  /// Cells; nil for the path, which takes what is left.
  var width: Int? {
    switch self {
    case .rate: 8
    case .trend: 12
    case .count: 9
    case .share: 6
    case .failed: 8
    case .peak: 8
    case .last: 5
    case .path: nil
    }
  }

  /// By what a click on its name sorts. Nil if it has no order of its own.
  var sort: Column? {
    switch self {
    case .rate: .rate
    case .count: .count
    case .failed: .failed
    case .peak: .peak
    case .last: .last
    case .path: .path
    case .trend, .share: nil
    }
  }
}
