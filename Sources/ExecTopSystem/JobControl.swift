import Glibc

/// Stopping the program as a shell expects it.
public enum JobControl {
  /// Stops this process by SIGTSTP's default action and returns once it is continued.
  ///
  /// It returns at once where nobody could continue the program: if SIGTSTP is set to be ignored, or the process
  /// group is orphaned, which makes the kernel drop the signal. SIGSTOP would leave such a program stopped for good.
  public static func stop() {
    var previous = sigaction()
    guard sigaction(SIGTSTP, nil, &previous) == 0, !isIgnored(previous) else { return }
    var standard = sigaction()
    standard.__sigaction_handler.sa_handler = SIG_DFL
    sigaction(SIGTSTP, &standard, nil)
    var mask = sigset_t()
    var previousMask = sigset_t()
    sigemptyset(&mask)
    sigaddset(&mask, SIGTSTP)
    // Blocked, the signal waits for the next line; otherwise the process stops within `raise`.
    raise(SIGTSTP)
    pthread_sigmask(SIG_UNBLOCK, &mask, &previousMask)
    pthread_sigmask(SIG_SETMASK, &previousMask, nil)
    sigaction(SIGTSTP, &previous, nil)
  }

  /// Whether a signal's action is to ignore it.
  static func isIgnored(_ action: sigaction) -> Bool {
    // Compared as addresses: SIG_IGN is the constant 1 in a function pointer's place, never to be called.
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
