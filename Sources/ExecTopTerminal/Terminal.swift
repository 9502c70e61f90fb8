import CNCurses
import ExecTopCore
import Glibc

/// The terminal on standard input and output, taken over by ncurses.
///
/// One at a time, and on one thread: ncurses keeps its state in global variables. Signals belong to a `SignalSource`
/// that exists before; without one, Ctrl-C ends the program and leaves the terminal as it is.
public struct Terminal: ~Copyable {
  /// The extent of the screen as of the opening, the last `resized()` or the last `resume()`.
  public private(set) var size: Size
  /// Whether characters are UTF-8; otherwise only ASCII can be shown.
  public let isUnicode: Bool
  /// nil once the terminal is closed. An ncurses handle that is ours alone, freed by `close()` or the deinit.
  private var screen: OpaquePointer?
  private var painter: Painter
  private var decoder: KeyDecoder
  private var crashGuard: CrashGuard?
  /// The modes to go back to.
  private let modes: termios

  /// Takes the terminal over: alternate screen, keys without echo, mouse reports.
  public init(usesColor: Bool) throws(TerminalError) {
    let (screen, modes) = try Self.start()
    self.screen = screen
    self.modes = modes
    crashGuard = CrashGuard(reset: ResetSequence.make(capability: TerminalType.capability), modes: modes)
    isUnicode = CharacterType.isUnicode
    decoder = KeyDecoder(isUnicode: isUnicode)
    TerminalModes.enter()
    Self.setUpKeys()
    painter = Painter(pens: PenSet(usesColor: usesColor))
    size = Self.adoptSize()
  }

  deinit {
    if let screen { leave(screen) }
  }

  /// Gives the terminal back as it was. Everything but the size does nothing from now on.
  public mutating func close() {
    guard let screen else { return }
    leave(screen)
    self.screen = nil
    crashGuard = nil
  }

  /// Cells that a character takes: 0 for combining marks, -1 if it does not print.
  ///
  /// By wcwidth(3) in the locale of the environment, as of the opening or `CharacterType.adoptEnvironment()`.
  public static func width(of scalar: Unicode.Scalar) -> Int {
    CharacterType.width(of: scalar)
  }

  /// Shows a grid: writes what differs from the one before, and cuts off what does not fit.
  ///
  /// A character that is not as wide here as the grid says, as controls are, shows as question marks.
  public mutating func paint(_ grid: Grid) {
    guard screen != nil else { return }
    painter.paint(grid, on: size)
  }

  /// Shows the last grid again from scratch, for when something else has written on the screen.
  public mutating func redraw() {
    guard screen != nil else { return }
    painter.repaint(on: size)
  }

  /// Takes the terminal's present size, after SIGWINCH. A grid of that size is to be painted next.
  public mutating func resized() {
    guard screen != nil else { return }
    size = Self.adoptSize()
    painter.forget()
  }

  /// The keys that have been typed, without waiting for more; nil once the terminal is gone.
  ///
  /// To be called when standard input is readable. An Escape alone costs up to 25 ms, the time for the rest of an
  /// escape sequence to come.
  public mutating func readKeys() -> [Key]? {
    guard screen != nil else { return nil }
    var inputs: [KeyDecoder.Input] = []
    // Until nothing is left: what ncurses has taken from the descriptor no longer shows in `poll`. Bytes rather than
    // get_wch, which loses a character that comes in two parts.
    while true {
      let code = wgetch(exectop_stdscr())
      switch code {
      case ERR:
        let keys = decoder.decode(inputs)
        return inputs.isEmpty && Self.isHungUp ? nil : keys
      case 0...0xff:
        inputs.append(.byte(UInt8(code)))
      default:
        if let key = KeyCodes.key(for: code) { inputs.append(.key(key)) }
      }
    }
  }

  /// Stops the program after Ctrl-Z or SIGTSTP, with the terminal as it was, and resumes when it is continued.
  public mutating func suspend() {
    guard screen != nil else { return }
    endwin()
    TerminalModes.restore(modes)
    JobControl.stop()
    resume()
  }

  /// Takes the terminal back after SIGCONT and shows the last grid. The size may have changed meanwhile.
  public mutating func resume() {
    guard screen != nil else { return }
    reset_prog_mode()
    size = Self.adoptSize()
    painter.repaint(on: size)
  }

  /// Everything that can fail: gives ncurses' handle and the terminal's modes as they were.
  private static func start() throws(TerminalError) -> (screen: OpaquePointer, modes: termios) {
    CharacterType.adoptEnvironment()
    guard isatty(STDIN_FILENO) == 1 else { throw .standardInputIsNotATerminal }
    guard isatty(STDOUT_FILENO) == 1 else { throw .standardOutputIsNotATerminal }
    let type = try TerminalType.check()
    let modes = TerminalModes.current()
    let actions = SignalActions()
    guard let screen = exectop_newterm() else { throw .refused(type) }
    actions.restore()
    // Until a screen has been left once, ncurses takes every movement of the cursor for one of a program that uses
    // terminfo alone, and writes it at once (_nc_mvcur in lib_mvcur.c): hundreds of writes a refresh instead of one
    // or two. The first refresh enters the screen again.
    endwin()
    return (screen, modes)
  }

  private func leave(_ screen: OpaquePointer) {
    endwin()
    TerminalModes.restore(modes)
    delscreen(screen)
  }

  private static func setUpKeys() {
    let window = exectop_stdscr()
    nodelay(window, true)
    keypad(window, true)
    set_escdelay(25)
    // A refresh is to be complete, whatever has been typed meanwhile.
    typeahead(-1)
    mousemask(KeyCodes.mouseMask, nil)
    // Presses at once, without waiting for a click to become a double click.
    mouseinterval(0)
  }

  /// Gives ncurses the size that the kernel knows, unless it knows none, as on a serial line.
  private static func adoptSize() -> Size {
    var kernel = winsize()
    // TIOCGWINSZ fills in one winsize.
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &kernel) == 0, kernel.ws_row > 0, kernel.ws_col > 0 {
      // Not resizeterm: it would queue a KEY_RESIZE, which `poll` does not see.
      resize_term(CInt(kernel.ws_row), CInt(kernel.ws_col))
    }
    let window = exectop_stdscr()
    return Size(rows: Int(getmaxy(window)), columns: Int(getmaxx(window)))
  }

  /// Whether the other end of the terminal is closed.
  private static var isHungUp: Bool {
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, 0) > 0 else { return false }
    return descriptor.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0
  }
}
