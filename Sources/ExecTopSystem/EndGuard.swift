import CExecTopSystem
import Glibc

// What has to be restored however the program ends: by any signal that ends it, crashes included. One handler, in
// CExecTopSystem, restores what is registered, then what the signal did before, and lets the signal come again: so
// Swift's backtrace, the core dump and the exit status are those of that signal. SIGKILL alone cannot be answered.

/// While this lives, a signal that ends the program gives the terminal back first. There is one at a time.
public struct TerminalGuard: ~Copyable {
  /// - Parameters:
  ///   - output: where to write.
  ///   - reset: what brings the terminal back; at most 512 bytes.
  ///   - modes: the modes of standard input to go back to.
  public init(output: CInt, reset: [UInt8], modes: termios) {
    var modes = modes
    // Both are copied by the call. It fails only for a longer sequence, of which terminfo has none.
    _ = exectop_guard_terminal(output, reset, reset.count, &modes)
  }

  deinit { exectop_unguard_terminal() }
}

/// While this lives, a signal that ends the program removes a directory first, even if others' files are in it, as in a
/// trace instance. There is one at a time.
public struct DirectoryGuard: ~Copyable {
  /// - Parameters:
  ///   - folder: a descriptor of the directory above, which outlives this.
  ///   - name: at most 127 bytes.
  ///   - pipe: a descriptor of the file in it that this program has open, and closes after this has ended.
  public init(folder: CInt, name: String, pipe: CInt) {
    // The name is copied by the call. It fails only for a longer one.
    _ = exectop_guard_directory(folder, name, pipe)
  }

  deinit { exectop_unguard_directory() }
}

/// All signals, held back on this thread until they are restored.
public struct BlockedSignals {
  private var before = sigset_t()

  public init() {
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
  }

  public func restore() {
    var mask = before
    pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}
