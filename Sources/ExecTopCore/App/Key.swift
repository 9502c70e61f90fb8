import ExecTopCounting
import ExecTopTable

/// What came from the keyboard or the mouse.
public enum Key: Hashable, Sendable {
  /// A character as typed, without Control or Meta.
  case character(Unicode.Scalar)
  /// Control and a letter, in lower case: `.control("c")`. Tab, Enter and Backspace have cases of their own.
  case control(Unicode.Scalar)
  /// F1 is 1.
  case function(Int)
  case enter, escape, tab, backspace, delete, up, down, left, right, pageUp, pageDown, home, end
  case mouse(MouseAction, Position)
  /// A key that exectop does not know.
  case unknown
}

public enum MouseAction: Hashable, Sendable {
  /// The first button, pressed or clicked.
  case press
  /// A second press on the same row, shortly after the first one, which came as `press`.
  case doublePress
  case wheelUp, wheelDown
}

extension Key {
  /// As it is written in help and messages.
  var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let scalar): String(Character(scalar))
    case .control(let scalar): "Ctrl-" + String(Character(scalar)).uppercased()
    case .function(let number): "F\(number)"
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backspace: "Backspace"
    case .delete: "Delete"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .home: "Home"
    case .end: "End"
    case .mouse: "the mouse"
    case .unknown: "this key"
    }
  }
}

/// A place on the screen; 0, 0 is the upper left.
public struct Position: Hashable, Sendable {
  public var row: Int
  public var column: Int

  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}

/// A terminal's extent in cells.
public struct Size: Hashable, Sendable {
  public var rows: Int
  public var columns: Int

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}
