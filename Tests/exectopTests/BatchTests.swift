import ExecTopApp
import ExecTopCounting
import ExecTopRecords
import ExecTopScreen
import ExecTopTable
import ExecTopText
import ExecTopTrace
import Foundation
import TestSupport
import Testing

/// Batch mode's records, of the real program on the running kernel.
@Suite(.needsKernel, .serialized)
struct BatchTests {
  private static let reasons = ["unreadable", "map_full", "missed", "refused_late", "missed_at_entry"]

  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  /// The records that exectop prints while `work` runs, from before it begins until a record comes after it.
  private func records(_ arguments: [String], while work: () throws -> Void) throws -> [Object] {
    defer { workload.remove() }
    let exectop = try Running(["--batch", "--format", "json", "-d", "0.1"] + arguments)
    try exectop.waitForLines(1)
    try work()
    // The first of these may have been begun before.
    try exectop.waitForLines(2)
    return try exectop.end().map { try Object($0) }
  }

  @Test("50 runs of a path nothing else runs are 50 in its row, in every record that follows")
  func fiftyRuns() throws {
    let program = try workload.program("fifty")
    let records = try records(["-f", program]) { try workload.run("spawn", program, "50") }
    let row = try #require(records.last?.objects("rows").first)
    #expect(row.string("path") == program)
    #expect(row.integer("count") == 50)
    #expect(row.integer("failed") == 0)
    #expect(records.compactMap { $0.objects("rows").first?.integer("delta") }.reduce(0, +) == 50)
  }

  @Test("execs = rows + unattributed in every record under a storm of two processes")
  func identity() throws {
    let program = try workload.program("storm")
    let records = try records([]) {
      let storms = [["fail", workload.path("missing"), "150000"], ["spawn", program, "2000"]].map(workload.start)
      for storm in storms { #expect(Workload.wait(for: storm) == 0) }
    }
    #expect(records.count > 5)
    for record in records {
      let totals = record.object("totals")
      let unattributed = totals.object("unattributed")
      let reasons = BatchTests.reasons.reduce(0) { $0 + unattributed.integer($1) }
      #expect(record.objects("rows").reduce(0) { $0 + $1.integer("count") } + reasons == totals.integer("execs"))
      #expect(record.string("schema") == "exectop/1")
      #expect(record.string("mode") == "attempts")
    }
  }

  @Test("bytes that do not print are escaped, and stand exactly in path_base64")
  func foreignBytes() throws {
    let path = workload.path("a\u{1b}[31m\u{202e}b\n")
    let records = try records([]) { try workload.run("fail", path, "3") }
    let row = try #require(
      records.last?.objects("rows").first { $0.string("path").hasPrefix(workload.path("a")) })
    #expect(row.string("path") == workload.path("a\\x1b[31m\\xe2\\x80\\xaeb\\x0a"))
    #expect(Data(base64Encoded: row.string("path_base64")) == Data(path.utf8))
    #expect(row.object("errors").integer("ENOENT") == 3)
  }

  @Test("an expression and a path that would take for ever together: records go on, and say that it is not decided")
  func undecided() throws {
    let path = workload.path(String(repeating: "a", count: 60) + "!")
    let records = try records(["-f", "~^.*/(a+)+$"]) { try workload.run("fail", path, "3") }
    let row = try #require(records.last?.objects("rows").first { $0.string("path") == path })
    #expect(row.isTrue("undecided"))
    #expect(row.integer("count") == 3)
  }

  @Test(
    "where the locale is not UTF-8 all is ASCII",
    arguments: [("C", "text"), ("C", "csv"), ("C", "json"), ("C.UTF-8", "text"), ("C.UTF-8", "json")])
  func locale(locale: String, format: String) throws {
    defer { workload.remove() }
    let exectop = try Running(
      ["--batch", "--format", format, "-d", "0.1", "-f", workload.directory], environment: ["LC_ALL": locale])
    try exectop.waitForLines(1)
    // U+16DB has the byte 0x9b, by which some terminals begin a control sequence.
    try workload.run("fail", workload.path("cafe\u{16db}"), "2")
    try exectop.wait { $0.last { $0.contains("cafe") } != nil }
    let lines = try exectop.end()
    #expect(lines.joined().utf8.allSatisfy { $0 < 0x7f } == (locale == "C"))
    let name = format == "json" ? "cafe\\u16db" : "cafe\\xe1\\x9b\\x9b"
    #expect(lines.contains { $0.contains(locale == "C" ? name : "cafe\u{16db}") })
  }

  @Test("csv has a header and a line a row; text has neither colours nor escapes")
  func otherFormats() throws {
    for format in ["csv", "text"] {
      let exectop = try Running(["--batch", "--format", format, "-d", "0.1", "-f", workload.directory])
      try exectop.waitForLines(1)
      try workload.run("fail", workload.path("x,\u{1b}\"y"), "4")
      try exectop.wait { $0.last { $0.contains("\"y") }?.contains("4") == true }
      let lines = try exectop.end()
      let last = try #require(lines.last { $0.contains("\"y") })
      if format == "csv" {
        #expect(lines.first.map { $0 + "\n" } == Record.csvHeader())
        #expect(last.contains(",\"\(workload.path("x,\\x1b\"\"y"))\","))
        #expect(last.contains(",4,ENOENT=4,"))
        #expect(lines.dropFirst().first?.contains(",attempts,totals,") == true)
      } else {
        #expect(last.hasSuffix(workload.path("x,\\x1b\"y")))
      }
      #expect(!lines.contains { $0.contains("\u{1b}") })
    }
    workload.remove()
  }

  @Test("light mode counts what ran, and failures are null")
  func light() throws {
    let program = try workload.program("light")
    let records = try records(["--light", "-f", workload.directory]) {
      try workload.run("spawn", program, "5")
      try workload.run("fail", workload.path("missing"), "5")
    }
    let last = try #require(records.last)
    #expect(last.string("mode") == "light")
    #expect(last.objects("rows").map { $0.string("path") } == [program])
    #expect(last.objects("rows").first?.isNull("failed") == true)
    #expect(last.object("totals").isNull("failed"))
  }

  @Test("a map that something else fills is shown, and what it cannot tell is null")
  func foreignMap() throws {
    let loader = try MapLoader.tutorial(in: workload)
    let path = workload.path("foreign")
    let id = try loader.nextLine()
    let records = try records(["--map", "id=\(id)", "-f", workload.directory]) {
      try workload.run("fail", path, "50")
    }
    let last = try #require(records.last)
    #expect(last.string("mode") == "map")
    #expect(last.objects("rows").map { $0.string("path") } == [path])
    #expect(last.objects("rows").first?.integer("count") == 50)
    #expect(last.objects("rows").first?.isNull("failed") == true)
    let totals = last.object("totals")
    #expect(totals.isNull("failed"))
    for reason in BatchTests.reasons { #expect(totals.object("unattributed").isNull(reason)) }
    #expect(records.first?.object("totals").isNull("rate") == true)
  }

  @Test("when the owner of a map ends, one line says so and the records go on")
  func ownerEnds() throws {
    defer { workload.remove() }
    let loader = try MapLoader.tutorial(in: workload)
    let exectop = try Running(["--batch", "-d", "0.1", "--map", "id=\(try loader.nextLine())"])
    try exectop.waitForLines(3)
    loader.end()
    try exectop.wait { $0.contains { $0.hasSuffix("no program uses it any more: its owner has ended") } }
    try exectop.waitForLines(9)
    #expect(try exectop.end().filter { $0.hasPrefix("exectop: map exec_count (id ") }.count == 1)
  }

  @Test(
    "anyone sees the same figure with bpftool, and the map and the program as the tutorial names them",
    .enabled(if: Bpftool.path != nil, "bpftool is not installed"))
  func seenByAll() throws {
    let path = workload.path("seen-by-all")
    let bpftool = try #require(Bpftool.path)
    func dump(_ arguments: String...) throws -> String {
      try Command.run(bpftool, arguments, environment: ["PATH": "/usr/bin:/bin"]).output
    }
    _ = try records([]) {
      try workload.run("fail", path, "50")
      let entries = try dump("map", "dump", "name", "exec_count")
      let entry = try #require(entries.components(separatedBy: "\"key\"").first { $0.contains(path) })
      #expect(entry.contains("\"value\": 50"))
      #expect(try dump("prog", "list").contains("name handle_execve_tp "))
      let maps = try dump("map", "list").components(separatedBy: "\n")
      let line = try #require(maps.firstIndex { $0.contains("name exec_count ") })
      #expect(maps[line].contains(": hash "))
      #expect(maps[line + 1].contains("key 256B  value 8B  max_entries 16384"))
    }
  }
}

enum Bpftool {
  static let path = Programs.installed("bpftool") ?? ["/usr/sbin/bpftool"].first { access($0, X_OK) == 0 }
}

/// exectop running in batch mode, its output in a file, so that it never waits for a reader.
final class Running {
  private let process: ChildProcess
  private let file: URL

  init(_ arguments: [String], environment: [String: String] = [:]) throws {
    file = FileManager.default.temporaryDirectory.appending(path: "exectop-batch-\(UUID().uuidString)")
    try Data().write(to: file)
    let output = try FileHandle(forWritingTo: file)
    process = try ChildProcess(
      Programs.built("exectop"), arguments, environment: environment,
      streams: .descriptors(input: nil, output: output.fileDescriptor, errors: output.fileDescriptor))
    try output.close()
  }

  deinit {
    try? FileManager.default.removeItem(at: file)
  }

  var identifier: pid_t { process.identifier }

  /// All bytes so far.
  func data() throws -> Data { try Data(contentsOf: file) }

  /// The whole lines so far.
  func lines() throws -> [String] {
    // By bytes: to a String, a CR and LF are one character.
    try data().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
  }

  func wait(until condition: ([String]) throws -> Bool) throws {
    let isMet = try Deadline(after: .seconds(30)).wait {
      guard process.poll() == nil else { throw TestFailure("exectop ended: \(try lines())") }
      return try condition(try lines())
    }
    guard isMet else { throw TestFailure("not in time: \(try lines())") }
  }

  /// Waits for so many lines more than there are now.
  func waitForLines(_ count: Int) throws {
    let before = try lines().count
    try wait { $0.count >= before + count }
  }

  /// Ends exectop, and gives all lines.
  func end() throws -> [String] {
    process.signal(SIGTERM)
    guard Deadline(after: .seconds(20)).wait(until: { self.process.poll() != nil }), process.poll() == .exited(0) else {
      throw TestFailure("exectop did not end with 0")
    }
    return try lines()
  }
}

/// An object of JSON.
struct Object {
  private let members: [String: Any]

  init(_ line: String) throws {
    guard let members = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
      throw TestFailure("not an object: \(line)")
    }
    self.members = members
  }

  private init(_ value: Any?) {
    members = value as? [String: Any] ?? [:]
  }

  var names: [String] { Array(members.keys) }
  func string(_ name: String) -> String { members[name] as? String ?? "no \(name)" }
  func integer(_ name: String) -> Int { members[name] as? Int ?? -1_000_000 }
  func number(_ name: String) -> Double { members[name] as? Double ?? .nan }
  func isTrue(_ name: String) -> Bool { members[name] as? Bool == true }
  func isNull(_ name: String) -> Bool { members[name] is NSNull }
  func object(_ name: String) -> Object { Object(members[name]) }
  func objects(_ name: String) -> [Object] { (members[name] as? [Any] ?? []).map(Object.init) }
}
