import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// What the programs count, on the running kernel.
@Suite(.needsKernel, .serialized)
struct CountingTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  /// What is counted while `work` runs.
  private func tally(_ kind: ExecCounter.Kind = .exact, of work: () throws -> Void) throws -> Tally {
    defer { workload.remove() }
    let counter = try ExecCounter(kind: kind)
    var tally = Tally(began: 0, countsFromZero: true)
    try work()
    tally.apply(try counter.sample(at: 1))
    #expect(tally.totals.unaccounted == 0)
    return tally
  }

  @Test("a path that was run 50 times has 50 in its row, all of them ran")
  func spawned() throws {
    let program = try workload.program("spawned")
    let tally = try tally { try workload.run("spawn", program, "50") }
    #expect(tally.row(program) == Row(count: 50, errors: [:]))
  }

  @Test("a path whose page was not in memory at entry is counted at the end of the exec")
  func cold() throws {
    let program = try workload.program("cold")
    let tally = try tally { try workload.run("cold", program, "100") }
    #expect(tally.row(program) == Row(count: 100, errors: [:]))
  }

  @Test("so is one that fails")
  func coldAndFailing() throws {
    let path = workload.path("nowhere")
    let tally = try tally { try workload.run("cold-fail", path, "100") }
    #expect(tally.row(path) == Row(count: 100, errors: [ENOENT: 100]))
  }

  @Test("execveat is counted, whether it runs or fails")
  func execveat() throws {
    let program = try workload.program("execveat")
    let missing = workload.path("missing")
    let tally = try tally {
      try workload.run("execveat", program, "20")
      try workload.run("execveat-fail", missing, "30")
    }
    #expect(tally.row(program) == Row(count: 20, errors: [:]))
    #expect(tally.row(missing) == Row(count: 30, errors: [ENOENT: 30]))
  }

  @Test("fexecve and memfd stand under the descriptor's name, as the kernel gives it")
  func descriptors() throws {
    let program = try workload.program("descriptor")
    let tally = try tally {
      try workload.run("descriptor", program, "757", "20")
      try workload.run("descriptor-fail", "758", "30")
      try workload.run("memfd", "759", "40")
      try workload.run("directory", program, "760", "50")
    }
    #expect(tally.row("/dev/fd/757") == Row(count: 20, errors: [:]))
    #expect(tally.row("/dev/fd/758") == Row(count: 30, errors: [EBADF: 30]))
    #expect(tally.row("/dev/fd/759") == Row(count: 40, errors: [:]))
    #expect(tally.row("/dev/fd/760/descriptor") == Row(count: 50, errors: [:]))
  }

  @Test("a 32-bit call that succeeds is counted")
  func int80() throws {
    let program = try workload.program("int80")
    var status: Int32 = 0
    let tally = try tally { status = Workload.wait(for: workload.start(["int80", program, "20"])) }
    // 3: this kernel, or this processor, has no such call.
    if status != 3 { #expect(tally.row(program) == Row(count: 20, errors: [:])) }
  }

  @Test("an exec from a thread that is not the first, which changes its id, is counted once")
  func threads() throws {
    let program = try workload.program("thread")
    let tally = try tally { try workload.run("thread", program, "50") }
    #expect(tally.row(program) == Row(count: 50, errors: [:]))
  }

  @Test("a bad pointer is an unreadable exec, and a failed one")
  func badPointers() throws {
    let tally = try tally { try workload.run("bad-pointer", "70") }
    #expect(tally.totals.unattributed[.unreadable] == 70)
    #expect(tally.totals.failed ?? 0 >= 70)
  }

  @Test("failures of one path are counted by errno")
  func errnos() throws {
    let path = workload.path("many")
    let tally = try tally {
      try workload.run("fail", path, "11")
      _ = try workload.file("many", mode: 0o644)
      try workload.run("fail", path, "12")
      chmod(path, 0o755)
      _ = try workload.file("many", contents: "neither a script nor a program", mode: 0o755)
      try workload.run("fail", path, "13")
      try workload.run("too-big", path, "14")
    }
    #expect(tally.row(path) == Row(count: 50, errors: [ENOENT: 11, EACCES: 12, ENOEXEC: 13, E2BIG: 14]))
    #expect(tally.totals.failedWithoutErrno == 0)
  }

  @Test("a path of 255 bytes and a longer one are both cut, one of 254 is not")
  func longPaths() throws {
    func path(length: Int) -> String {
      workload.path(String(repeating: "x", count: length - workload.path("").utf8.count))
    }
    let tally = try tally {
      try workload.run("fail", path(length: 254), "5")
      try workload.run("fail", path(length: 255), "6")
      try workload.run("fail", path(length: 300), "7")
    }
    #expect(tally.row(path(length: 254))?.count == 5)
    let cut = Path(String(path(length: 300).prefix(255)))
    #expect(tally.row(String(path(length: 300).prefix(255)))?.count == 13)
    #expect(cut.isCut)
    #expect(!Path(path(length: 254)).isCut)
  }

  @Test("light mode counts what ran, and says nothing of failures")
  func light() throws {
    let program = try workload.program("light")
    let tally = try tally(.light) {
      try workload.run("spawn", program, "20")
      try workload.run("fail", workload.path("missing"), "20")
    }
    #expect(tally.row(program) == Row(count: 20, errors: nil))
    #expect(tally.row(workload.path("missing")) == nil)
    #expect(tally.totals.failed == nil)
  }

  @Test("bytes that are no text keep their values")
  func bytes() throws {
    let name = [UInt8](1...255).filter { $0 != UInt8(ascii: "/") }.prefix(100)
    let path = Array(workload.path("").utf8) + name
    let tally = try tally {
      var bytes = path.map { CChar(bitPattern: $0) } + [0]
      var nothing: [UnsafeMutablePointer<CChar>?] = [nil]
      #expect(execve(&bytes, &nothing, &nothing) == -1)
    }
    #expect(tally.rows.contains { tally.path(of: $0) == Path(path) })
  }
}

/// What a test wants to know of a path.
struct Row: Equatable {
  var count: UInt64
  /// Nil where failures are not seen.
  var errors: [Int32: UInt64]?
}

extension Tally {
  func row(_ path: String) -> Row? {
    guard let id = rows.first(where: { self.path(of: $0) == Path(path) }) else { return nil }
    return Row(
      count: count(of: id),
      errors: errors(of: id).map { Dictionary(uniqueKeysWithValues: $0.map { ($0.error, $0.count) }) })
  }
}
