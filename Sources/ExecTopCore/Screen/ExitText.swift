import ExecTopCounting
import ExecTopText

/// What a way to end means: of a signal, the words of strsignal(3).
enum ExitText {
  /// Nil where nothing is known of it: each program has its own statuses.
  static func of(_ status: ExitStatus) -> String? {
    if let code = status.code { return of(code: code) }
    guard let signal = status.signal else { return "too many different ones to keep all" }
    guard let text = signals[signal] else { return status.isCoreDumped ? "core dumped" : nil }
    return text + (status.isCoreDumped ? ", core dumped" : "")
  }

  private static func of(code: Int32) -> String? {
    // A shell, and whatever does as one, says so of a program that a signal ended.
    if (129...192).contains(code) { return "of a shell: \(SignalName.of(code - 128))" }
    return codes[code]
  }

  /// What programs agree on: POSIX's shell, timeout(1) and <sysexits.h>.
  private static let codes: [Int32: String] = [
    0: "succeeded", 1: "an error", 2: "an error, often of usage", 64: "wrong usage", 65: "wrong data", 66: "no input",
    69: "unavailable", 70: "internal error", 71: "system error", 73: "cannot create", 74: "input/output error",
    75: "try again", 77: "no permission", 78: "wrong configuration", 124: "timed out", 126: "cannot be run",
    127: "not found",
  ]

  private static let signals: [Int32: String] = [
    1: "Hangup", 2: "Interrupt", 3: "Quit", 4: "Illegal instruction", 5: "Trace/breakpoint trap", 6: "Aborted",
    7: "Bus error", 8: "Floating point exception", 9: "Killed", 10: "User defined signal 1",
    11: "Segmentation fault", 12: "User defined signal 2", 13: "Broken pipe", 14: "Alarm clock", 15: "Terminated",
    16: "Stack fault", 24: "CPU time limit exceeded", 25: "File size limit exceeded", 26: "Virtual timer expired",
    27: "Profiling timer expired", 29: "I/O possible", 30: "Power failure", 31: "Bad system call",
  ]
}
