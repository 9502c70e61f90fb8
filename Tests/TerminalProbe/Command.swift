import ExecTopApp
import ExecTopScreen
import ExecTopText
import Glibc

/// What the probe does on a key.
enum Command {
  case quit, leave, redraw, cursor
  /// Writes on the terminal past ncurses.
  case scribble
  /// Shows a grid that is larger than the screen and has control characters in it.
  case hostile
  case crash(Crash)

  init?(_ key: Key) {
    switch key {
    case .character("q"): self = .quit
    case .character("D"): self = .leave
    case .control("l"): self = .redraw
    case .character("G"): self = .scribble
    case .character("C"): self = .cursor
    case .character("H"): self = .hostile
    case .character("T"): self = .crash(.trap)
    case .character("S"): self = .crash(.segmentation)
    case .character("A"): self = .crash(.abort)
    case .character("O"): self = .crash(.overflow)
    default: return nil
    }
  }
}

/// The ways to crash.
enum Crash {
  case trap, segmentation, abort, overflow

  func happen() {
    switch self {
    case .trap: fatalError("as told")
    // Unsafe on purpose: nothing is mapped at address 8.
    case .segmentation: UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
    case .abort: Glibc.abort()
    case .overflow: print(Self.recurse(1))
    }
  }

  /// Needs more stack than there is.
  private static func recurse(_ depth: Int) -> Int {
    let blocks = (depth, depth, depth, depth, depth, depth, depth, depth)
    return depth < .max ? recurse(depth + 1) + blocks.0 : 0
  }
}
