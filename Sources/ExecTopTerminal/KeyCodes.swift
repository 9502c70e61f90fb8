import CNCurses
import ExecTopCore

/// What ncurses' codes for keys and mouse events mean.
enum KeyCodes {
  /// The mouse events to ask for: everything else would only cost wake-ups.
  static var mouseMask: mmask_t { exectop_button1_pressed() | exectop_wheel_up() | exectop_wheel_down() }

  /// The key of a code above 0xff; nil if it is none.
  static func key(for code: CInt) -> Key? {
    switch code {
    // The size is asked for on SIGWINCH.
    case KEY_RESIZE: nil
    case KEY_MOUSE: mouse()
    case KEY_ENTER: .enter
    case KEY_BACKSPACE: .backspace
    case KEY_DC: .delete
    case KEY_UP: .up
    case KEY_DOWN: .down
    case KEY_LEFT: .left
    case KEY_RIGHT: .right
    case KEY_PPAGE: .pageUp
    case KEY_NPAGE: .pageDown
    // The keypad's corners, where terminfo tells them apart.
    case KEY_HOME, KEY_A1: .home
    case KEY_END, KEY_C1: .end
    case KEY_A3: .pageUp
    case KEY_C3: .pageDown
    // Function keys follow KEY_F0; KEY_F(n) is a macro that Swift cannot import.
    case KEY_F0 + 1...KEY_F0 + 63: .function(Int(code - KEY_F0))
    default: .unknown
    }
  }

  /// The event behind KEY_MOUSE; nil for releases and other buttons.
  private static func mouse() -> Key? {
    var event = MEVENT()
    // getmouse fills in the event or says ERR, when it was not one that was asked for.
    guard getmouse(&event) == OK else { return nil }
    let place = Position(row: Int(event.y), column: Int(event.x))
    if event.bstate & exectop_button1_pressed() != 0 { return .mouse(.press, place) }
    if event.bstate & exectop_wheel_up() != 0 { return .mouse(.wheelUp, place) }
    if event.bstate & exectop_wheel_down() != 0 { return .mouse(.wheelDown, place) }
    return nil
  }
}
