import Glibc

/// Brings the terminal back when the program crashes, so that the report of the crash can be read.
///
/// The handler writes the reset sequence, restores the terminal's modes and what the signal did before, and lets the
/// signal come again: Swift's backtrace or the core dump then shows the place of the crash, not the handler's.
struct CrashGuard: ~Copyable {
  private static let alternateStackSize = 65_536
  /// The stack of the handler, if it is ours: after an overflow there is no other.
  private let stack: UnsafeMutableRawPointer?

  /// Installs the handler. There is one guard at a time, as there is one terminal.
  init(reset: [UInt8], modes: termios) {
    stack = Self.installStack()
    let memory = UnsafeMutablePointer<CrashPlan>.allocate(capacity: 1)
    let sequence = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: reset.count)
    _ = sequence.initialize(from: reset)
    let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: crashSignalLimit)
    actions.initialize(repeating: sigaction(), count: crashSignalLimit)
    memory.initialize(to: CrashPlan(reset: UnsafeBufferPointer(sequence), modes: modes, previous: actions))
    plan = memory

    var action = sigaction()
    action.__sigaction_handler.sa_sigaction = handleCrash
    action.sa_flags = SA_SIGINFO | SA_ONSTACK
    sigemptyset(&action.sa_mask)
    for signal in Self.signals {
      // In bounds: every signal's number is below crashSignalLimit.
      sigaction(signal, &action, actions + Int(signal))
    }
  }

  /// Restores what the signals did before; only then may the plan go.
  deinit {
    guard let memory = plan else { return }
    for signal in Self.signals {
      sigaction(signal, memory.pointee.previous + Int(signal), nil)
    }
    plan = nil
    memory.pointee.reset.deallocate()
    memory.pointee.previous.deallocate()
    memory.deallocate()
    if let stack {
      var none = stack_t(ss_sp: nil, ss_flags: CInt(SS_DISABLE), ss_size: 0)
      sigaltstack(&none, nil)
      stack.deallocate()
    }
  }

  private static var signals: [CInt] { [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT] }

  /// Gives this thread a stack for signals, unless Swift's runtime has already done so.
  private static func installStack() -> UnsafeMutableRawPointer? {
    var current = stack_t()
    guard sigaltstack(nil, &current) == 0, current.ss_flags & CInt(SS_DISABLE) != 0 else { return nil }
    // The kernel uses the memory until the deinit takes it back.
    let memory = UnsafeMutableRawPointer.allocate(byteCount: alternateStackSize, alignment: 16)
    var stack = stack_t(ss_sp: memory, ss_flags: 0, ss_size: alternateStackSize)
    guard sigaltstack(&stack, nil) == 0 else {
      memory.deallocate()
      return nil
    }
    return memory
  }
}

/// What the handler needs, all of it made beforehand: it may neither allocate nor lock.
private struct CrashPlan {
  /// The terminal's reset sequence; owned.
  let reset: UnsafeBufferPointer<UInt8>
  var modes: termios
  /// What each signal did before, by its number; owned, `crashSignalLimit` elements.
  let previous: UnsafeMutablePointer<sigaction>
}

/// The signals with a default of dumping core are below this number everywhere on Linux.
private let crashSignalLimit = 32

/// The plan of the guard that is installed.
///
/// Sound without a lock: it is written only before the handlers are installed and after they are removed, and read
/// only by them and by the guard's end.
private nonisolated(unsafe) var plan: UnsafeMutablePointer<CrashPlan>?

/// Runs on a crash. Calls only functions that signal-safety(7) lists, and touches only what `plan` owns.
private func handleCrash(signal: CInt, information: UnsafeMutablePointer<siginfo_t>?, context: UnsafeMutableRawPointer?)
{
  guard let plan else { return }
  write(STDOUT_FILENO, plan.pointee.reset.baseAddress, plan.pointee.reset.count)
  tcsetattr(STDIN_FILENO, TCSANOW, &plan.pointee.modes)
  sigaction(signal, plan.pointee.previous + Int(signal), nil)
  // A fault (si_code above 0) happens again when the handler returns, with its address for the report. A trap has
  // already passed, and a signal that was sent is over: those are raised again, to arrive on return.
  let isFault = (information?.pointee.si_code ?? 0) > 0
  if !isFault || signal == SIGTRAP || signal == SIGABRT {
    raise(signal)
  }
}
