import ExecTopCounting
import ExecTopText

/// The name of a way in which a process ends, on the screen and in records: `0`, `7`, `SIGKILL`, `SIGSEGV+core` where its
/// memory was written to a file, `not_kept` where there were too many different endings to keep all apart.
package enum ExitName {
  package static func of(_ status: ExitStatus) -> String {
    if let code = status.code { return String(code) }
    guard let signal = status.signal else { return "not_kept" }
    return SignalName.of(signal) + (status.isCoreDumped ? "+core" : "")
  }
}
