import ExecTopText
import Foundation
import TestSupport
import Testing

/// Recording, as the real program does it.
@Suite("exectop record and replay", .serialized)
struct RecordTests {
  private let workload: Workload
  private let program = Programs.built("exectop")

  init() throws {
    workload = try Workload()
  }

  private var file: String { workload.path("recording.db") }

  /// What sqlite3 says of the recording.
  private func query(_ sql: String, _ file: String? = nil) throws -> [String] {
    let result = try Command.run("/usr/bin/sqlite3", ["-readonly", file ?? self.file, sql])
    guard result.ending == .exited(0) else { throw TestFailure("\(sql): \(result.output)") }
    return result.output.split(separator: "\n").map(String.init)
  }

  private func replayed(_ arguments: String...) throws -> String {
    let result = try Command.run(
      program, ["replay", file, "--batch"] + arguments, environment: ["LC_ALL": "C.UTF-8"], timeout: .seconds(60))
    guard result.ending == .exited(0) else { throw TestFailure(result.output) }
    return result.output
  }

  /// By bytes: to a String, a CR and LF are one character.
  private func lines(_ text: String) -> [String] {
    text.utf8.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test("a storm, recorded beside batch mode, gives the same records byte for byte", .needsKernel)
  func storm() throws {
    defer { workload.remove() }
    let storm = try workload.program("storm")
    let exectop = try Running(
      ["--batch", "--format", "json", "-d", "0.1", "--record", file], environment: ["LC_ALL": "C.UTF-8"])
    try exectop.waitForLines(1)
    let storms = [["fail", workload.path("missing"), "20000"], ["spawn", storm, "1000"]].map(workload.start)
    for storm in storms { #expect(Workload.wait(for: storm) == 0) }
    try exectop.waitForLines(2)
    let then = try exectop.end()
    let now = lines(try replayed("--format", "json"))
    #expect(now.count == then.count)
    for (now, then) in zip(now, then) { #expect(now == then) }
    #expect(try query("SELECT sum(execs) FROM ran WHERE path = '\(storm)'") == ["1000"])
    #expect(try query("SELECT error, sum(failed) FROM failure WHERE path LIKE '%/missing'") == ["ENOENT|20000"])
    #expect(try query("SELECT count(*) FROM session WHERE ended IS NOT NULL") == ["1"])
  }

  @Test("the demo's records in each format, and again by another filter", arguments: ["text", "csv", "json"])
  func formats(format: String) throws {
    defer { workload.remove() }
    let then = try Command.run(
      program, ["--demo", "--batch", "-d", "0.1", "-n", "12", "--format", format, "--record", file],
      environment: ["LC_ALL": "C.UTF-8"])
    #expect(then.ending == .exited(0))
    #expect(try replayed("--format", format) == then.output)
    #expect(try then.output.hasPrefix(replayed("--format", format, "-n", "1")))
    let filtered = try replayed("--format", format, "--filter", "/usr/bin/")
    #expect(filtered.contains("/usr/bin/"))
    #expect(!filtered.contains("/bin/sh"))
  }

  @Test("killed 200 times while it writes: every whole interval is there, and nothing else")
  func killed() throws {
    defer { workload.remove() }
    var random = SystemRandomNumberGenerator()
    let files = (0..<4).map { workload.path("killed-\($0).db") }
    for _ in 0..<50 {
      let processes = try files.map { file in
        try ChildProcess(
          program, ["record", "--demo", "-d", "0.1", file], environment: [:],
          streams: .descriptors(input: nil, output: nil, errors: nil))
      }
      for (process, file) in zip(processes, files) {
        // While it opens the file, or shortly after it has written: what it does then is not whole yet.
        let writes = Int.random(in: 0...3, using: &random)
        var seen = (count: 0, time: lastWrite(file))
        _ = Deadline(after: .seconds(5)).wait {
          let time = lastWrite(file)
          if time != seen.time { seen = (seen.count + 1, time) }
          return seen.count >= writes
        }
        usleep(UInt32.random(in: 0...(writes == 0 ? 80_000 : 4000), using: &random))
        kill(process.identifier, SIGKILL)
      }
      for process in processes {
        #expect(Deadline(after: .seconds(20)).wait { process.poll() != nil })
        #expect(process.poll() == .killed(signal: SIGKILL))
      }
    }
    var intervals = 0
    for file in files {
      let result = try Command.run(program, ["replay", file, "--batch", "--format", "json", "--rows", "0"])
      #expect(result.ending == .exited(0))
      intervals += lines(result.output).count
      #expect(try query("PRAGMA integrity_check", file) == ["ok"])
      // Of each interval all or nothing: the totals agree with the sums of what came by then.
      let torn = try query(
        """
        SELECT count(*) FROM interval i WHERE kind = 0 AND execs - unreadable <>
          (SELECT coalesce(sum(e.count), 0) FROM execs e JOIN interval j ON j.id = e.interval
            WHERE j.session = i.session AND j.id <= i.id)
        """, file)
      #expect(torn == ["0"])
    }
    #expect(intervals > 50)
  }

  /// When the log beside a recording was last written to, in nanoseconds.
  private func lastWrite(_ file: String) -> Int {
    var status = stat()
    return stat(file + "-wal", &status) == 0 ? status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec : 0
  }

  @Test("SIGTERM ends it with the interval that is under way")
  func ended() throws {
    defer { workload.remove() }
    let exectop = try Running(["record", "--demo", "-d", "3600", file])
    #expect(Deadline(after: .seconds(20)).wait { (try? query("SELECT count(*) FROM session")) == ["1"] })
    #expect(try exectop.end() == [])
    #expect(try query("SELECT count(*) FROM interval WHERE kind = 0") == ["1"])
    #expect(try query("SELECT count(*) FROM session WHERE ended > began") == ["1"])
  }

  @Test("a file that is removed is made anew, and one that is replaced is left alone: said once, and marked")
  func removed() throws {
    defer { workload.remove() }
    let exectop = try Running(["record", "--demo", "-d", "0.2", file])
    try wait { try query("SELECT count(*) > 2 FROM total") == ["1"] }
    let before = try #require(try query("SELECT max(execs) FROM total").first.flatMap { Int($0) })
    unlink(file)
    // After five seconds.
    try wait { try query("SELECT count(*) > 2 FROM total") == ["1"] }
    #expect(try query("SELECT min(execs) > \(before) FROM total") == ["1"])
    #expect(try query("SELECT gap LIKE '%removed%' FROM total WHERE gap IS NOT NULL") == ["1"])
    // What came before is the base of the new one, and no part of any time.
    #expect(try query("SELECT sum(count) FROM execs") == query("SELECT max(execs - unreadable) FROM interval"))
    rename(file, file + ".old")
    let other = try workload.file("recording.db", contents: "this is somebody's text", mode: 0o600)
    try exectop.wait { $0.contains { $0.contains("replaced") } }
    let said = try exectop.end()
    #expect(said.filter { $0.contains("removed") }.count == 1)
    #expect(said.filter { $0.contains("recording goes on") }.count == 1)
    #expect(try String(contentsOfFile: other, encoding: .utf8) == "this is somebody's text")
  }

  @Test("a full disk: said once, counting goes on, and what came meanwhile is one interval", .needsKernel)
  func full() throws {
    defer { workload.remove() }
    let disk = workload.path("disk")
    #expect(mkdir(disk, 0o700) == 0)
    #expect(mount("tmpfs", disk, "tmpfs", 0, "size=512k") == 0)
    defer { umount2(disk, Int32(MNT_DETACH)) }
    let file = disk + "/recording.db"
    let exectop = try Running(["record", "--demo", "-d", "0.1", file])
    try wait { try query("SELECT count(*) > 2 FROM total", file) == ["1"] }
    // All that is left.
    let filler = open(disk + "/filler", O_WRONLY | O_CREAT, 0o600)
    let block = [UInt8](repeating: 1, count: 4096)
    while write(filler, block, block.count) > 0 {}
    close(filler)
    try exectop.wait { $0.contains { $0.contains("No space left on device") } }
    unlink(disk + "/filler")
    try exectop.wait { $0.contains { $0.contains("recording goes on") } }
    try wait {
      try query("SELECT max(id) > (SELECT id FROM interval WHERE gap IS NOT NULL) FROM interval", file) == ["1"]
    }
    let said = try exectop.end()
    #expect(said.filter { $0.contains("No space left") }.count == 1)
    #expect(try query("SELECT count(*) FROM session", file) == ["1"])
    #expect(try query("SELECT gap LIKE '%No space%' FROM total WHERE gap IS NOT NULL", file) == ["1"])
    #expect(
      try query("SELECT sum(count) FROM execs", file) == query("SELECT max(execs - unreadable) FROM interval", file))
  }

  @Test("under sudo, in the user's own directory, it is the user's; elsewhere it is root's", .needsKernel)
  func owner() throws {
    defer { workload.remove() }
    let nobody: uid_t = 65_534
    for owner in [0, nobody] {
      #expect(chown(workload.directory, owner, owner) == 0)
      let file = workload.path("of-\(owner).db")
      let result = try Command.run(
        program, ["record", "--demo", "-d", "0.1", "-n", "2", file], environment: ["SUDO_UID": "\(nobody)"])
      #expect(result.ending == .exited(0))
      #expect(try query("SELECT count(*) FROM total", file) == ["2"])
      var status = stat()
      #expect(stat(file, &status) == 0)
      #expect(status.st_uid == owner)
      #expect(status.st_mode & 0o777 == 0o600)
    }
    // What the user may not write is not written for them.
    let secret = try workload.file("secret", contents: "root's", mode: 0o600)
    let result = try Command.run(program, ["record", "--demo", secret], environment: ["SUDO_UID": "\(nobody)"])
    #expect(result.ending == .exited(74))
    #expect(try String(contentsOfFile: secret, encoding: .utf8) == "root's")
  }

  private func wait(until condition: () throws -> Bool) throws {
    // The file, or its tables, may not be there yet.
    guard Deadline(after: .seconds(30)).wait(until: { (try? condition()) ?? false }) else {
      throw TestFailure("not in time: \(try query("SELECT * FROM total ORDER BY time DESC LIMIT 3"))")
    }
  }

  @Test(
    "one line and exit status 74 where there is no recording, and none can be",
    arguments: [
      (["replay", "/nonexistent.db", "--batch"], "open /nonexistent.db: No such file or directory"),
      (["replay", "/bin/sh", "--batch"], "read /bin/sh: it is no recording of exectop's"),
      (["record", "--demo", "/nonexistent/a.db"], "open /nonexistent/a.db: No such file or directory"),
      (["record", "--demo", "/proc/a.db"], "open /proc/a.db: No such file or directory"),
      (["--demo", "--batch", "--record", "/dev/null"], "record into /dev/null: it is no file"),
      (["diff", "/bin/sh", "/bin/sh"], "read /bin/sh: it is neither a recording nor records of exectop's"),
    ])
  func nothing(arguments: [String], line: String) throws {
    let result = try Command.run(program, arguments)
    #expect(result.ending == .exited(74))
    #expect(result.output == "exectop: \(line)\n")
  }

  @Test("diff of two recordings, of parts of one, and of records; its limits set the exit status")
  func differences() throws {
    defer { workload.remove() }
    let other = workload.path("other.db")
    let records = workload.path("records.json")
    for (file, count) in [(file, "5"), (other, "25")] {
      let result = try Command.run(
        program, ["--demo", "--batch", "-d", "0.1", "-n", count, "--format", "json", "--record", file])
      try Data(result.output.utf8).write(to: URL(filePath: records))
    }
    func diff(_ arguments: String...) throws -> Command.Result {
      try Command.run(program, ["diff"] + arguments, environment: ["LC_ALL": "C.UTF-8"])
    }
    let text = try diff(file, other)
    #expect(text.ending == .exited(0))
    #expect(text.output.contains("more") || text.output.contains("new"))
    #expect(text.output.contains(" PATH\n"))
    // The last record tells the same as the recording that was made beside it.
    let same = try diff(other, records)
    #expect(same.output.hasSuffix("\nno difference\n"))
    let broken = try diff(file, other, "--fail-on", "execs+20%,failed+1000000")
    #expect(broken.ending == .exited(1))
    #expect(broken.output.contains("exectop: execs+20%: execs "))
    #expect(!broken.output.contains("failed+1000000:"))
    #expect(try diff(file, other, "--fail-on", "execs+1000000").ending == .exited(0))
    let json = try Object(try diff(file, other, "--by", "launches", "--format", "json").output)
    #expect(json.string("schema") == "exectop-diff/1")
    #expect(json.objects("rows").contains { $0.names.contains("launch") })
    let part = try diff("\(file)@2026-01-01T00:00..2099-01-01T00:00", other)
    #expect(part.output.split(separator: "\n")[0] == text.output.split(separator: "\n")[0])
    #expect(try diff("\(file)@2020-01-01T00:00..01:00", other).ending == .exited(74))
    #expect(try diff(file, other, "--fail-on", "more").ending == .exited(64))
  }
}
