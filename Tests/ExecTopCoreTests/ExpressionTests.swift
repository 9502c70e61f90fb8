import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// Expressions and paths that would keep a matcher busy for ever.
private let endless: [(expression: String, path: String)] = [
  ("~(a+)+$", String(repeating: "a", count: 254) + "!"),
  ("~.*.*.*.*x$", String(repeating: "x", count: 254) + "a"),
  ("~(?:a|aa|aaa)*$", String(repeating: "a", count: 254) + "!"),
  ("~^((((a?)*)*)*)*$", String(repeating: "a", count: 254) + "!"),
  ("~(x+x+)+y", String(repeating: "x", count: 254) + "!y"),
  ("~^(?:(?=(a+))\\1?){9,}(?:a|aa)*$", String(repeating: "a", count: 254) + "!"),
]

@Suite("Expression")
struct ExpressionTests {
  @Test("what takes too long on a path is not decided, and takes no more than its share", arguments: endless)
  func undecided(expression: String, path: String) throws {
    var budget = FilterBudget(1 << 22, pathLimit: 1 << 15)
    let decision = try Filter(expression).decide(Path(path), within: &budget)
    #expect(decision == .undecided)
    // The last step can go over a whole path at once.
    #expect((0...300).contains((1 << 22) - (1 << 15) - budget.left + 300))
  }

  @Test("the same expressions are decided where they can be", arguments: endless)
  func decided(expression: String, path: String) throws {
    #expect(try Filter(expression).decide(Path("/bin/false")) != .undecided)
  }

  @Test("a match may use memory, but not without bound")
  func memory() throws {
    let path = Path(Array(repeating: 0x61, count: 4096))
    var budget = FilterBudget(.max, pathLimit: .max)
    // A frame for each character, each with the captures of a hundred groups.
    let groups = String(repeating: "()", count: 100)
    let decision = try Filter("~\(groups)(?:(a)|b)*c?$").decide(path, within: &budget)
    #expect(decision == .undecided)
  }

  @Test("an expression that calls itself for ever is not decided")
  func recursion() throws {
    #expect(try Filter("~(?:(?R))*a|(?R)b").decide(Path("ab")) == .undecided)
  }

  @Test(
    "an expression that would compile to too much is refused",
    arguments: [
      "~((((a|b){1000}){1000}){1000}){1000}", "~(?:(?:(?:abc|d){99}){99}){99}",
      "~" + String(repeating: "(", count: 101) + String(repeating: ")", count: 101),
      "~" + String(repeating: "a", count: 1024),
    ])
  func tooLarge(text: String) {
    #expect(throws: FilterError.self) { try Filter(text) }
  }

  @Test("any other of the length allowed compiles", arguments: ["a", "(a)", "[^a]", "a|", ".*", "(?i)a"])
  func long(part: String) throws {
    let text = "~" + String(repeating: part, count: 1023 / part.utf8.count)
    _ = try Filter(text).decide(Path("/usr/bin/x"))
  }

  @Test(
    "every byte is a character of its own, newlines and what is no UTF-8 too",
    arguments: [
      ("~^/tmp/.*x$", [0x2f, 0x74, 0x6d, 0x70, 0x2f, 0xff, 0x0a, 0x78], true), ("~\\xff", [0xff], true),
      ("~\\xc3\\xa9", [0xc3, 0xa9], true), ("~é", [0xc3, 0xa9], true), ("~^..$", [0xc3, 0xa9], true),
      ("~a$", [0x61, 0x0a], false), ("~^b", [0x61, 0x0a, 0x62], false), ("~^$", [], true), ("~", [], true),
      ("~\\x00", [0x61], false),
    ] as [(String, [UInt8], Bool)])
  func bytes(text: String, path: [UInt8], isMatch: Bool) throws {
    #expect(try Filter(text).decide(Path(path)) == (isMatch ? .matches : .differs))
  }
}

@Suite("Decisions")
struct DecisionsTests {
  private func hostile(_ count: Int) -> [Path] {
    // Of 255 bytes, each another.
    (0..<count).map { number in
      let name = String(number)
      return Path(String(repeating: "a", count: 254 - name.utf8.count) + "!" + name)
    }
  }

  @Test("thousands of hostile paths take one budget for a listing, and are decided over the next ones")
  func sharedBudget() throws {
    let paths = hostile(300)
    let filter = try Filter("~(a+)+$")
    var decisions = Decisions()
    var deferred: [Int] = []
    repeat {
      decisions.begin(filter, budget: FilterBudget(1 << 22, pathLimit: 1 << 15))
      for (slot, path) in paths.enumerated() {
        let id = PathID(slot: slot, generation: 0)
        // Not decided is shown.
        let isShown = decisions.shows(id, path)
        #expect(isShown && decisions.isUndecided(id))
      }
      deferred.append(paths.indices.count { decisions.isDeferred(PathID(slot: $0, generation: 0)) })
    } while decisions.isIncomplete && deferred.count < 10
    // A budget is for 128 paths that take all they may, less what their last steps took beyond it.
    #expect(deferred.count == 3 && deferred[2] == 0)
    #expect((172...175).contains(deferred[0]) && (44...50).contains(deferred[1]))
  }

  @Test("a path is matched once for a filter, and again for another filter or when its slot is another path's")
  func once() throws {
    var decisions = Decisions()
    func left(_ text: String, _ path: String, generation: UInt32 = 0) throws -> Int {
      decisions.begin(try Filter(text), budget: FilterBudget(1000, pathLimit: 1000))
      _ = decisions.shows(PathID(slot: 1, generation: generation), Path(path))
      return decisions.stepsLeft
    }
    let steps = try [
      left("~a.*b", "/aaa/b"), left("~a.*b", "/aaa/b"), left("~a.*b", "/aaa/c/b", generation: 2),
      left("~a.*c", "/aaa/c/b", generation: 2), left("~a.*c", "/aaa/c/b", generation: 2),
    ]
    #expect(steps.map { $0 < 1000 } == [true, false, true, true, false])
  }

  @Test("no filter keeps nothing and shows everything")
  func none() throws {
    var decisions = Decisions()
    let id = PathID(slot: 70_000, generation: 0)
    decisions.begin(try Filter("x"))
    var isShown = decisions.shows(id, Path("/a"))
    #expect(!isShown)
    decisions.begin(nil)
    isShown = decisions.shows(id, Path("/a"))
    #expect(isShown)
    #expect(!decisions.isUndecided(id) && decisions.knownCount == 0)
  }

  @Test("a row that is not decided stands in the listing, with a mark, and in every record")
  func marks() throws {
    let filter = try Filter("~(a+)+$")
    let path = String(repeating: "a", count: 40) + "!"
    var board = Board(["/b!": 2, path: 1], query: Query(filter: filter), columns: 120)
    #expect(board.lines[5].hasSuffix(" ?" + path))
    #expect(board.grid[row: 5].contains { $0.scalar == "?" && $0.style == .warning })
    #expect(board.listed == [path])
    board.press(.text("d"))
    #expect(board.lines[5].hasSuffix(" ?" + path))
    var decisions = Decisions()
    let record = Record(
      time: WallTime(milliseconds: 0), mode: .attempts, tally: board.state.tally, query: board.state.query,
      decisions: &decisions, limit: nil, isUnicode: true)
    #expect(record.text.contains(" ?\(path)\n"))
    #expect(record.json.contains(#"{"path":"\#(path)","undecided":true,"count""#))
    #expect(record.csv.contains(",false,true,false,1,"))
  }

  @Test("what had to wait is decided at the next snapshot, even if nothing was run", arguments: [false, true])
  func quiet(isPaused: Bool) throws {
    var state = AppState(
      mode: .attempts, capacity: nil, countsFromZero: true, choices: Choices(), filter: try Filter("~(a+)+$"),
      size: Size(rows: 24, columns: 80), began: 0)
    let paths = hostile(200)
    var snapshots = Snapshots()
    var snapshot = snapshots.at(1, rows: paths.map { ($0, 1) })
    _ = state.handle(.snapshot(snapshot))
    #expect(state.decisions.isIncomplete)
    if isPaused { _ = state.handle(.key(.text("p"))) }
    for time in 2...6 {
      snapshot.time = Seconds(time)
      _ = state.handle(.snapshot(snapshot))
    }
    #expect(!state.decisions.isIncomplete)
    let revision = state.revision
    // And from then on nothing is done anew.
    snapshot.time = 6.5
    _ = state.handle(.snapshot(snapshot))
    #expect(state.revision == revision)
  }

  @Test("trace lines that cannot be decided are shown, within one budget")
  func trace() throws {
    var budget = FilterBudget(1000, pathLimit: 500)
    let choice = TraceChoice(filter: try Filter("~(a+)+$"))
    for _ in 0..<100 {
      let isShown = choice.includes(TraceLine(Array(repeating: 0x61, count: 100) + [0x21]), within: &budget)
      #expect(isShown)
    }
    #expect(budget.left == 0)
  }
}
