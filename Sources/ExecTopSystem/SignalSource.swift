import CLinux
import Glibc

/// A signal that a program answers in its event loop.
public enum Signal: CaseIterable, Sendable {
  /// SIGINT, Ctrl-C.
  case interrupt
  /// SIGTERM.
  case terminate
  /// SIGHUP: the terminal is gone.
  case hangUp
  /// SIGQUIT.
  case quit
  /// SIGWINCH: the terminal has another size.
  case windowChange
  /// SIGTSTP, Ctrl-Z.
  case suspend
  /// SIGCONT: the program goes on after a stop.
  case `continue`

  /// Asks the program to end.
  public var ends: Bool {
    switch self {
    case .interrupt, .terminate, .hangUp, .quit: true
    case .windowChange, .suspend, .continue: false
    }
  }

  var number: CInt {
    switch self {
    case .interrupt: SIGINT
    case .terminate: SIGTERM
    case .hangUp: SIGHUP
    case .quit: SIGQUIT
    case .windowChange: SIGWINCH
    case .suspend: SIGTSTP
    case .continue: SIGCONT
    }
  }
}

/// Signals as something to `poll` for, so that they arrive between two steps of the event loop and never within one.
///
/// Make it before the program starts another thread: the mask that it sets is the calling thread's, and threads
/// inherit it. It is to end on the same thread.
public struct SignalSource: ~Copyable {
  /// Readable while signals wait.
  public let fileDescriptor: CInt
  private let previousMask: sigset_t

  /// Blocks the signals and takes them by a descriptor. Throws what signalfd(2) refuses.
  ///
  /// A signal that the program was started to ignore (`nohup`, a background job of a script) stays ignored, except
  /// SIGWINCH and SIGCONT, whose default is to be ignored.
  public init(_ signals: [Signal] = Signal.allCases) throws(SystemCallError) {
    var mask = sigset_t()
    sigemptyset(&mask)
    for signal in signals where !Self.isIgnored(signal) {
      sigaddset(&mask, signal.number)
    }
    // Blocked first: a signal that comes in between waits for the descriptor.
    var previousMask = sigset_t()
    pthread_sigmask(SIG_BLOCK, &mask, &previousMask)
    let descriptor = signalfd(-1, &mask, CInt(SFD_NONBLOCK) | CInt(SFD_CLOEXEC))
    guard descriptor >= 0 else {
      let error = SystemCallError("create a signal descriptor")
      pthread_sigmask(SIG_SETMASK, &previousMask, nil)
      throw error
    }
    fileDescriptor = descriptor
    self.previousMask = previousMask
  }

  /// Restores the mask. Signals that still wait are dropped: a second Ctrl-C must not kill a program that is ending.
  deinit {
    _ = read()
    close(fileDescriptor)
    var mask = previousMask
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }

  /// All signals that wait, without waiting for more.
  public func read() -> [Signal] {
    var signals: [Signal] = []
    var info = signalfd_siginfo()
    // The kernel writes whole structures only; `info` has room for one.
    let size = MemoryLayout<signalfd_siginfo>.size
    while Glibc.read(fileDescriptor, &info, size) == size {
      if let signal = Signal.allCases.first(where: { $0.number == CInt(info.ssi_signo) }) {
        signals.append(signal)
      }
    }
    return signals
  }

  /// Whether the signal is set to be ignored. A blocked signal is kept even so, hence the question beforehand.
  private static func isIgnored(_ signal: Signal) -> Bool {
    if signal == .windowChange || signal == .continue { return false }
    var action = sigaction()
    return sigaction(signal.number, nil, &action) == 0 && JobControl.isIgnored(action)
  }
}
