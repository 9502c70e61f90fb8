import CNCurses
import Glibc

/// The terminal's modes, as termios has them.
enum TerminalModes {
  /// The modes of standard input.
  static func current() -> termios {
    var modes = termios()
    tcgetattr(STDIN_FILENO, &modes)
    return modes
  }

  /// Sets the modes of standard input, exactly as they were read.
  static func restore(_ modes: termios) {
    var modes = modes
    tcsetattr(STDIN_FILENO, TCSANOW, &modes)
  }

  /// Keys as they are typed, without echo; Ctrl-C and Ctrl-Z as signals. To be called after newterm.
  static func enter() {
    cbreak()
    noecho()
    // ncurses may then move down by a line feed without going to the first column.
    nonl()
    var modes = current()
    // Ctrl-S would freeze the screen, and Ctrl-\ would end the program with a core dump.
    modes.c_iflag &= ~tcflag_t(IXON)
    withUnsafeMutableBytes(of: &modes.c_cc) { characters in
      // In bounds: VQUIT is below NCCS, the number of c_cc's bytes. 0 is _POSIX_VDISABLE on Linux.
      characters[Int(VQUIT)] = 0
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &modes)
    // What ncurses sets again after a stop.
    def_prog_mode()
  }
}
