import ExecTopCore
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// The counters of entries and of ends agree: begun = ran + failed + restarted, and ran = returned. What does not is here.
@Suite(.needsKernel, .serialized)
struct BalanceTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  private struct Balance: Equatable {
    /// Ends without an entry, less entries without an end.
    var withoutEntry: Int64 = 0
    /// Execs that ran and that no exit of a system call tells.
    var withoutReturn: Int64 = 0

    static func - (left: Balance, right: Balance) -> Balance {
      Balance(
        withoutEntry: left.withoutEntry - right.withoutEntry, withoutReturn: left.withoutReturn - right.withoutReturn)
    }
  }

  private func balance(_ counter: ExecCounter) -> Balance {
    let counters = counter.counters
    return Balance(
      withoutEntry: Int64(counters.ran + counters.failed + counters.restarted) - Int64(counters.begun),
      withoutReturn: Int64(counters.ran) - Int64(counters.returned))
  }

  /// 40 execs of each kind leave this. Something else's exec can be under way before or after them: a few tries.
  private func expect(_ expected: Balance, of kinds: [[String]]) throws {
    defer { workload.remove() }
    let counter = try ExecCounter()
    for kind in kinds {
      let arguments = try prepare(kind)
      var found: [Balance] = []
      repeat {
        if kind.contains("LOG") { truncate(workload.path("LOG"), 0) }
        let before = balance(counter)
        try workload.run(arguments)
        found.append(balance(counter) - before)
      } while found.last != expected && found.count < 5
      #expect(found.last == expected, "\(kind): \(found)")
    }
  }

  @Test("what succeeds or fails by way of the system call has all of them, and so has what is no exec at all")
  func balanced() throws {
    try expect(
      Balance(),
      of: [
        ["spawn", "PROGRAM"], ["fail", "MISSING"], ["vfork", "PROGRAM"], ["vfork-fail", "MISSING"],
        ["execveat", "PROGRAM"], ["execveat-fail", "MISSING"], ["thread", "PROGRAM"], ["thread-fail", "MISSING"],
        ["late", "LATE"], ["leader-late", "LATE"], ["thread-late", "LATE"], ["late", "LATE32"],
        ["thread-late", "LATE32"], ["blocked", "PROGRAM"], ["blocked-killed", "PROGRAM"], ["blocked-path-killed"],
        ["killed-in-de-thread", "PROGRAM"], ["interrupted", "MOUNT", "PROGRAM", "0"],
        ["traced-redirect", "MISSING", "PROGRAM"], ["traced-skip", "PROGRAM"], ["traced-number", "PROGRAM"],
        ["traced-number-away", "PROGRAM"], ["traced-killed-at-exec", "PROGRAM"], ["traced-late-survived", "LATE32"],
        ["seccomp-allow", "PROGRAM"], ["seccomp-trace-skip", "PROGRAM"], ["int80-fail", "MISSING"],
      ])
  }

  @Test("without an entry: 32-bit calls, the kernel's own, and what is refused before the entry")
  func withoutEntry() throws {
    try expect(
      Balance(withoutEntry: 40),
      of: [
        ["int80", "PROGRAM"], ["int80-late", "LATE"], ["by-kernel", "MOUNT", "APPEND", "LOG"],
        ["seccomp-errno", "MISSING"], ["seccomp-trace-untraced", "MISSING"], ["seccomp-notify-refuse", "MISSING"],
        ["seccomp-trap", "MISSING"], ["seccomp-kill-process", "MISSING"], ["traced-emulate", "MISSING"],
      ])
  }

  @Test("without a return that is seen: programs for i386, and those whose tracer changes the number of the call")
  func withoutReturn() throws {
    try expect(Balance(withoutReturn: 40), of: [["spawn", "I386"], ["traced-number-at-exec", "PROGRAM"]])
  }

  @Test("with a return, and nothing else: a filter says that all went well, and nothing was done")
  func withReturnOnly() throws {
    try expect(Balance(withoutReturn: -40), of: [["seccomp-errno-0", "PROGRAM"]])
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
