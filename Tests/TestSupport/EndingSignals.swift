import Glibc

/// Signals by what they do to a process that does not answer them.
public enum EndingSignals {
  /// Those that end it and can be answered: all but SIGKILL and those that stop it, let it go on or do nothing; without
  /// glibc's own.
  public static let all: [CInt] = (1...64).filter {
    ![SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGCHLD, SIGURG, SIGWINCH].contains($0)
      && !ofGlibc.contains($0)
  }

  /// They end a process like the others, but posix_spawn has them ignored.
  public static let ofGlibc: [CInt] = [32, 33]

  /// Those that exectop takes as a wish to end.
  public static let wishes: [CInt] = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
}
