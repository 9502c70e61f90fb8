import CNCurses
import ExecTopApp
import ExecTopScreen
import ExecTopSystem
import ExecTopText
import Glibc

/// The terminal on standard input and output, drawn on by ncurses.
///
/// ncurses draws in a pipe, and the bytes go on to an `OutputQueue`: nothing here waits for the terminal for
/// longer than `patience`. One at a time, and on one thread: ncurses keeps its state in global variables. Signals belong to a `SignalSource`
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
  private let drawing: DrawingPipe
  private let input: KeyInput
  private let output: OutputQueue
  private var terminalGuard: TerminalGuard?
  private let reset: [UInt8]
  /// The modes to go back to.
  private let modes: termios

  /// Seconds for a terminal that takes nothing any more, when the program stops or ends.
  private static let patience: Seconds = 0.3
  /// Bytes of keys that are read at a time: a paste, or a terminal that never stops, leaves time for signals.
  private static let mostKeys = 256

  /// Takes the terminal over: alternate screen, keys without echo, mouse reports.
  ///
  /// - Parameter output: standard output. What is drawn is appended, and written as far as the terminal takes it.
  /// - Throws: `TerminalError`, or `SystemCallError`.
  public init(usesColor: Bool, output: OutputQueue) throws {
    try Self.check()
    let drawing = try DrawingPipe()
    let input = KeyInput()
    let screen = try Self.start(drawing.stream, input.stream)
    self.init(screen: screen, drawing: drawing, input: input, usesColor: usesColor, output: output)
  }

  /// Apart from what throws: Swift 6.2 destroys a noncopyable optional property twice when an initializer throws before
  /// all properties are set, and its compiler ends with a "SIL memory lifetime failure".
  private init(
    screen: OpaquePointer, drawing: consuming DrawingPipe, input: consuming KeyInput, usesColor: Bool,
    output: OutputQueue
  ) {
    self.screen = screen
    self.drawing = drawing
    self.output = output
    modes = TerminalModes.current()
    reset = ResetSequence.make(capability: TerminalType.capability)
    isUnicode = CharacterType.isUnicode
    decoder = KeyDecoder(isUnicode: isUnicode)
    terminalGuard = TerminalGuard(output: output.descriptor, reset: reset, modes: modes)
    TerminalModes.set(TerminalModes.forDrawing(from: modes))
    Self.setUpKeys()
    painter = Painter(pens: PenSet(usesColor: usesColor))
    size = Self.adoptSize()
    self.input = input
  }

  deinit {
    if let screen { leave(screen) }
  }

  /// Gives the terminal back as it was. Everything but the size does nothing from now on.
  public mutating func close() {
    guard let screen else { return }
    leave(screen)
    self.screen = nil
    terminalGuard = nil
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
    painter.paint(grid, on: size, cellsAtATime: drawing.cells) { output.append(drawing.takeBytes()) }
    show()
  }

  /// Has the next grid painted from scratch, for when something else has written on the screen.
  public mutating func redraw() {
    painter.forget()
  }

  /// Takes the terminal's present size, after SIGWINCH. A grid of that size is to be painted next.
  public mutating func resized() {
    guard screen != nil else { return }
    size = Self.adoptSize()
    painter.forget()
  }

  /// More keys may be there than `readKeys` gave, and `poll` may not show them.
  public private(set) var mayHaveMoreKeys = false

  /// The keys that have been typed, without waiting for more; nil once the terminal is gone.
  ///
  /// To be called when standard input is readable, or while `mayHaveMoreKeys`. An Escape alone costs up to 25 ms, the
  /// time for the rest of an escape sequence to come.
  public mutating func readKeys() -> [Key]? {
    guard screen != nil else { return nil }
    defer { show() }
    var inputs: [KeyDecoder.Input] = []
    mayHaveMoreKeys = false
    // Until nothing is left: what ncurses has taken from the descriptor no longer shows in `poll`. Bytes rather than
    // get_wch, which loses a character that comes in two parts.
    while !mayHaveMoreKeys {
      let code = wgetch(exectop_stdscr())
      switch code {
      case ERR:
        let keys = decoder.decode(inputs)
        return inputs.isEmpty && Self.isHungUp ? nil : keys
      case 0...0xff:
        inputs.append(.byte(UInt8(code)))
      default:
        inputs += KeyCodes.keys(for: code).map { .key($0) }
      }
      mayHaveMoreKeys =
        inputs.count >= Self.mostKeys && !Self.mayEndInSequence(inputs) || inputs.count >= 4 * Self.mostKeys
    }
    return decoder.decode(inputs)
  }

  /// Whether the last of them can be the beginning of an escape sequence.
  private static func mayEndInSequence(_ inputs: [KeyDecoder.Input]) -> Bool {
    inputs.suffix(32).contains { if case .byte(0x1b) = $0 { true } else { false } }
  }

  /// Stops the program after Ctrl-Z or SIGTSTP, with the terminal as it was, and resumes when it is continued.
  public mutating func suspend() {
    guard screen != nil else { return }
    leaveScreen()
    terminalGuard = nil
    JobControl.stop()
    terminalGuard = TerminalGuard(output: output.descriptor, reset: reset, modes: modes)
    resume()
  }

  /// Takes the terminal back after SIGCONT. The size may have changed; a grid of that size is to be painted next.
  public mutating func resume() {
    guard screen != nil else { return }
    TerminalModes.set(TerminalModes.forDrawing(from: modes))
    resized()
  }

  /// Hands over what ncurses has written. An error shows in `poll` as well.
  private func show() {
    output.append(drawing.takeBytes())
    try? output.flush()
  }

  private static func check() throws(TerminalError) {
    CharacterType.adoptEnvironment()
    guard isatty(STDIN_FILENO) == 1 else { throw .standardInputIsNotATerminal }
    guard isatty(STDOUT_FILENO) == 1 else { throw .standardOutputIsNotATerminal }
  }

  /// - Returns: ncurses' handle.
  private static func start(
    _ output: UnsafeMutablePointer<FILE>, _ input: UnsafeMutablePointer<FILE>
  ) throws(TerminalError) -> OpaquePointer {
    let type = try TerminalType.check()
    let actions = SignalActions()
    // Where newterm finds the default action of SIGTSTP, ncurses ignores that signal during every refresh from then on,
    // which drops one that waits for the `SignalSource`: a Ctrl-Z behind other keys is lost. Another action makes it
    // leave the signal alone (_nc_signal_handler in lib_tstp.c).
    signal(SIGTSTP) { _ in }
    guard let screen = exectop_newterm(output, input) else { throw .refused(type) }
    actions.restore()
    // Until a screen has been left once, ncurses takes every movement of the cursor for one of a program that uses
    // terminfo alone, and writes it at once (_nc_mvcur in lib_mvcur.c): hundreds of writes a refresh instead of one
    // or two. The first refresh enters the screen again.
    endwin()
    return screen
  }

  private func leave(_ screen: OpaquePointer) {
    leaveScreen()
    delscreen(screen)
  }

  /// Gives the terminal back, also where it takes nothing more.
  private func leaveScreen() {
    endwin()
    show()
    if (try? output.drain(within: Terminal.patience)) == false {
      // What stands in the way is dropped, so that the reset is what a reader that comes back gets.
      output.discard()
      tcflush(output.descriptor, TCOFLUSH)
      output.append(reset)
      try? output.flush()
      output.discard()
    }
    TerminalModes.set(modes)
  }

  private static func setUpKeys() {
    let window = exectop_stdscr()
    noecho()
    nonl()
    // All eight bits of a key, which ncurses would otherwise ask the terminal's modes for.
    meta(window, true)
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
