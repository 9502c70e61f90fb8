import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Layout")
struct LayoutTests {
  private func places(_ width: Int, sort: Column = .rate, columns: [Column] = ColumnTable.standard.columns)
    -> [Layout.Place]
  {
    Layout(size: Size(rows: 24, columns: width), sort: sort, columns: Set(columns)).places
  }

  @Test("columns stand side by side, the path in what is left", arguments: ColumnTable.standard.sortable)
  func sideBySide(sort: Column) {
    for width in 20...300 {
      let places = places(width, sort: sort)
      for (left, right) in zip(places, places.dropFirst()) { #expect(right.start == left.end + 1) }
      #expect(places.last?.column == .path)
      #expect(places.last?.end == width)
      #expect(places.last?.width ?? 0 >= Layout.leastPathWidth)
      #expect(places.contains { $0.column == sort })
    }
  }

  @Test("a wider terminal shows all that a narrower one does", arguments: ColumnTable.standard.sortable)
  func grows(sort: Column) {
    var before: Set<Column> = []
    for width in 20...300 {
      let now = Set(places(width, sort: sort).map(\.column))
      #expect(now.isSuperset(of: before), "\(width) columns")
      before = now
    }
    #expect(before == Set(ColumnTable.standard.columns).subtracting([.launch, .user, .unit]))
  }

  @Test("the trend grows with the terminal, to a cell a second, and leaves the path the larger part")
  func trend() {
    let widths = (20...400).map { width in
      (trend: places(width).first { $0.column == .trend }?.width ?? 0, path: places(width).last?.width ?? 0)
    }
    #expect(widths.map(\.trend) == widths.map(\.trend).sorted())
    #expect(Set(widths.map(\.trend)).isSuperset(of: [0, 12, 30, 60]))
    #expect(widths.map(\.trend).max() == History.seconds)
    #expect(widths.allSatisfy { $0.trend == 0 || $0.path >= Layout.leastPathWidth + Layout.morePathWidth })
  }

  @Test("a column that is not wanted takes no room, at any width")
  func unwanted() {
    let columns = ColumnTable.standard.columns.filter { $0 != .count && $0 != .trend }
    for width in [20, 60, 80, 300] {
      #expect(!places(width, columns: columns).contains { $0.column == .count || $0.column == .trend })
    }
    #expect(places(300, columns: [.path]).map(\.column) == [.path])
  }

  @Test("rows of figures come and go with the height", arguments: [(5, 1, 2), (6, 2, 2), (8, 4, 2), (24, 4, 18)])
  func rows(height: Int, figures: Int, table: Int) {
    let layout = Layout(size: Size(rows: height, columns: 80), sort: .rate, columns: Set(ColumnTable.standard.columns))
    #expect(layout.headerLines == figures)
    #expect(layout.tableRows.count == table)
    #expect(layout.footerRow == height - 1)
  }
}
