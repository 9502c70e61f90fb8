import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// A column that is nowhere but here: an entry is all that it takes.
private let invented = ColumnTable(
  ColumnTable.standard.columns.dropLast() + [
    Column(
      "length", title: "LENGTH", meaning: "the bytes of the path", key: "y", sortHelp: "the length of the path",
      width: 6, use: 11, unit: " B", combining: .highest,
      content: .figure(.faintZero) { value, cell in
        Format.count(UInt64(value.number ?? 0), width: cell.width)
      }, recordPlace: 11
    ) { tally, id in .count(UInt64(tally.path(of: id).bytes.count)) },
    .path,
  ])

@Suite("ColumnTable")
struct ColumnTableTests {
  private let length = invented.columns[invented.columns.count - 2]

  private func board() -> Board {
    Board(["/a/bbb": 1, "/a/bbbbb": 1, "/a/b": 9], columns: 120, table: invented)
  }

  @Test("names, keys and titles are different ones, the path stands last, and records have each field once")
  func consistent() {
    for table in [ColumnTable.standard, invented] {
      #expect(Set(table.columns.map(\.name)).count == table.columns.count)
      #expect(Set(table.columns.map(\.title)).count == table.columns.count)
      #expect(Set(table.columns.compactMap(\.key)).count == table.columns.compactMap(\.key).count)
      #expect(table.columns.last == .path)
      for view in View.allCases {
        #expect(table.columns.count { $0.content.view == view && $0.width == nil } == 1)
        let fields = table.fields(in: view).map(\.name)
        #expect(Set(fields).count == fields.count && fields.count > 10)
      }
      #expect(table.columns.count { $0.width == nil } == View.allCases.count)
      for column in table.sortable { #expect((column.key != nil) == !column.sortHelp.isEmpty) }
    }
    #expect(
      ColumnTable.standard.sortable.map(\.name)
        == ["cpu", "time", "running", "rate", "count", "failed", "avoidable", "exits", "peak", "last", "path"])
    #expect(ColumnTable.standard.sortable.filter { $0.key == nil } == [.time, .running, .avoidable, .exits])
  }

  @Test("a column that is added in one place is on the screen, and sorts by its key and by a click")
  func screenAndSort() throws {
    var board = board()
    #expect(board.lines[4].contains("LENGTH"))
    board.press(.text("y"))
    #expect(board.listed == ["/a/bbbbb", "/a/bbb", "/a/b"])
    #expect(board.lines[4].contains("LENGTH▼"))
    #expect(board.lines[3].hasPrefix("sort length"))
    #expect(board.lines[5].hasSuffix("     8  /a/bbbbb"))
    let place = try #require(board.state.layout.places.first { $0.column == length })
    board.mouse(.press, row: 4, column: place.end - 1)
    #expect(board.listed == ["/a/b", "/a/bbb", "/a/bbbbb"])
    board.press(.text("r"), .text(">"), .text(">"), .text(">"), .text(">"), .text(">"))
    #expect(board.state.query.sort == length)
  }

  @Test("it is combined by its own rule for a directory")
  func directories() throws {
    var board = board()
    board.press(.text("d"))
    #expect(board.lines[5].contains(" ▸ /a/"))
    #expect(board.lines[5].contains("       11 "))
  }

  @Test("it is in help, in the key table and in the details")
  func words() {
    let lines = HelpText.lines(width: 120, table: invented)
    #expect(lines.contains { $0.key == "LENGTH" && $0.text == "the bytes of the path" })
    #expect(lines.contains { $0.key == "y" && $0.text == "sort by the length of the path" })
    var board = board()
    board.press(.enter)
    #expect(board.grid.text.contains("length 4 B"))
  }

  @Test("it is in the records of every format")
  func records() {
    var decisions = Decisions()
    let record = Record(
      time: WallTime(milliseconds: 0), mode: .attempts, tally: .of(["/a": 1]), query: Query(sort: length),
      decisions: &decisions, limit: nil, isUnicode: true, table: invented)
    #expect(record.json.contains(#","length":2}"#))
    #expect(Record.csvHeader(invented).contains(",ended,exits,wall,avoidable,length,paths,"))
    #expect(record.csv.split(separator: "\r\n")[1].hasSuffix(",2,,,,,,"))
    let lines = record.text.split(separator: "\n")
    #expect(lines[1].hasSuffix("LENGTH PATH") && lines[2].hasSuffix("      2 /a"))
  }

  @Test("the choices that are saved have it")
  func choices() {
    var board = board()
    board.press(.text("W"))
    var choices = Choices(table: invented)
    choices.sort = .rate
    #expect(board.effects == [.save(choices)])
    #expect(choices.columns.contains(length))
  }

  @Test("a sum with something unknown in it is unknown, a maximum is of what is known")
  func combining() {
    #expect(Value.sum(.count(1), .unknown) == .unknown)
    #expect(Value.sum(.count(.max), .count(5)) == .count(Saturating.most))
    #expect(Value.sum(.number(1), .number(0.5)) == .number(1.5))
    #expect(Value.highest(.unknown, .number(1)) == .number(1))
    #expect(Value.highest(.number(2), .unknown) == .number(2))
    #expect(Value.highest(.unknown, .unknown) == .unknown)
  }
}

@Suite("Marks and colours")
struct MarkTests {
  private func style(_ board: Board, row: Int, of column: Column) throws -> Style {
    let place = try #require(board.state.layout.places.first { $0.column == column })
    return board.grid[row: row][board.grid[row: row].startIndex + place.end - 1].style
  }

  @Test("failures of paths that were not found are a warning, others a failure; in a directory one of these is enough")
  func failures() throws {
    var board = Board(query: Query(sort: .path))
    board.sample(
      ["/a/x": 2, "/a/y": 2, "/a/z": 2], failures: [("/a/x", 2, 1), ("/a/x", 20, 1), ("/a/y", 2, 1), ("/a/y", 13, 1)])
    #expect(try style(board, row: 5, of: .failed) == .warning)
    #expect(try style(board, row: 6, of: .failed) == .failed)
    #expect(try style(board, row: 7, of: .failed) == .faint)
    board.press(.text("d"))
    #expect(try style(board, row: 5, of: .failed) == .failed)
    // After a reset the old ones no longer count.
    board.press(.text("d"), .text("z"))
    board.sample(
      ["/a/x": 2, "/a/y": 2, "/a/z": 2], failures: [("/a/x", 2, 1), ("/a/x", 20, 1), ("/a/y", 2, 1), ("/a/y", 13, 1)])
    board.sample(
      ["/a/x": 2, "/a/y": 3, "/a/z": 2], failures: [("/a/x", 2, 1), ("/a/x", 20, 1), ("/a/y", 2, 2), ("/a/y", 13, 1)])
    #expect(board.lines[5].hasSuffix("/a/y"))
    #expect(try style(board, row: 5, of: .failed) == .warning)
  }

  @Test("a name stands in the same column while it is marked as new and afterwards, and is not coloured")
  func newMark() throws {
    var board = Board(["/old": 1], query: Query(sort: .path))
    board.sample(["/old": 1], after: 9)
    board.sample(["/new": 1, "/old": 1])
    #expect(board.lines[5].hasSuffix("now +/new"))
    let place = try #require(board.state.layout.places.last)
    let cells = Array(board.grid[row: 5])
    #expect(cells[place.start].style == .faint && cells[place.start + 1].style == .plain)
    board.sample(["/new": 2, "/old": 1], after: 9)
    #expect(board.lines[5].hasSuffix("now  /new"))
    // The title stands over the names, not over the mark.
    let title = try #require(board.lines[4].firstRange(of: "PATH▲"))
    let name = try #require(board.lines[5].firstRange(of: "/new"))
    #expect(
      board.lines[4].distance(from: board.lines[4].startIndex, to: title.lowerBound)
        == board.lines[5].distance(from: board.lines[5].startIndex, to: name.lowerBound))
  }

  @Test("a filter and an outcome in force are marked, but not as an error")
  func inForce() {
    var board = Board(["/a": 1])
    board.press(.text("o"), .text("/"), .text("a"), .enter)
    let styles = Set(board.grid[row: 3].map(\.style))
    #expect(styles.contains(.active) && !styles.contains(.alert))
  }

  @Test("unreadable paths are a warning, other execs without a row an alert")
  func audit() {
    for (reason, style) in [(Reason.unreadable, Style.warning), (.mapFull, .alert), (.missed, .alert)] {
      var board = Board()
      board.sample(["/a": 1], totals: Totals(execs: 2, unattributed: [reason: 1]))
      #expect(Set(board.grid[row: 2].map(\.style)).intersection([.warning, .alert]) == [style])
    }
  }

  @Test("the selected row keeps the style of its graph")
  func selectedGraph() throws {
    var board = Board(["/a": 1])
    board.press(.down)
    #expect(try style(board, row: 5, of: .trend) == .selectedGraph)
    #expect(try style(board, row: 5, of: .count) == .selected)
  }

  @Test("s scales the graphs of all rows to one maximum, says so, and is saved")
  func scale() {
    var board = Board(["/a": 8, "/b": 4], query: Query(sort: .path))
    func bars() -> [Substring?] { (5...6).map { board.lines[$0].split(separator: " ").dropFirst().first } }
    #expect(bars() == ["█", "█"])
    board.press(.text("s"))
    #expect(bars() == ["█", "▄"])
    #expect(board.lines[3].contains("scale shared"))
    board.press(.text("W"))
    var choices = Choices()
    choices.sort = .path
    choices.hasSharedScale = true
    #expect(board.effects == [.save(choices)])
    #expect(choices.text.contains("shared-scale = true"))
    board.press(.text("s"))
    #expect(bars() == ["█", "█"])
  }

  @Test(
    "where failures are not seen, sorting by them says why it does nothing", arguments: [Mode.light, .tutorial, .map])
  func noFailures(mode: Mode) {
    var board = Board(["/a": 1], mode: mode)
    board.press(.text("x"))
    #expect(board.state.query.sort == .rate)
    #expect(board.lines[23].contains("failures are not seen in the mode \(mode.rawValue)"))
    board.press(.text(">"), .text(">"))
    #expect(board.state.query.sort == .peak)
    // As saved by a dashboard that saw them.
    #expect(Board(mode: mode, query: Query(sort: .failed)).state.query.sort == .rate)
  }

  @Test("a map's rows are told as the part of it that they fill; nothing where that is not known")
  func map() {
    var board = Board(["/a": 1, "/b": 1], capacity: 8)
    #expect(board.lines[1].contains("paths 2  map 25%"))
    // What has been moved out of the map has a row, but none in the map.
    board.snapshots.ledger.move(["/b": 1, "/c": 1])
    board.sample(["/a": 1])
    #expect(board.lines[1].contains("paths 3  map 13%"))
    #expect(!Board(["/a": 1], capacity: nil).lines[1].contains("map"))
  }

  @Test("at 120 columns no figure is left out, however large", arguments: [120, 200])
  func allFigures(columns: Int) {
    var board = Board(columns: columns)
    board.sample(["/a": 123_456_789_012], failures: [("/a", 2, 12_345_678_901)])
    for name in [
      "execs 123,456,789,012", "rate 123,456,789,012.0/s", "failed 12,345,678,901", "paths 1", "map 0%", "peak ",
    ] {
      #expect(board.lines[1].contains(name), "\(name)")
    }
  }
}
