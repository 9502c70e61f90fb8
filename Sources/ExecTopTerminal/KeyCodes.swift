import CNCurses
import ExecTopApp

/// What ncurses' codes for keys and mouse events mean.
enum KeyCodes {
  /// The mouse events to ask for: everything else would only cost wake-ups.
  static var mouseMask: mmask_t { exectop_button1_pressed() | exectop_wheel_up() | exectop_wheel_down() }

  /// The keys of a code above 0xff: several mouse events can come as one, other codes are one key at most.
  static func keys(for code: CInt) -> [Key] {
    code == KEY_MOUSE ? mouseEvents() : key(for: code).map { [$0] } ?? []
  }

  private static func key(for code: CInt) -> Key? {
    switch code {
    // The size is asked for on SIGWINCH.
    case KEY_RESIZE: nil
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

  /// The events behind KEY_MOUSE. ncurses reads all that have come before it returns that code once, and getmouse hands
  /// them over from the last to the first.
  private static func mouseEvents() -> [Key] {
    var keys: [Key] = []
    var event = MEVENT()
    // Its ring holds eight. getmouse fills in the event, or says ERR when no event that was asked for is left.
    for _ in 0..<8 {
      guard getmouse(&event) == OK else { break }
      if let key = key(of: event) { keys.append(key) }
    }
    return keys.reversed()
  }

  /// Nil for releases and other buttons.
  private static func key(of event: MEVENT) -> Key? {
    let place = Position(row: Int(event.y), column: Int(event.x))
    if event.bstate & exectop_button1_pressed() != 0 { return .mouse(.press, place) }
    if event.bstate & exectop_wheel_up() != 0 { return .mouse(.wheelUp, place) }
    if event.bstate & exectop_wheel_down() != 0 { return .mouse(.wheelDown, place) }
    return nil
  }
}
