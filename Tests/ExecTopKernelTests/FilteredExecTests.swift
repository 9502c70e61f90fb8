import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// Execs that a tracer changes or a seccomp filter refuses: the kernel does both before the entry is seen.
@Suite(.needsKernel, .serialized)
struct FilteredExecTests {
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

  @Test("a call that a tracer redirects stands under the path that the kernel saw")
  func redirected() throws {
    let program = try workload.program("program")
    let given = workload.path("given")
    let count = try count {
      try workload.run("traced-redirect", given, program, "40")
      try workload.run("traced-redirect-fail", given, missing, "40")
    }
    #expect(count.row(program) == .ran(40))
    #expect(count.row(missing) == .failed(40, ENOENT))
    #expect(count.row(given) == nil)
  }

  @Test("a call that a tracer makes an exec is one; a call that it skips or makes another is none")
  func changedNumber() throws {
    let program = try workload.program("program")
    let skipped = workload.path("skipped")
    let away = workload.path("away")
    let count = try count {
      try workload.run("traced-number", program, "40")
      try workload.run("traced-number-fail", missing, "40")
      try workload.run("traced-skip", skipped, "40")
      try workload.run("traced-number-away", away, "40")
    }
    #expect(count.row(program) == .ran(40))
    #expect(count.row(missing) == .failed(40, ENOENT))
    #expect(count.row(skipped) == nil)
    #expect(count.row(away) == nil)
  }

  @Test("a call that a tracer emulates is refused with ENOSYS")
  func emulated() throws {
    let count = try count { try workload.run("traced-emulate", missing, "40") }
    #expect(count.row(missing) == .failed(40, ENOSYS))
  }

  @Test("where a tracer makes up a result that is no errno, the failure has none")
  func emulatedStrangely() throws {
    let count = try count { try workload.run("traced-emulate-strangely", missing, "40") }
    #expect(count.row(missing) == .failed(40, 0))
  }

  @Test("what a tracer does to a program that has just been started changes nothing: it ran")
  func atExec() throws {
    let program = try workload.program("program")
    let killed = try workload.program("killed")
    let count = try count {
      try workload.run("traced-number-at-exec", program, "40")
      try workload.run("traced-killed-at-exec", killed, "40")
    }
    #expect(count.row(program) == .ran(40))
    #expect(count.row(killed) == .ran(40))
  }

  @Test("an exec refused late fails once, though a tracer lets the process live on", arguments: ["late", "i386-late"])
  func survived(kind: String) throws {
    let late = workload.path("late")
    try workload.run(["elf-" + kind, late] + (kind == "late" ? [workload.path("forged")] : []) + ["1"])
    let count = try count { try workload.run("traced-late-survived", late, "40") }
    #expect(count.row(late) == .failed(40, EINVAL))
    #expect(count.row(workload.path("forged")) == nil)
  }

  @Test("a filter that lets the call be changes nothing", arguments: ["allow", "log", "trace-allow"])
  func allowed(kind: String) throws {
    let program = try workload.program("program")
    let count = try count { try workload.run("seccomp-" + kind, program, "40") }
    #expect(count.row(program) == .ran(40))
  }

  @Test(
    "a call that a filter refuses with an errno has failed with that",
    arguments: [("errno", EPERM), ("trace-untraced", ENOSYS), ("notify-refuse", EPERM), ("notify-continue", ENOENT)])
  func refused(kind: String, error: Int32) throws {
    let count = try count { try workload.run("seccomp-" + kind, missing, "40") }
    #expect(count.row(missing) == .failed(40, error))
  }

  @Test(
    "a call on which a filter traps or kills has failed without an errno",
    arguments: ["trap", "kill-thread", "kill-process"])
  func trapped(kind: String) throws {
    let count = try count { try workload.run("seccomp-" + kind, missing, "40") }
    #expect(count.row(missing) == .failed(40, 0))
  }

  @Test("a call that a filter makes nothing of is not seen", arguments: ["errno-0", "trace-skip"])
  func unseen(kind: String) throws {
    let program = try workload.program("program")
    let count = try count { try workload.run("seccomp-" + kind, program, "40") }
    #expect(count.row(program) == nil)
  }
}
