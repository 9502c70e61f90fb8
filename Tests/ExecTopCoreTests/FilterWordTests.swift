import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopTable
@testable import ExecTopText

/// Filters of several words, and words of who runs a path.
@Suite("Filter words")
struct FilterWordTests {
  private static let launches = [
    LaunchSaid("/sbin/init /usr/sbin/cron /bin/sh /usr/bin/curl", user: 1000, group: 2, execs: 1),
    LaunchSaid("/sbin/init /usr/sbin/cron /bin/sh", user: 1000, group: 2, execs: 2),
    LaunchSaid("/sbin/init /usr/sbin/nginx /usr/bin/curl", user: 33, group: 3, execs: 4),
    LaunchSaid(
      paths: ["/sbin/init", "/usr/sbin/nginx", "/srv/a b"].map { Path($0) }, user: 33, group: 3, execs: 8),
    LaunchSaid("/sbin/init /worker /usr/bin/wget", user: 77, group: 5, execs: 16),
    LaunchSaid("/usr/bin/old", user: Launch.unknownUser, group: 0, execs: 32),
  ]

  /// The execs of the launches that a filter chooses: each has its own bit.
  private func execs(_ filter: String) throws -> UInt64 {
    let tally = Tally.of(launches: Self.launches)
    var decisions = Decisions()
    let filter = try Filter(filter)
    decisions.begin(filter)
    return decisions.groups(by: .user, of: try #require(tally.uses)).sums.reduce(0) { $0 + $1[.execs] }
  }

  @Test(
    "each word must hold",
    arguments: [
      ("", 63), ("   ", 63), ("curl", 5), (" curl ", 5), ("path:curl", 5), ("!curl", 58), ("!path:curl", 58),
      ("/usr curl", 5), ("curl wget", 0), ("!curl !wget", 42),
      // Launchers: any above it, and not itself.
      ("by:cron", 3), ("by:/usr/sbin", 15), ("by:sh", 1), ("!by:cron", 60), ("by:curl", 0), ("by:init curl", 5),
      ("by:cron curl", 1), ("by:cron by:sh", 1), ("by:cron !by:sh", 2), ("by:", 63), ("!by:", 63), ("!", 63),
      // Users: a whole name or number.
      ("user:anna", 3), ("user:1000", 3), ("user:ann", 0), ("user:77", 16), ("!user:anna", 60), ("user:", 63),
      ("user:anna user:www-data", 0), ("!user:anna !user:www-data", 48), ("user:4294967295", 0),
      // Units: the beginning of the name, with or without the runtime.
      ("unit:cron", 3), ("unit:docker", 16), ("unit:5d1f", 16), ("unit:service", 0), ("!unit:cron", 60),
      ("unit:nginx user:www-data curl", 4), ("unit:", 63),
      // Expressions take what follows.
      ("~curl|wget", 21), ("by:cron ~u.l$", 1), ("user:www-data ~a b", 8), ("~a b", 8), ("~a  b", 0), ("~user:anna", 0),
      // Blanks of a path.
      ("/srv/a\\ b", 8), ("a\\ b", 8), ("/srv/a b", 0), ("path:a\\ b user:33", 8),
      // No field has that name: it is text, as is a backslash.
      ("uid:1000", 0), ("User:anna", 0), ("\\", 0), ("!~curl", 63), ("path:~curl", 0), ("path:!curl", 0),
    ] as [(String, UInt64)])
  func words(text: String, chosen: UInt64) throws {
    #expect(try execs(text) == chosen)
  }

  @Test(
    "a path that looks like a word, or has one of the marks, can be named",
    arguments: [
      ("path:by:x", "by:x", true), ("by\\:x", "by:x", false), ("path:!a", "!a", true), ("path:~a", "~a", true),
      ("a\\ b", "a b", true), ("a\\ b", "a\\ b", false), ("a\\b", "a\\b", true), ("a\\", "a\\", true),
      ("http://x", "http://x", true), ("!a\\ b", "a b", false), ("path:", "/x", true),
    ])
  func literal(text: String, path: String, isMatch: Bool) throws {
    #expect(try Filter(text).decide(Path(path)) == (isMatch ? .matches : .differs))
  }

  @Test("a wrong expression behind other words is said at its place in the whole text")
  func wrong() {
    #expect(throws: FilterError(text: "by:é ~(", reason: "missing closing parenthesis", place: 7)) {
      try Filter("by:é ~(")
    }
  }

  @Test("the first word of who runs it is known, with its place")
  func launchWord() throws {
    #expect(try Filter("curl").launchWord == nil)
    let word = try #require(try Filter("curl  !user:a by:b").launchWord)
    #expect(word.place == 6 && word.field == "user:")
  }

  @Test(
    "where nobody knows who runs it, the prompt says so at the word, and filters nothing",
    arguments: [Mode.light, .map])
  func unknown(mode: Mode) {
    var board = Board(["/a": 1, "/b": 1], mode: mode, columns: 100)
    board.type("/a user:x")
    #expect(board.lines[23].contains("user: is not seen in the mode \(mode.rawValue), after 2 characters"))
    board.resize(rows: 24, columns: 80)
    #expect(board.lines[23].contains("user: is not seen in the mode \(mode.rawValue)  "))
    #expect(board.state.query.filter == nil && board.listed.count == 2)
    board.press(.enter)
    #expect(board.state.prompt != nil)
  }

  @Test("a filter that was given before that was known is dropped, and that is said")
  func dropped() throws {
    var board = Board(query: Query(filter: try Filter("a by:x")))
    board.sample(["/a": 1])
    #expect(board.state.query.filter == nil && board.listed == ["/a"])
    #expect(board.lines[23] == "by: is not known under --execs-only, after 2 characters")
  }

  @Test("by path, figures are those of the launches that are chosen; totals are those of all")
  func figures() throws {
    var board = Board(query: Query(sort: .count, filter: try Filter("curl")), rows: 12, columns: 120)
    board.sample(launches: Self.launches, at: 1)
    #expect(board.figures(of: .count) == [5])
    board.press(.text("/"))
    board.type(" user:www-data")
    board.press(.enter)
    #expect(board.listed == ["/usr/bin/curl"] && board.figures(of: .count) == [4])
    #expect(board.lines[1].hasPrefix("execs 63 "))
    // What is known of paths alone has no column then.
    #expect(!board.lines[4].contains("PEAK/S"))
    board.press(.text("m"))
    #expect(board.lines[11] == "peak is known of paths alone, whoever runs them: nothing to sort by")
    board.press(.text("d"))
    #expect(board.listed == ["/usr/bin/"] && board.figures(of: .count) == [4])
    board.press(.right)
    #expect(board.listed == ["/usr/bin/", "/usr/bin/curl"] && board.figures(of: .count) == [4, 4])
  }

  @Test("an expression that takes too long marks launches as it marks paths, and is asked again")
  func undecided() throws {
    let slow = "~(a+)+$"
    let path = "/" + String(repeating: "a", count: 60) + "b"
    var board = Board(query: Query(filter: try Filter(slow)))
    board.press(.text("v"))
    board.sample(launches: [LaunchSaid("/i \(path)", execs: 1)], at: 1)
    #expect(board.listed.contains(path))
    let row = try #require(board.lines.firstIndex { $0.contains("aab") })
    #expect(board.lines[row].contains("?/"))
  }
}
