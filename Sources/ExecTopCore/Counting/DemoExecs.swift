import ExecTopText

/// Single execs of the invented workload, as long as somebody asks. What is told depends on the seed alone, not on when
/// that was.
struct DemoExecs: Sendable {
  /// An exec, or its end.
  struct Event: Equatable, Sendable {
    var what: ExecEvent.What
    /// Places of the program, and of its launcher among those of the program.
    var program: Int
    var launcher: Int
    /// How many execs came before it.
    var number: UInt64
    var time: Seconds
  }

  /// The places of the programs that are told of.
  private(set) var watched: Set<Int> = []
  private(set) var events: [Event] = []
  private(set) var lost: UInt64 = 0
  /// Those of which the end is to be told.
  private var running: Set<UInt64> = []

  /// As many wait to be taken.
  static let limit = 1000

  mutating func watch(_ programs: Set<Int>) {
    watched = programs
    events = []
    running = []
  }

  mutating func begin(_ exec: Event) {
    guard watched.contains(exec.program), add(exec) else { return }
    if exec.what == .ran { running.insert(exec.number) }
  }

  mutating func end(_ exec: Event) { if running.remove(exec.number) != nil { _ = add(exec) } }

  mutating func take() -> [Event] {
    defer { events = [] }
    return events
  }

  /// - Returns: whether there was room.
  private mutating func add(_ exec: Event) -> Bool {
    guard events.count < DemoExecs.limit else {
      lost += 1
      return false
    }
    events.append(exec)
    return true
  }
}

/// With which arguments a program of the invented workload runs.
struct DemoArguments {
  var arguments: [String]
  var interpreter: String?

  /// - Parameter number: another one gives others, of a few.
  init(of path: String, number: UInt64) {
    var random = SplitMix(state: number)
    func one(of texts: [String]) -> String { texts[Int(random.next() % UInt64(texts.count))] }
    let name = String(path.split(separator: "/").last ?? "")
    let source = one(of: ["parser", "lexer", "main", "table", "screen"])
    switch name {
    case "clang", "clang-cc1": arguments = [name, "-O2", "-c", "src/\(source).c", "-o", "build/\(source).o"]
    case "ld.lld": arguments = [name, "-o", "build/app"] + ["parser", "lexer", "main"].map { "build/\($0).o" }
    case "sh":
      arguments = [
        name, "-c", one(of: ["sed -e s/@VERSION@/1.4/ config.in", "./queue --drain", "date +%s >> run.log"]),
      ]
    case "sed": arguments = [name, "-e", "s/@VERSION@/1.4/", "\(source).in"]
    case "grep": arguments = [name, "-q", one(of: ["ERROR", "timeout", "^ok"]), "/var/log/app.log"]
    case "git": arguments = [name] + one(of: ["status --short", "fetch origin", "rev-parse HEAD"]).split(" ")
    case "python3": arguments = [name] + one(of: ["worker.py --queue mail", "-m json.tool", "report.py"]).split(" ")
    case "curl":
      arguments = [name, "-fsS", "https://" + one(of: ["api.example.net/v1/jobs", "hooks.example.net/ping"])]
    case "make": arguments = [name, "-j4", one(of: ["all", "check"])]
    case "cat", "rm", "mkdir": arguments = [name, "build/\(source).d"]
    case "sleep": arguments = [name, "1"]
    case "thumbnail", "résumé-à-jour", "通知":
      interpreter = "/bin/sh"
      arguments = ["/bin/sh", path, "upload-\(random.next() % 1000).jpg"]
    case "convert": arguments = [name, "upload-\(random.next() % 1000).jpg", "-resize", "200x200", "thumb.png"]
    default: arguments = [name]
    }
  }
}

extension String {
  fileprivate func split(_ separator: Character) -> [String] { split(separator: separator).map { String($0) } }
}
