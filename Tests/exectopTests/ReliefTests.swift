import Foundation
import TestSupport
import Testing

/// Rows are moved out of the maps before these are full, whatever exectop is doing.
@Suite(
  .needsKernel, .serialized, .enabled(if: Tmux.isAvailable, "tmux is not installed"),
  .enabled(if: Bpftool.path != nil, "bpftool is not installed"))
struct ReliefTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  private func bpftool(_ arguments: String...) throws -> String {
    try Command.run(try #require(Bpftool.path), arguments, environment: ["PATH": "/usr/bin:/bin"]).output
  }

  /// How many rows are in the map exec_count of so many entries, a number that no other exectop on the machine has.
  private func rows(ofMapWith entries: Int) throws -> Int? {
    let lines = try bpftool("map", "list").components(separatedBy: "\n")
    // A line with the name, and the next one with the size.
    let found = zip(lines, lines.dropFirst()).first { name, size in
      name.contains("name exec_count ") && size.contains("max_entries \(entries) ")
    }
    guard let id = found?.0.prefix(while: { $0 != ":" }) else { return nil }
    return try bpftool("-j", "map", "dump", "id", String(id)).components(separatedBy: "\"key\"").count - 1
  }

  @Test("while it traces in batch mode")
  func traceBatch() throws {
    defer { workload.remove() }
    let turn = try TraceTurn()
    defer { _ = turn }
    let entries = 397
    let exectop = try Running(["--batch", "--trace", "--max-paths", "\(entries)", "-f", "/no/such"])
    #expect(try Deadline(after: .seconds(20)).wait { try rows(ofMapWith: entries) != nil })
    try workload.run("distinct", workload.path("p"), "2000", "1000")
    let left = try #require(try rows(ofMapWith: entries))
    #expect(left < entries)
    _ = try exectop.end()
  }

  @Test("before Ctrl-Z stops it, and at once when it goes on; what had no room meanwhile is map_full")
  func stopped() throws {
    defer { workload.remove() }
    let entries = 399
    let screen = try Tmux("bash --norc -i", columns: 120, environment: ["PS1": "prompt> "])
    try screen.waitFor("prompt>")
    try screen.type("\(Programs.built("exectop")) -d 0.2 --max-paths \(entries)\n")
    try screen.waitFor("unattributed 0  ")
    // Not enough to wake it.
    try workload.run("distinct", workload.path("a"), "200", "0")
    try screen.send("C-z")
    try screen.waitFor { $0.contains { $0.hasPrefix("prompt> ") } && !$0.contains { $0.contains("RATE/S") } }
    let left = try #require(try rows(ofMapWith: entries))
    #expect(left < 200)
    try workload.run("distinct", workload.path("b"), "1000", "0")
    try screen.type("clear; fg\n")
    try screen.waitFor("map_full")
    // There is room again.
    #expect(try Deadline(after: .seconds(20)).wait { try rows(ofMapWith: entries).map { $0 < entries } ?? false })
    try workload.run("fail", workload.path("later"), "7")
    try screen.send("n", "/")
    try screen.type(workload.path("later"))
    try screen.waitFor { $0.contains { $0.contains(" 7 ") && $0.hasSuffix(workload.path("later")) } }
    try screen.send("Enter", "q")
    try screen.waitFor("prompt>")
  }
}
