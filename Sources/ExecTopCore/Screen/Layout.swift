/// Where things stand on a screen of a given size.
public struct Layout: Equatable, Sendable {
  /// A column of the table as it stands on the screen.
  public struct Place: Equatable, Sendable {
    public var column: TableColumn
    public var start: Int
    public var width: Int
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

  public init(size: Size, query: Query, mode: Mode, hasTrace: Bool = false) {
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
    places = Layout.places(width: tableWidth, sort: query.sort)
  }

  public func column(at x: Int) -> Place? {
    places.last { $0.start <= x }
  }

  /// The columns for which there is room: the sorted one first, then in the order of their use.
  private static func places(width: Int, sort: Column) -> [Place] {
    var chosen: Set<TableColumn> = [.path]
    var left = width - TableColumn.leastPathWidth
    for column in TableColumn.byUse.sorted(by: { left, _ in left.sort == sort && sort != .path }) {
      guard let needed = column.width, needed + 1 <= left else { continue }
      // What comes later is of less use: it must not stand where this has no room.
      left -= needed + 1
      chosen.insert(column)
    }
    var places: [Place] = []
    var start = 0
    for column in TableColumn.allCases where chosen.contains(column) {
      let columnWidth = column.width ?? max(0, width - start)
      places.append(Place(column: column, start: start, width: columnWidth))
      start += columnWidth + 1
    }
    return places
  }
}

/// A column of the table, in the order in which they stand.
public enum TableColumn: CaseIterable, Sendable {
  case rate, count, failed, peak, last, path

  /// The order in which columns appear as a terminal gets wider.
  static let byUse: [TableColumn] = [.rate, .count, .failed, .last, .peak]

  static let leastPathWidth = 11

  var name: String {
    switch self {
    case .rate: "RATE/S"
    case .count: "COUNT"
    case .failed: "FAILED"
    case .peak: "PEAK/S"
    case .last: "LAST"
    case .path: "PATH"
    }
  }

  /// Cells; nil for the path, which takes what is left.
  var width: Int? {
    switch self {
    case .rate: 8
    case .count: 9
    case .failed: 8
    case .peak: 8
    case .last: 5
    case .path: nil
    }
  }

  /// By what a click on its name sorts.
  var sort: Column? {
    switch self {
    case .rate: .rate
    case .count: .count
    case .failed: .failed
    case .peak: .peak
    case .last: .last
    case .path: .path
    }
  }
}
