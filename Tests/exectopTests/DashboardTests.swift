import Foundation
import TestSupport
import Testing

/// The dashboard in a real terminal, on the running kernel.
@Suite(.needsKernel, .serialized, .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct DashboardTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  private func open(_ options: String = "", columns: Int = 100, rows: Int = 30) throws -> Tmux {
    let screen = try Tmux("\(Programs.built("exectop")) -d 0.2 \(options)", columns: columns, rows: rows)
    try screen.waitFor("unattributed 0  ")
    return screen
  }

  /// The rows of the workload's paths, from the top: the path's last component and its count.
  private func table(_ screen: [String]) -> [(name: String, count: String)] {
    // The figure ends where the column's name does, behind which the mark of the order may stand.
    guard let names = screen.first(where: { $0.contains("COUNT") && $0.contains("PATH") }),
      let end = names.range(of: "COUNT")?.upperBound
    else { return [] }
    let width = names[..<end].count + (names[end...].hasPrefix("▼") || names[end...].hasPrefix("▲") ? 1 : 0)
    let rows = screen.filter {
      $0.contains(workload.directory) && !$0.contains("filter") && !$0.contains("finds it anywhere")
    }
    return rows.map { line in
      let count = line.prefix(width).split(separator: " ").last ?? ""
      return (String(line.split(separator: "/").last ?? ""), String(count))
    }
  }

  @Test("when the owner of a map ends, the last line says so")
  func ownerEnds() throws {
    defer { workload.remove() }
    let loader = try MapLoader.tutorial(in: workload)
    let screen = try Tmux("\(Programs.built("exectop")) -d 0.2 --map id=\(try loader.nextLine())", columns: 100)
    try screen.waitFor("RATE/S")
    loader.end()
    try screen.waitFor("no program uses it any more: its owner has ended")
  }

  @Test("sorting by count and by rate, a filter, and the way back")
  func sortAndFilter() throws {
    defer { workload.remove() }
    let screen = try open("-f \(workload.directory)/")
    try workload.run("fail", workload.path("often"), "30")
    try workload.run("fail", workload.path("seldom"), "10")
    try screen.send("c")
    try screen.waitFor { table($0).map(\.name) == ["often", "seldom"] && $0.contains { $0.contains("COUNT▼") } }
    try screen.send("i")
    try screen.waitFor { table($0).map(\.name) == ["seldom", "often"] && $0.contains { $0.contains("COUNT▲") } }
    try screen.send("i", "r")
    // Its rate is the higher one as long as it runs.
    let busy = workload.start(["distinct", workload.path("seldom"), "20000", "4000"])
    try screen.waitFor { $0.contains { $0.contains("RATE/S▼") } && table($0).first?.name.hasPrefix("seldom") == true }
    #expect(Workload.wait(for: busy) == 0)

    try screen.send("/", "C-u")
    try screen.type("often")
    try screen.waitFor { table($0).map(\.name) == ["often"] }
    try screen.send("Escape")
    try screen.waitFor { table($0).count > 1 }
    try screen.send("/", "C-u")
    try screen.type("!seldom")
    try screen.send("Enter")
    // Whatever else runs on the machine shows too.
    try screen.waitFor {
      $0.contains { $0.contains("filter !seldom") } && !table($0).contains { $0.name.hasPrefix("seldom") }
    }
    try screen.send("q")
  }

  @Test("paused, the screen holds and counting goes on; resumed, it shows all")
  func pause() throws {
    defer { workload.remove() }
    let screen = try open("-f \(workload.directory)/")
    let path = workload.path("paused")
    try workload.run("fail", path, "5")
    try screen.waitFor { table($0).map(\.count) == ["5"] }
    try screen.send("p")
    let frozen = try screen.waitFor("PAUSED")
    try workload.run("fail", path, "7")
    // A pause of three refreshes in which the frozen screen must not change.
    try workload.run("distinct", workload.path("pacing"), "3", "3")
    #expect(try screen.capture() == frozen)
    try screen.send("p")
    try screen.waitFor { table($0).first?.count == "12" }
    try screen.send("q")
  }

  @Test("a reset counts from zero, and undo takes it back")
  func reset() throws {
    defer { workload.remove() }
    let screen = try open("-f \(workload.directory)/")
    let path = workload.path("reset")
    try workload.run("fail", path, "5")
    try screen.waitFor { table($0).map(\.count) == ["5"] }
    try screen.send("z")
    try screen.waitFor { table($0).isEmpty && $0.contains { $0.contains("u undoes") } }
    try workload.run("fail", path, "2")
    try screen.waitFor { table($0).map(\.count) == ["2"] }
    try screen.send("u")
    try screen.waitFor { table($0).map(\.count) == ["7"] }
    try screen.send("q")
  }

  @Test("the terminal is given back after q, Ctrl-C, SIGTERM and Ctrl-Z", arguments: ["q", "C-c", "TERM", "C-z"])
  func givesBack(end: String) throws {
    defer { workload.remove() }
    // A shell with job control, so that there is one to come back to.
    let screen = try Tmux("bash --norc -i", environment: ["PS1": "prompt> ", "TERM": "screen"])
    try screen.waitFor("prompt>")
    try screen.type("stty -a | tr -d '\\n' >\(workload.path("before")); \(Programs.built("exectop")) -d 0.2\n")
    try screen.waitFor("unattributed 0  ")
    if end == "TERM" {
      #expect(try Command.run("/bin/sh", ["-c", "kill \(try pid(on: screen))"]).ending == .exited(0))
    } else {
      try screen.send(end)
    }
    try screen.waitFor { $0.contains { $0.hasPrefix("prompt> ") } && !$0.contains { $0.contains("RATE/S") } }
    #expect(try screen.value(of: "alternate_on") == "0")
    #expect(try screen.value(of: "cursor_flag") == "1")
    try screen.type(
      "clear; echo status $?; stty -a | tr -d '\\n' | cmp - \(workload.path("before")) && echo same modes\n")
    try screen.waitFor("same modes")
    if end == "C-z" {
      try screen.type("clear; fg\n")
      try screen.waitFor("unattributed 0  ")
      try screen.send("q")
      try screen.waitFor("prompt>")
    } else {
      try screen.waitFor("status 0")
    }
  }

  /// The exectop that runs in this terminal.
  private func pid(on screen: Tmux) throws -> String {
    let shell = try screen.value(of: "pane_pid")
    return try Command.run("/bin/ps", ["-o", "pid=", "--ppid", shell]).output.split(separator: "\n").first.map {
      $0.filter { $0 != " " }
    } ?? ""
  }

  @Test("every size is met at once, and the smallest say that they are too small")
  func sizes() throws {
    defer { workload.remove() }
    let screen = try open()
    for (columns, rows) in [(20, 5), (200, 60), (40, 10), (80, 24)] {
      try screen.resize(columns: columns, rows: rows)
      try screen.waitFor { $0.count == rows && $0.contains { $0.contains("PATH") } && $0[rows - 1].hasPrefix("? help") }
    }
    try screen.resize(columns: 12, rows: 4)
    try screen.waitFor("too small")
    try screen.send("q")
  }

  @Test("help shows every key, and goes away again")
  func help() throws {
    defer { workload.remove() }
    let screen = try open(rows: 50)
    try screen.send("?")
    for text in ["sort by count", "filter: paths", "undo the last reset", "quit"] { try screen.waitFor(text) }
    try screen.send("Escape")
    try screen.waitFor("unattributed 0  ")
    try screen.send("q")
  }

  @Test("a path with controls in it changes nothing but its own row, in every view")
  func hostilePath() throws {
    defer { workload.remove() }
    let screen = try open("-f \(workload.directory)/ -s path", columns: 260)
    try workload.run("fail", workload.path("a"), "3")
    // A shell, as no String holds the byte 0xff.
    let name = "z\\033[2J\\007\\377\\302\\23331m\\n\\342\\200\\256end"
    let run = try Command.run("/bin/sh", ["-c", "p=$(printf '\(workload.directory)/\(name)'); \"$p\" 2>/dev/null"])
    #expect(run.ending == .exited(127))
    let shown = "z\\x1b[2J\\x07\\xff\\xc2\\x9b31m\\x0a\\xe2\\x80\\xaeend"
    let lines = try screen.waitFor(shown)
    #expect(table(lines).map(\.name) == ["a", shown])
    #expect(lines.last?.hasPrefix("? help") == true)
    try screen.send("End", "Enter")
    let details = try screen.waitFor("first seen")
    #expect(details[0].hasPrefix("details"))
    #expect(details[1] == workload.path(shown))
    #expect(details[2].hasPrefix("count 1 "))
    #expect(details.last?.hasPrefix("? help  Esc back") == true)
    try screen.send("Escape")
    try screen.waitFor("PATH▲")
    try screen.send("d")
    let tree = try screen.waitFor("▾ ")
    #expect(tree.filter { $0.hasSuffix("  " + shown) }.count == 1)
    #expect(tree.filter { $0.hasSuffix("    a") }.count == 1)
    #expect(tree.last?.hasPrefix("? help") == true)
    try screen.send("q")
  }
}
