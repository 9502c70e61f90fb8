import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Viewport")
struct ViewportTests {
  private let extent = Viewport.Extent(rows: 10, height: 4)

  @Test(
    "scrolling stops where the last row is at the end of the view",
    arguments: [
      (0, .up, 0), (0, .down, 1), (6, .down, 6), (5, .down, 6), (0, .pageDown, 4), (4, .pageDown, 6), (6, .pageUp, 2),
      (2, .pageUp, 0), (3, .first, 0), (3, .last, 6),
    ] as [(Int, Move, Int)])
  func scrolls(top: Int, move: Move, wanted: Int) {
    var view = Viewport(top: top)
    view.scroll(move, in: extent)
    #expect(view.top == wanted)
    #expect(view.rows(in: extent) == wanted..<wanted + 4)
    #expect(view.isAtEnd(of: extent) == (wanted == 6))
  }

  @Test("the wheel scrolls by rows, within the same bounds", arguments: [(0, -3, 0), (0, 3, 3), (5, 3, 6), (2, -3, 0)])
  func wheel(top: Int, rows: Int, wanted: Int) {
    var view = Viewport(top: top)
    view.scroll(by: rows, in: extent)
    #expect(view.top == wanted)
  }

  @Test(
    "the selection moves, and the view by as little as shows it",
    arguments: [
      (0, 0, .down, 1, 0), (0, 3, .down, 4, 1), (6, 9, .down, 9, 6), (6, 6, .up, 5, 5), (0, 2, .pageDown, 6, 3),
      (3, 6, .pageUp, 2, 2), (3, 6, .first, 0, 0), (3, 6, .last, 9, 6),
      // Nothing is selected.
      (3, nil, .down, 3, 3), (3, nil, .up, 3, 3), (3, nil, .pageDown, 7, 4), (3, nil, .first, 0, 0),
      // What is selected is out of view: an arrow key shows it, a page is one of the view.
      (0, 8, .up, 8, 5), (0, 8, .down, 8, 5), (5, 1, .down, 1, 1), (5, 1, .pageDown, 9, 6), (0, 8, .last, 9, 6),
    ] as [(Int, Int?, Move, Int, Int)])
  func selects(top: Int, selected: Int?, move: Move, wanted: Int, wantedTop: Int) {
    var view = Viewport(top: top)
    #expect(view.select(move, from: selected, in: extent) == wanted)
    #expect(view.top == wantedTop)
  }

  @Test(
    "a list that gets shorter leaves no room empty that rows could fill", arguments: [(10, 6), (8, 4), (3, 0), (0, 0)])
  func fits(rows: Int, wanted: Int) {
    var view = Viewport(top: 6)
    let extent = Viewport.Extent(rows: rows, height: 4)
    view.fit(extent)
    #expect(view.top == wanted)
    #expect(view.rows(in: extent).count == min(rows, 4))
  }

  @Test("no extent is too large or too small", arguments: [0, 1, 5, Int.max], [Int.min, 0, 1, Int.max])
  func extremes(rows: Int, height: Int) {
    let extent = Viewport.Extent(rows: rows, height: height)
    for move in [Move.up, .down, .pageUp, .pageDown, .first, .last] {
      for top in [0, 3, Int.max] {
        var view = Viewport(top: top)
        _ = view.rows(in: extent)
        view.fit(extent)
        view.scroll(move, in: extent)
        _ = view.select(move, from: rows > 0 ? rows - 1 : nil, in: extent)
        #expect(view.rows(in: extent).upperBound <= rows)
      }
    }
  }
}

@Suite("Double clicks")
struct DoubleClickTests {
  private func press(_ row: Int, _ column: Int = 0) -> Key { .mouse(.press, Position(row: row, column: column)) }

  @Test("two presses on a row, shortly one after the other, are a double click, and a third one begins anew")
  func double() {
    var clicks = DoubleClick()
    #expect(clicks.mark(press(3), at: 10) == press(3))
    #expect(clicks.mark(press(3, 4), at: 10.3) == .mouse(.doublePress, Position(row: 3, column: 4)))
    #expect(clicks.mark(press(3), at: 10.5) == press(3))
  }

  @Test("presses far apart, on different rows, or with a key between are none")
  func single() {
    var clicks = DoubleClick()
    for (key, time) in [
      (press(3), 10.0), (press(3), 11), (press(4), 11.1), (.up, 11.2), (press(4), 11.3),
      (.mouse(.wheelUp, Position(row: 4, column: 0)), 11.4),
      (press(4), 11.5),
    ] as [(Key, Seconds)] {
      #expect(clicks.mark(key, at: time) == key)
    }
  }
}
