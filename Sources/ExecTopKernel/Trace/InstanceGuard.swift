import Glibc

/// Removes the trace instance when a signal ends the program that its event loop does not take: a crash, or one like
/// SIGUSR1 whose default is to end it.
///
/// The handler removes the instance, restores what the signal did before, and lets it come again. There is one guard at
/// a time, made after and released before any other that answers the same signals.
struct InstanceGuard: ~Copyable {
  private let plan: UnsafeMutablePointer<RemovalPlan>

  init(folder: Int32, name: String, pipe: Int32) {
    let previous = UnsafeMutablePointer<sigaction>.allocate(capacity: signalLimit)
    previous.initialize(repeating: sigaction(), count: signalLimit)
    plan = UnsafeMutablePointer<RemovalPlan>.allocate(capacity: 1)
    plan.initialize(to: RemovalPlan(folder: folder, name: strdup(name), pipe: pipe, previous: previous))
    installedPlan = plan

    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = removeInstance
    action.sa_flags = SA_SIGINFO | SA_ONSTACK
    sigemptyset(&action.sa_mask)
    for signal in 1..<CInt(signalLimit) where InstanceGuard.ends(signal) {
      // In bounds: the range is that of the array.
      if sigaction(signal, &action, previous + Int(signal)) == 0 { plan.pointee.guarded.insert(signal) }
    }
  }

  /// Restores what the signals did before; only then may the plan go.
  deinit {
    for signal in plan.pointee.guarded { sigaction(signal, plan.pointee.previous + Int(signal), nil) }
    installedPlan = nil
    plan.pointee.previous.deallocate()
    free(plan.pointee.name)
    plan.deinitialize(count: 1)
    plan.deallocate()
  }

  /// The program ends at this signal, or crashes by it.
  private static func ends(_ signal: CInt) -> Bool {
    switch signal {
    case SIGKILL, SIGSTOP, SIGCHLD, SIGCONT, SIGURG, SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU: return false
    // These may have handlers, of the terminal's or of Swift's backtrace, which are called next.
    case SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT: return true
    default:
      // Ignored, or answered by someone: then it does not end the program.
      var action = sigaction()
      return sigaction(signal, nil, &action) == 0 && action.__sigaction_handler.sa_handler == nil
    }
  }
}

/// What the handler needs, all of it made beforehand: it may neither allocate nor lock.
private struct RemovalPlan {
  let folder: Int32
  /// Owned.
  let name: UnsafeMutablePointer<CChar>?
  let pipe: Int32
  /// What each signal did before, by its number; owned, `signalLimit` elements.
  let previous: UnsafeMutablePointer<sigaction>
  /// Not read by the handler.
  var guarded: Set<CInt> = []
}

/// One more than the highest signal of Linux (_NSIG in <signal.h>).
private let signalLimit = 65

/// The plan of the guard that is installed.
///
/// Sound without a lock: it is written only before the handlers are installed and after they are removed, on the one
/// thread of the program, and read only by them.
private nonisolated(unsafe) var installedPlan: UnsafeMutablePointer<RemovalPlan>?

/// Calls only functions that signal-safety(7) lists, and unlinkat, which is one system call; touches only what the plan
/// owns.
private func removeInstance(
  signal: CInt, information: UnsafeMutablePointer<siginfo_t>?, context: UnsafeMutableRawPointer?
) {
  guard let plan = installedPlan, let name = plan.pointee.name else { return }
  close(plan.pointee.pipe)
  unlinkat(plan.pointee.folder, name, AT_REMOVEDIR)
  sigaction(signal, plan.pointee.previous + Int(signal), nil)
  // A fault (si_code above 0) happens again when the handler returns, with its address for the report. A trap has
  // already passed, and a signal that was sent is over: those are raised again, to arrive on return.
  let isFault = (information?.pointee.si_code ?? 0) > 0 && [SIGSEGV, SIGBUS, SIGILL, SIGFPE].contains(signal)
  if !isFault { raise(signal) }
}

/// All signals, held back on this thread until they are restored.
struct BlockedSignals {
  private var before = sigset_t()

  init() {
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
  }

  func restore() {
    var mask = before
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}
