import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// Execs made in the ways that a program can choose so as to be missed, counted twice or shown under another name.
@Suite(.needsKernel, .serialized)
struct HostileExecTests {
  private let workload: Workload
  private let missing: String

  init() throws {
    workload = try Workload()
    missing = workload.path("missing")
  }

  private func count(of work: () throws -> Void) throws -> ExactCount {
    defer { workload.remove() }
    return try ExactCount(of: work)
  }

  /// A small program, made by a kind of ExecWorkload.
  private func elf(_ kind: String, _ name: String, _ text: String? = nil, count: Int = 1) throws -> String {
    let path = workload.path(name)
    try workload.run(["elf-" + kind, path] + (text.map { [$0] } ?? []) + ["\(count)"])
    return path
  }

  /// A program that is refused past the point of no return. Where the old program had the path, it has this text.
  private func lateElf(_ name: String) throws -> String {
    try elf("late", name, workload.path("forged"))
  }

  private func size(of path: String) -> UInt64 {
    var status = stat()
    return stat(path, &status) == 0 ? UInt64(status.st_size) : 0
  }

  // MARK: Threads

  @Test("an exec by the leader of threads runs, or fails with ENOENT or EACCES", arguments: ["leader", "thread"])
  func threads(who: String) throws {
    let program = try workload.program("program")
    let denied = try workload.file("denied", mode: 0o644)
    let count = try count {
      try workload.run(who, program, "40")
      try workload.run(who + "-fail", missing, "40")
      try workload.run(who + "-fail", denied, "40")
    }
    #expect(count.row(program) == .ran(40))
    #expect(count.row(missing) == .failed(40, ENOENT))
    #expect(count.row(denied) == .failed(40, EACCES))
  }

  @Test(
    "an exec that is refused past the point of no return fails under its own name",
    arguments: ["", "leader-", "thread-"])
  func refusedLate(who: String) throws {
    let late = try lateElf("late")
    let address = try elf("late-address", "address")
    let interpreter = try elf("late-interpreter", "interpreter", late)
    let count = try count {
      for path in [late, address, interpreter] { try workload.run(who + "late", path, "40") }
    }
    #expect(count.row(late) == .failed(40, EINVAL))
    #expect(count.row(address) == .failed(40, ENOMEM))
    #expect(count.row(interpreter) == .failed(40, ENOMEM))
    #expect(count.row(workload.path("forged")) == nil)
    #expect(count.reasons == Unattributed())
  }

  @Test("whoever gets the id of a thread whose exec was refused late has his execveat counted")
  func reusedThreadID() throws {
    let late = try lateElf("late")
    let program = try workload.program("program")
    let count = try count { try workload.run("reuse", late, program, "40") }
    #expect(count.row(late) == .failed(40, EINVAL))
    #expect(count.row(program) == .ran(40))
  }

  @Test("so does one that a 32-bit call asked for")
  func int80RefusedLate() throws {
    let late = try lateElf("late")
    let count = try count { try workload.run("int80-late", late, "40") }
    #expect(count.row(late) == .failed(40, EINVAL))
    #expect(count.reasons == Unattributed())
  }

  @Test(
    "so does a program for i386, and takes no name from those that come after", arguments: ["", "leader-", "thread-"])
  func i386RefusedLate(who: String) throws {
    let first = try elf("i386-late", "first")
    let second = try lateElf("second")
    let count = try count {
      try workload.run(who + "late", first, "200")
      try workload.run(who + "late", second, "40")
      try workload.run("fail", missing, "40")
    }
    #expect(count.row(first) == .failed(200, EINVAL))
    #expect(count.row(second) == .failed(40, EINVAL))
    #expect(count.row(missing) == .failed(40, ENOENT))
    #expect(count.row(workload.path("forged")) == nil)
    #expect(count.reasons == Unattributed())
  }

  @Test("a program without code in memory has its failures counted under their paths")
  func noCode() throws {
    let program = try elf("no-code", "no-code", missing, count: 40)
    let count = try count { try workload.run("spawn", program, "1") }
    #expect(count.row(program) == .ran(1))
    #expect(count.row(missing) == .failed(40, ENOENT))
    #expect(count.reasons == Unattributed())
  }

  // MARK: In the middle of an exec

  @Test("execs after vfork")
  func vfork() throws {
    let program = try workload.program("program")
    let count = try count {
      try workload.run("vfork", program, "40")
      try workload.run("vfork-fail", missing, "40")
    }
    #expect(count.row(program) == .ran(40))
    #expect(count.row(missing) == .failed(40, ENOENT))
  }

  @Test("200 execs that wait at once all run")
  func blocked() throws {
    let program = try workload.program("program")
    let count = try count { try workload.run("blocked", program, "200") }
    #expect(count.row(program) == .ran(200))
  }

  @Test("200 execs that are killed while they wait all fail")
  func killedWhileBlocked() throws {
    let program = try workload.program("program")
    let count = try count { try workload.run("blocked-killed", program, "200") }
    #expect(count.row(program) == .failed(200, EFAULT))
  }

  @Test("those killed before their path could be read are unreadable")
  func killedBeforePath() throws {
    let count = try count { try workload.run("blocked-path-killed", "40") }
    #expect(count.reasons == [.unreadable: 40])
    #expect(count.counters.failed >= 40)
  }

  @Test("an exec killed past the point of no return, while it waits for another thread's end, fails under its name")
  func killedInDeThread() throws {
    let program = try workload.program("program")
    let count = try count { try workload.run("killed-in-de-thread", program, "40") }
    #expect(count.row(program) == .failed(40, EAGAIN))
  }

  @Test("with 200 execs past the point of no return, those that are refused there still have their names")
  func held() throws {
    let program = try workload.program("program")
    let late = try lateElf("late")
    let i386 = try elf("i386-late", "i386")
    let count = try count { try workload.run("held", program, late, i386, "200") }
    #expect(count.row(program) == .ran(200))
    #expect(count.row(late) == .failed(40, EINVAL))
    #expect(count.row(i386) == .failed(40, EINVAL))
    #expect(count.reasons == Unattributed())
  }

  @Test("an exec that a signal interrupts and the kernel makes again is counted once")
  func interrupted() throws {
    let program = try workload.program("program")
    let noProgram = try workload.file("no-program", contents: "neither a script nor a program", mode: 0o755)
    let mount = workload.path("mount")
    mkdir(mount, 0o755)
    let count = try count {
      try workload.run("interrupted", mount, program, "0", "40")
      try workload.run("interrupted", mount, noProgram, "9", "40")
    }
    #expect(count.row(program) == .ran(40))
    #expect(count.row(noProgram) == .failed(40, ENOEXEC))
    #expect(count.row(mount + "/slow") == .failed(80, EIO))
    #expect(count.counters.restarted >= 80)
  }

  // MARK: The path changes

  @Test(
    "while another process or thread changes the path, only what exists runs, and as often as it did",
    arguments: ["process", "thread"])
  func changingPath(who: String) throws {
    let log = try workload.file("log", mode: 0o644)
    let real = try elf("append", "flip-1", log)
    let fake = workload.path("flip-2")
    var runs: UInt64 = 0
    let count = try count {
      try workload.run("flip-by-" + who, real, fake, "8000")
      runs = size(of: log)
    }
    // The name of a failed exec is the one that user memory holds at its end: either.
    let rows = [real, fake].map { count.row($0) ?? Row(count: 0, errors: [:]) }
    let failed = rows.map { $0.errors?[ENOENT] ?? 0 }
    #expect(runs > 0)
    #expect(rows[0].count - failed[0] == runs)
    #expect(rows[1].count == failed[1])
    #expect(rows[0].count + rows[1].count == 8000)
    #expect(rows.allSatisfy { ($0.errors ?? [:]).keys.allSatisfy { $0 == ENOENT } })
    #expect(count.reasons == Unattributed())
  }

  // MARK: Where the path is

  @Test("the empty path, one at the end of memory, one on a cold page, one that is too long")
  func paths() throws {
    let atEnd = workload.path("at-end")
    let cold = workload.path("cold")
    let count = try count {
      try workload.run("empty", "40")
      try workload.run("last-bytes", atEnd, "40")
      try workload.run("too-long", missing, "40")
      try workload.run("cold-page", cold, "40")
    }
    // Each is called by execve and execveat, but for the cold one.
    #expect(count.row("")?.errors?[ENOENT] ?? 0 >= 80)
    #expect(count.row(atEnd) == .failed(80, ENOENT))
    #expect(count.row(cold) == .failed(40, ENOENT))
    let cut = missing + String(repeating: "/", count: 255 - missing.utf8.count)
    #expect(count.row(cut) == .failed(80, ENAMETOOLONG))
    #expect(count.reasons == Unattributed())
  }

  @Test("no pointer, and a path that runs into memory that is not there, are unreadable")
  func unreadable() throws {
    let count = try count {
      try workload.run("null", "40")
      try workload.run("without-end", missing, "40")
    }
    #expect(count.reasons == [.unreadable: 160])
    #expect(count.row(missing) == nil)
  }

  // MARK: Other ways and places

  @Test("scripts run under their own path, the interpreter not at all")
  func scripts() throws {
    let program = try workload.program("program")
    let script = try workload.file("script", contents: "#!\(program) exit\n", mode: 0o755)
    let outer = try workload.file("outer", contents: "#!\(script)\n", mode: 0o755)
    let orphan = try workload.file("orphan", contents: "#!\(missing)\n", mode: 0o755)
    let count = try count {
      try workload.run("spawn", script, "40")
      try workload.run("spawn", outer, "40")
      try workload.run("fail", orphan, "40")
    }
    #expect(count.row(script) == .ran(40))
    #expect(count.row(outer) == .ran(40))
    #expect(count.row(orphan) == .failed(40, ENOENT))
    #expect(count.row(program) == nil)
    #expect(count.row(missing) == nil)
  }

  @Test("binfmt_misc runs a file under its own path")
  func misc() throws {
    let interpreter = try elf("exit", "interpreter")
    let file = try workload.file("file.exectop", contents: "anything", mode: 0o755)
    let mount = workload.path("mount")
    mkdir(mount, 0o755)
    let count = try count { try workload.run("misc", mount, interpreter, file, "40") }
    #expect(count.row(file) == .ran(40))
    #expect(count.row(interpreter) == nil)
  }

  @Test("below another root, the path is the one given there")
  func chroot() throws {
    let name = "/" + workload.directory.split(separator: "/").joined(separator: "-")
    _ = try elf("exit", name)
    let count = try count { try workload.run("chroot", workload.directory, name, "40") }
    #expect(count.row(name) == .ran(40))
  }

  @Test("in namespaces of their own")
  func namespaces() throws {
    let program = try workload.program("program")
    let count = try count { try workload.run("namespaces", program, missing, "40") }
    #expect(count.row(program) == .ran(40))
    #expect(count.row(missing) == .failed(40, ENOENT))
  }

  @Test("a program for i386")
  func i386() throws {
    let program = try elf("i386", "i386")
    let count = try count { try workload.run("spawn", program, "40") }
    #expect(count.row(program) == .ran(40))
  }

  @Test("a 32-bit call is counted if it runs; one that fails cannot be seen")
  func int80() throws {
    let program = try workload.program("program")
    let count = try count {
      try workload.run("int80", program, "40")
      try workload.run("int80-fail", missing, "40")
    }
    #expect(count.row(program) == .ran(40))
    #expect(count.row(missing) == nil)
  }

  @Test("what the kernel itself runs", .needsFilesOfKernelThreads)
  func byKernel() throws {
    let log = try workload.file("log", mode: 0o644)
    let program = try elf("append", "program", log)
    let mount = workload.path("mount")
    mkdir(mount, 0o755)
    let count = try count { try workload.run("by-kernel", mount, program, log, "40") }
    #expect(count.row(program) == .ran(40))
  }
}
