import CNCurses
import Glibc

/// The terminal's type by TERM, looked up before ncurses starts, which gives no reasons.
enum TerminalType {
  /// TERM's value, if ncurses can draw on such a terminal.
  static func check() throws(TerminalError) -> String {
    // The environment's string is copied at once.
    guard let type = getenv("TERM").map({ String(cString: $0) }), !type.isEmpty else { throw .typeUnset }
    var result: CInt = 0
    guard setupterm(type, STDOUT_FILENO, &result) == OK else {
      // 1: found, but it prints on paper.
      throw result == 1 ? .typeTooSimple(type) : .typeUnknown(type)
    }
    // newterm looks it up again and keeps its own.
    defer { exectop_forget_terminal_type() }
    guard capability("cup") != nil else { throw .typeTooSimple(type) }
    return type
  }

  /// A string capability of the terminal that is open, by its terminfo name; nil if it has none.
  static func capability(_ name: String) -> [UInt8]? {
    // tigetstr returns NULL for what is absent and -1 for what is no string. Else it is a string of terminfo's, which
    // stays until the terminal is forgotten, and is copied here.
    guard let string = tigetstr(name), Int(bitPattern: string) != -1 else { return nil }
    return String(cString: string).utf8.map { $0 }
  }
}
