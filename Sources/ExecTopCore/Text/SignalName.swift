/// The name of a signal, as <signal.h> has it; of those that have none there, the number.
public enum SignalName {
  public static func of(_ signal: Int32) -> String {
    if let name = names[signal] { return "SIG" + name }
    // The C library keeps the first two for itself.
    guard (34...64).contains(signal) else { return "SIG\(signal)" }
    return signal == 34 ? "SIGRTMIN" : "SIGRTMIN+\(signal - 34)"
  }

  /// asm-generic/signal.h: the same on x86-64 and arm64.
  private static let names: [Int32: String] = [
    1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 5: "TRAP", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 10: "USR1",
    11: "SEGV", 12: "USR2", 13: "PIPE", 14: "ALRM", 15: "TERM", 16: "STKFLT", 17: "CHLD", 18: "CONT", 19: "STOP",
    20: "TSTP", 21: "TTIN", 22: "TTOU", 23: "URG", 24: "XCPU", 25: "XFSZ", 26: "VTALRM", 27: "PROF", 28: "WINCH",
    29: "IO", 30: "PWR", 31: "SYS",
  ]
}
