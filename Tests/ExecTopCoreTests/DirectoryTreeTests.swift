import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("DirectoryTree")
struct DirectoryTreeTests {
  /// A tree of these paths by name, with the directory of this name opened, if any.
  private func board(
    _ counts: KeyValuePairs<String, UInt64>..., open: [String] = [], query: Query = Query(sort: .path)
  ) -> Board {
    var board = Board(query: query)
    for counts in counts { board.sample(counts) }
    board.press(.text("d"))
    for name in open {
      board.press(.home)
      while board.selected != name, board.state.selectedRow != board.listed.count - 1 { board.press(.down) }
      board.press(.right)
    }
    return board
  }

  @Test(
    "what a directory holds stands below it; a single directory stands in one row with the one above",
    arguments: [
      (["/bin/a", "/bin/b", "/usr/bin/c"], ["/", "/bin/", "/usr/bin/"]),
      (["/a/b/c/d"], ["/a/b/c/"]),
      // Relative paths and names are no part of the root.
      (["/a/x", "/b/x", "a", "./a", "../a/b"], ["../a/", "./", "/", "/a/", "/b/", "a"]),
      // A path that ends in a slash is no directory of another, and one of nothing else a name of its own.
      (["/a/", "/a/b", "/"], ["/", "/", "/a/", "/a/"]),
      // Slashes stay as they were given.
      (["//a//b", "/a/b", "/c"], ["/", "/a/", "/c", "//a//"]),
      (["", "a"], ["", "a"]),
    ] as [([String], [String])])
  func structure(paths: [String], listed: [String]) {
    var board = Board(query: Query(sort: .path))
    _ = board.state.handle(.snapshot(board.snapshots.at(1, rows: paths.map { (Path($0), 1) })))
    board.press(.text("d"))
    #expect(board.listed == listed)
  }

  @Test("a directory has the sums of what is below it, opened or not")
  func sums() throws {
    var board = board(
      ["/a/x": 1, "/a/b/y": 2, "/a/b/c/z": 4, "/w": 8], ["/a/x": 2, "/a/b/y": 4, "/a/b/c/z": 8, "/w": 16],
      open: ["/a/", "/a/b/"])
    board.sample(["/a/x": 2, "/a/b/y": 5, "/a/b/c/z": 9, "/w": 16], failures: [("/a/b/y", 2, 3), ("/w", 13, 1)])
    let rows = try #require(board.tree)
    #expect(board.listed == ["/", "/a/", "/a/b/", "/a/b/c/", "/a/b/y", "/a/x", "/w"])
    #expect(board.figures(.count) == [32, 16, 14, 9, 5, 2, 16])
    #expect(board.figures(.failed) == [4, 3, 3, 0, 3, 0, 1])
    #expect(board.figures(.rate) == [2, 2, 2, 1, 1, 0, 0])
    #expect(board.figures(.last) == [3, 3, 3, 3, 3, 2, 2])
    // Its paths peak at different times.
    #expect(board.figures(.peak).map { $0 == nil } == [true, true, true, true, false, false, false])
    #expect(rows.map(\.depth) == [0, 1, 2, 3, 3, 2, 1])
    #expect(board.state.tally.history(of: rows[2].source).suffix(2) == [6, 2])
  }

  @Test("sums of huge numbers stop rather than overflow")
  func hugeSums() {
    let totals = Totals(execs: Saturating.most, failed: nil)
    var board = Board(mode: .map)
    board.sample(["/a/x": Saturating.most, "/a/y": Saturating.most], totals: totals)
    board.sample(["/a/x": Saturating.most, "/a/y": Saturating.most], totals: totals)
    board.press(.text("d"))
    #expect(board.figures(.count) == [Double(Saturating.most)])
  }

  @Test(
    "rows of one directory are sorted like the table, equal ones by name",
    arguments: [
      (.count, false, ["/", "/b/", "/a/", "/c"]), (.count, true, ["/", "/c", "/a/", "/b/"]),
      (.rate, false, ["/", "/a/", "/b/", "/c"]), (.last, false, ["/", "/a/", "/b/", "/c"]),
      (.path, false, ["/", "/a/", "/b/", "/c"]), (.path, true, ["/", "/c", "/b/", "/a/"]),
      (.failed, false, ["/", "/c", "/b/", "/a/"]),
    ] as [(Column, Bool, [String])])
  func order(sort: Column, isInverted: Bool, listed: [String]) {
    var board = board(["/a/x": 2, "/b/x": 9, "/c": 1], query: Query(sort: sort, isInverted: isInverted))
    board.sample(["/a/x": 5, "/b/x": 9, "/c": 1], failures: [("/c", 2, 1)])
    #expect(board.listed == listed)
  }

  @Test("filter and outcome choose what is summed")
  func chosen() throws {
    var board = Board(query: Query(sort: .path, filter: try Filter("!y")))
    board.sample(["/a/x": 1, "/a/y": 2, "/b/z": 4], failures: [("/a/x", 2, 1)])
    board.press(.text("d"))
    #expect(board.listed == ["/", "/a/", "/b/"])
    #expect(board.figures(.count) == [5, 1, 4])
    board.press(.text("o"), .text("o"))
    #expect(board.listed == ["/a/"])
    #expect(board.figures(.count) == [1])
  }

  @Test("Enter opens and closes, → opens, ← closes, and none of them moves the selection")
  func openAndClose() {
    var board = board(["/a/x": 1, "/b/y": 2])
    board.press(.down, .down)
    #expect(board.selected == "/a/")
    for (key, isOpen) in [(Key.enter, true), (.enter, false), (.right, true), (.right, true), (.left, false)] {
      board.press(key)
      #expect(board.listed == (isOpen ? ["/", "/a/", "/a/x", "/b/"] : ["/", "/a/", "/b/"]))
      #expect(board.selected == "/a/")
    }
    board.press(.right, .down, .left)
    #expect(board.listed.contains("/a/x"))
    #expect(board.selected == "/a/x")
    board.press(.enter)
    #expect(board.lines[0].hasPrefix("details"))
    board.press(.escape)
    #expect(board.selected == "/a/x")
  }

  @Test("what is open stays open through new samples, closing the one above, and the plain table")
  func staysOpen() {
    var board = board(["/a/b/x": 1, "/a/c/x": 2])
    #expect(board.listed == ["/a/"])
    board.press(.home, .right, .down, .right)
    let open = ["/a/", "/a/b/", "/a/b/x", "/a/c/"]
    #expect(board.listed == open)
    board.sample(["/a/b/x": 2, "/a/c/x": 3])
    #expect(board.listed == open)
    board.press(.home, .left)
    #expect(board.listed == ["/a/"])
    board.press(.right, .text("d"))
    #expect(board.listed == ["/a/b/x", "/a/c/x"])
    board.press(.text("d"))
    #expect(board.listed == open)
  }

  @Test("an open directory that gets company stays open, and so does the way to it")
  func company() {
    var board = board(["/a/b/x": 1])
    board.press(.right)
    #expect(board.listed == ["/a/b/", "/a/b/x"])
    board.sample(["/a/b/x": 1, "/a/y": 1])
    #expect(board.listed == ["/a/", "/a/b/", "/a/b/x", "/a/y"])
  }

  @Test("grouping opens the way to the selected path, so that it stays selected and on the screen")
  func selectedPath() {
    var board = Board(["/a/b/x": 1, "/a/c/y": 2, "/z": 3], query: Query(sort: .path))
    board.press(.down, .down, .text("d"))
    #expect(board.selected == "/a/c/y")
    #expect(board.listed == ["/", "/a/", "/a/b/", "/a/c/", "/a/c/y", "/z"])
    #expect(board.state.selectedRow == 4)
    board.press(.text("c"))
    #expect(board.selected == "/a/c/y")
  }

  @Test("a click selects a directory, a double click opens it, a column's name sorts")
  func mouse() {
    var board = board(["/a/x": 1, "/b/y": 2])
    board.mouse(.press, row: 6, column: 60)
    #expect(board.selected == "/a/")
    board.mouse(.press, row: 7, column: 60)
    #expect(board.selected == "/b/")
    board.mouse(.doublePress, row: 7, column: 60)
    #expect(board.listed == ["/", "/a/", "/b/", "/b/y"])
    board.mouse(.press, row: 4, column: 28)
    #expect(board.listed == ["/", "/b/", "/b/y", "/a/"])
    #expect(board.selected == "/b/")
  }
}

extension Board {
  /// The figures of the rows of the tree in a column.
  fileprivate func figures(_ column: Column) -> [Double?] {
    (tree ?? []).map { column.value(of: $0.source, in: state.tally).number }
  }

  /// The rows of the tree; nil if it is a plain table.
  fileprivate var tree: [DirectoryTree.Row]? {
    guard case .tree(let rows) = state.listing else { return nil }
    return rows
  }
}
