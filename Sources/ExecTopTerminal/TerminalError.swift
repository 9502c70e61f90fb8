/// Why a terminal cannot be opened.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
  case standardInputIsNotATerminal
  case standardOutputIsNotATerminal
  /// TERM is not set, or empty.
  case typeUnset
  /// The terminfo database does not have TERM's value.
  case typeUnknown(String)
  /// A terminal without addressable cursor, such as `dumb`.
  case typeTooSimple(String)
  /// ncurses gives no reason when it cannot start.
  case refused(String)

  /// One line: the operation, the reason and the way out.
  public var description: String {
    let reason =
      switch self {
      case .standardInputIsNotATerminal: "standard input is not a terminal; start exectop in one, or use --batch"
      case .standardOutputIsNotATerminal: "standard output is not a terminal; do not redirect it, or use --batch"
      case .typeUnset: "TERM is not set; set it, or use --batch"
      case .typeUnknown(let type):
        "TERM is \(Self.printable(type)), which terminfo does not know; set TERM to a known type such as xterm, "
          + "install ncurses-term, or use --batch"
      case .typeTooSimple(let type):
        "TERM is \(Self.printable(type)), which has no cursor control; set TERM to a known type such as "
          + "xterm, or use --batch"
      case .refused(let type): "ncurses cannot start with TERM \(Self.printable(type)); set another, or use --batch"
      }
    return "open the terminal: " + reason
  }

  /// The environment is someone else's text: control bytes in it must not reach the terminal.
  private static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { 0x20..<0x7f ~= $0.value ? $0 : "?" }))
  }
}
