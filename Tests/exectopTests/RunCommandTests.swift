import Foundation
import TestSupport
import Testing

/// `exectop run`, on the running kernel.
@Suite(.needsKernel, .serialized)
struct RunCommandTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  private func run(
    _ options: [String] = [], _ command: [String], environment: [String: String] = [:]
  ) throws -> Command.Result {
    try Command.run(
      Programs.built("exectop"), ["run"] + options + ["--"] + command,
      environment: environment.merging(["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]) { given, _ in given })
  }

  private struct Record: Decodable {
    struct Totals: Decodable {
      var execs: Int
      var failed: Int
      var unaccounted: Int
    }
    struct Row: Decodable {
      var path: String
      var count: Int
      var failed: Int
    }
    var totals: Totals
    var rows: [Row]

    func row(_ path: String) -> Row? { rows.first { $0.path == path } }
  }

  private func record(_ command: [String], environment: [String: String] = [:]) throws -> Record {
    let output = try run(["--format", "json"], command, environment: environment).output
    let line = try #require(output.split(separator: "\n").last { $0.hasPrefix("{") })
    return try JSONDecoder().decode(Record.self, from: Data(line.utf8))
  }

  @Test(
    "it ends with the command's status",
    arguments: [
      (["sh", "-c", "exit 7"], 7), (["true"], 0), (["sh", "-c", "kill -TERM $$"], 128 + 15),
      (["/nowhere/at-all"], 127), (["no-such-command-anywhere"], 127), (["/etc/passwd"], 126), (["/tmp"], 126),
    ] as [([String], Int32)])
  func status(command: [String], status: Int32) throws {
    defer { workload.remove() }
    #expect(try run([], command).ending == .exited(status))
  }

  @Test("the account tells the command, and nothing that others execute")
  func account() throws {
    defer { workload.remove() }
    let (inside, outside) = (try workload.program("inside"), try workload.program("outside"))
    let others = workload.start(["spawn", outside, "2000"])
    let output = try run(
      [],
      ["sh", "-c", "for i in 1 2 3; do \(inside) exit; done; \(workload.path("missing")); env nowhere-found; exit 0"]
    ).output
    #expect(Workload.wait(for: others) == 0)
    #expect(output.contains("sh ended with status 0 after"))
    // sh, three of its own, a missing one, env and the two places where it looks.
    #expect(output.contains("execs 8  failed 3"))
    #expect(output.contains(inside) && !output.contains(outside))
    #expect(output.contains("LAUNCHER") && output.contains("/usr/bin/env"))
  }

  @Test("of make with two jobs it counts exactly what the programs themselves have noted")
  func make() throws {
    defer { workload.remove() }
    let (log, inner) = (workload.path("log"), try workload.program("inner"))
    let tool = try workload.file("tool", contents: "#!/bin/sh\necho $1 >> \(log)\n\(inner) exit\n", mode: 0o755)
    let targets = (1...60).map { "t\($0)" }
    _ = try workload.file(
      "Makefile",
      contents: "all: \(targets.joined(separator: " "))\n" + targets.map { "\($0):\n\t@\(tool) $@\n" }.joined(),
      mode: 0o644)
    let others = workload.start(["spawn", try workload.program("other"), "1000"])
    let record = try record(["make", "-s", "-j2", "-C", workload.directory])
    #expect(Workload.wait(for: others) == 0)
    let noted = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count
    #expect(noted == 60)
    #expect(record.row(tool)?.count == noted && record.row(inner)?.count == noted)
    #expect(record.row("/usr/bin/make")?.count == 1)
    #expect(record.totals.execs == 1 + 2 * noted)
    #expect(record.totals.failed == 0 && record.totals.unaccounted == 0)
  }

  @Test("what the command has left behind is named")
  func background() throws {
    defer { workload.remove() }
    let left = try workload.program("left")
    let output = try run([], ["sh", "-c", "\(left) burn 900000 0 & \(left) burn 900000 0 & sleep 0.3; exit 3"])
    #expect(output.ending == .exited(3))
    #expect(output.output.contains("still running: \(left) (2)"))
  }

  @Test("under sudo the command is the caller's, with that user's home, and without what sudo has set")
  func sudo() throws {
    defer { workload.remove() }
    let environment = ["SUDO_UID": "1", "SUDO_GID": "1", "SUDO_USER": "daemon", "HOME": "/root", "KEPT": "yes"]
    let output = try run(
      [], ["sh", "-c", "id -u; id -g; id -G; echo home=$HOME user=$USER sudo=$SUDO_UID kept=$KEPT"],
      environment: environment
    ).output
    #expect(output.hasPrefix("1\n1\n1\nhome=/usr/sbin user=daemon sudo= kept=yes\n"))
  }

  @Test("the command has the signals as they were at first, and gets SIGTERM through exectop")
  func signals() throws {
    defer { workload.remove() }
    let ready = workload.path("ready")
    let output = try run([], ["sh", "-c", "grep -E '^Sig(Blk|Ign)' /proc/self/status"]).output
    #expect(output.contains("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000"))
    let command = "trap 'exit 9' TERM; touch \(ready); while :; do sleep 0.1; done"
    let line = "\(Programs.built("exectop")) run -- sh -c \"$0\" 2>/dev/null & "
    let result = try Command.run(
      "/bin/sh", ["-c", line + "until [ -e \(ready) ]; do sleep 0.1; done; kill -TERM $!; wait $!", command])
    #expect(result.ending == .exited(9))
  }

  @Test("it is recorded, and a recording of the same command again differs in nothing but time")
  func recorded() throws {
    defer { workload.remove() }
    let inner = try workload.program("inner")
    for name in ["a.db", "b.db"] {
      let result = try run(
        ["--record", workload.path(name)], ["sh", "-c", "for i in 1 2 3 4; do \(inner) exit; done; exit 0"])
      #expect(result.ending == .exited(0))
    }
    let difference = try Command.run(
      Programs.built("exectop"),
      ["diff", workload.path("a.db"), workload.path("b.db"), "--fail-on", "execs+0%,new-failures"])
    #expect(difference.ending == .exited(0), "\(difference.output)")
    let replay = try Command.run(
      Programs.built("exectop"), ["replay", workload.path("b.db"), "--batch", "--format", "json"])
    let last = try #require(replay.output.split(separator: "\n").last)
    let record = try JSONDecoder().decode(Record.self, from: Data(last.utf8))
    #expect(record.totals.execs == 5 && record.row(inner)?.count == 4)
  }

  @Test(
    "with the dashboard: it shows the command's execs alone, and the account ends when the command does, not with q",
    .enabled(if: Tmux.isAvailable, "tmux is not installed"), arguments: [false, true])
  func dashboard(leavesChild: Bool) throws {
    defer { workload.remove() }
    let (inner, outside, done) = (try workload.program("inner"), try workload.program("outside"), workload.path("done"))
    let left = leavesChild ? "sleep 2 >\(workload.path("left")) & " : ""
    let script = try workload.file(
      "script",
      contents: "#!/bin/sh\necho unseen\n\(left)for i in 1 2 3; do \(inner) exit; done\nsleep 1\n: >\(done)\nexit 5\n",
      mode: 0o755)
    let began = ContinuousClock.now
    let screen = try Tmux(
      "sh -c '\(Programs.built("exectop")) run --dashboard -- \(script); echo status=$?; sleep 100'", columns: 120,
      rows: 30)
    try screen.waitFor { $0.contains { $0.contains(inner) && $0.contains(" 3 ") } }
    try workload.run("spawn", outside, "20")
    #expect(Deadline(after: .seconds(20)).wait { access(done, F_OK) == 0 })
    // Whoever looks on takes some time. The process that is left behind ends meanwhile.
    Thread.sleep(forTimeInterval: 5)
    #expect(try !screen.capture().contains { $0.contains(outside) || $0.contains("unseen") })
    let total = began.duration(to: .now) / .seconds(1)
    try screen.send("q")
    let account = try screen.waitFor("status=5")
    let line = try #require(account.first { $0.contains("ended with status 5 after") })
    let figures = line.matches(of: #/([0-9.]+) s/#).compactMap { Double($0.1) }
    #expect(figures.count == (leavesChild ? 2 : 1) && line.contains("its last process within") == leavesChild)
    // Both came before the wait was over.
    #expect(figures.allSatisfy { $0 < total - 1 })
    #expect(account.contains { $0.contains("execs \(leavesChild ? 6 : 5)  failed 0") })
    #expect(account.contains { $0.contains(inner) } && !account.contains { $0.contains("still running") })
  }

  @Test(
    "q before the command's end closes the dashboard, and the account comes at the end",
    .enabled(if: Tmux.isAvailable, "tmux is not installed"))
  func dashboardClosed() throws {
    defer { workload.remove() }
    let (inner, go) = (try workload.program("inner"), workload.path("go"))
    let script = try workload.file(
      "script", contents: "#!/bin/sh\nuntil [ -e \(go) ]; do sleep 0.1; done\n\(inner) exit\nexit 4\n", mode: 0o755)
    let screen = try Tmux(
      "sh -c '\(Programs.built("exectop")) run --dashboard -- \(script); echo status=$?; sleep 100'", columns: 120)
    try screen.waitFor("RATE/S")
    try screen.send("q")
    try screen.waitFor { !$0.contains { $0.contains("RATE/S") } }
    _ = try workload.file("go", mode: 0o600)
    let account = try screen.waitFor("status=4")
    #expect(account.contains { $0.contains("ended with status 4 after") } && account.contains { $0.contains(inner) })
  }

  @Test(
    "wrong options are one line and status 64", arguments: [[], ["--format", "csv", "--", "true"], ["--nonsense"]])
  func wrong(options: [String]) throws {
    defer { workload.remove() }
    let result = try Command.run(Programs.built("exectop"), ["run"] + options)
    #expect(result.ending == .exited(64))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("nothing of it stays in the kernel, and no process, where the programs cannot be loaded")
  func unprivileged() throws {
    defer { workload.remove() }
    try #require(Workload.wait(for: Workload.start("/bin/chmod", ["chmod", "755", workload.directory])) == 0)
    let marker = workload.path("marker")
    let result = try Command.run(
      "/usr/bin/setpriv",
      ["--reuid=4321", "--clear-groups", Programs.built("exectop"), "run", "--", "touch", marker])
    #expect(result.ending == .exited(77))
    #expect(!FileManager.default.fileExists(atPath: marker))
  }
}
