import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// The counters of entries and of ends agree: begun = ran + failed + restarted. What does not is here.
@Suite(.needsKernel, .serialized)
struct BalanceTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  /// Ends without an entry, less entries without an end.
  private func withoutEntry(_ counter: ExecCounter) -> Int64 {
    let counters = counter.counters
    return Int64(counters.ran + counters.failed + counters.restarted) - Int64(counters.begun)
  }

  /// 40 execs of each kind leave this. Something else's exec can be under way before or after them: a few tries.
  private func expect(_ expected: Int64, of kinds: [[String]]) throws {
    defer { workload.remove() }
    let counter = try ExecCounter()
    for kind in kinds {
      let arguments = try prepare(kind)
      var found: [Int64] = []
      repeat {
        if kind.contains("LOG") { truncate(workload.path("LOG"), 0) }
        let before = withoutEntry(counter)
        try workload.run(arguments)
        found.append(withoutEntry(counter) - before)
      } while found.last != expected && found.count < 5
      #expect(found.last == expected, "\(kind): \(found)")
    }
  }

  @Test("what succeeds or fails by way of the system call has all of them, and so has what is no exec at all")
  func balanced() throws {
    try expect(
      0,
      of: [
        ["spawn", "PROGRAM"], ["fail", "MISSING"], ["vfork", "PROGRAM"], ["vfork-fail", "MISSING"],
        ["execveat", "PROGRAM"], ["execveat-fail", "MISSING"], ["thread", "PROGRAM"], ["thread-fail", "MISSING"],
        ["late", "LATE"], ["leader-late", "LATE"], ["thread-late", "LATE"], ["late", "LATE32"],
        ["thread-late", "LATE32"], ["blocked", "PROGRAM"], ["blocked-killed", "PROGRAM"], ["blocked-path-killed"],
        ["killed-in-de-thread", "PROGRAM"], ["interrupted", "MOUNT", "PROGRAM", "0"],
        ["traced-redirect", "MISSING", "PROGRAM"], ["traced-skip", "PROGRAM"], ["traced-number", "PROGRAM"],
        ["traced-number-away", "PROGRAM"], ["traced-killed-at-exec", "PROGRAM"], ["traced-late-survived", "LATE32"],
        ["seccomp-allow", "PROGRAM"], ["seccomp-trace-skip", "PROGRAM"], ["int80-fail", "MISSING"],
        ["spawn", "I386"], ["traced-number-at-exec", "PROGRAM"], ["seccomp-errno-0", "PROGRAM"],
      ])
  }

  @Test("without an entry: the kernel's own", .needsFilesOfKernelThreads)
  func byKernel() throws {
    try expect(40, of: [["by-kernel", "MOUNT", "APPEND", "LOG"]])
  }

  @Test("without an entry: 32-bit calls, and what is refused before the entry")
  func withoutEntry() throws {
    try expect(
      40,
      of: [
        ["int80", "PROGRAM"], ["int80-late", "LATE"], ["seccomp-errno", "MISSING"],
        ["seccomp-trace-untraced", "MISSING"], ["seccomp-notify-refuse", "MISSING"],
        ["seccomp-trap", "MISSING"], ["seccomp-kill-process", "MISSING"], ["traced-emulate", "MISSING"],
      ])
  }

  /// Makes the files that the kind names in capitals, and adds the count.
  private func prepare(_ kind: [String]) throws -> [String] {
    try kind.map { operand in
      let path = workload.path(operand)
      switch operand {
      case "PROGRAM": _ = try workload.program(operand)
      case "LATE": try workload.run("elf-late", path, "forged", "1")
      case "LATE32": try workload.run("elf-i386-late", path, "1")
      case "I386": try workload.run("elf-i386", path, "1")
      case "APPEND": try workload.run("elf-append", path, workload.path("LOG"), "1")
      case "LOG": _ = try workload.file(operand, mode: 0o644)
      case "MOUNT": mkdir(path, 0o755)
      case "MISSING": break
      default: return operand
      }
      return path
    } + ["40"]
  }
}
