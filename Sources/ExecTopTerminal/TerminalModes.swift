import Glibc

/// The terminal's modes, as termios has them.
enum TerminalModes {
  /// The modes of standard input.
  static func current() -> termios {
    var modes = termios()
    tcgetattr(STDIN_FILENO, &modes)
    return modes
  }

  /// Sets the modes of standard input, without waiting for what is still to be written.
  static func set(_ modes: termios) {
    var modes = modes
    tcsetattr(STDIN_FILENO, TCSANOW, &modes)
  }

  /// Keys as they are typed, without echo; Ctrl-C and Ctrl-Z as signals.
  ///
  /// - Parameter modes: those that the terminal had before.
  static func forDrawing(from modes: termios) -> termios {
    var modes = modes
    modes.c_lflag &= ~tcflag_t(ICANON | ECHO | ECHONL)
    modes.c_lflag |= tcflag_t(ISIG)
    // Ctrl-S would freeze the screen. Enter is a carriage return.
    modes.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | IGNCR)
    // ncurses may then move down by a line feed without going to the first column, and by tabs without erasing.
    modes.c_oflag &= ~tcflag_t(ONLCR | TABDLY)
    withUnsafeMutableBytes(of: &modes.c_cc) { characters in
      // In bounds: all are below NCCS, the number of c_cc's bytes.
      characters[Int(VMIN)] = 1
      characters[Int(VTIME)] = 0
      // Ctrl-\ would end the program with a core dump. 0 is _POSIX_VDISABLE on Linux.
      characters[Int(VQUIT)] = 0
    }
    return modes
  }
}
