import ExecTopApp
import ExecTopCounting
import ExecTopRecords
import ExecTopScreen
import ExecTopTable
import ExecTopText
import ExecTopTrace
import TestSupport

/// What is typed at random into the dashboard, as an xterm sends it; nothing of it ends or stops the program.
enum HostileKeys {
  /// A key that has a meaning.
  static func key(using random: inout SeededGenerator) -> [UInt8] {
    keys.randomElement(using: &random)!
  }

  /// The beginning of a sequence, the rest of which does not come.
  static func cut(using random: inout SeededGenerator) -> [UInt8] {
    let sequences = [
      "\u{1b}[1;5C", "\u{1b}OA", "\u{1b}[<0;10;10M", "\u{1b}[M !!", "\u{1b}[200~", "\u{1b}]0;x\u{7}", "通", "🦊",
    ]
    let bytes = Array(sequences.randomElement(using: &random)!.utf8)
    return Array(bytes.prefix(Int.random(in: 1..<bytes.count, using: &random)))
  }

  /// The mouse, also where there is no screen.
  static func mouse(using random: inout SeededGenerator) -> [UInt8] {
    func place() -> Int {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: [-1, 0, 1, 223, 65_535, 2_147_483_647, 4_294_967_295].randomElement(using: &random)!
      default: Int.random(in: 0...120, using: &random)
      }
    }
    let button = [0, 0, 0, 1, 2, 3, 32, 35, 64, 65, 64, 65, 128, 255].randomElement(using: &random)!
    return Array("\u{1b}[<\(button);\(place());\(place())\(Bool.random(using: &random) ? "M" : "m")".utf8)
  }

  /// What is pasted into the prompt, which it opens: there no letter is a key.
  static func paste(_ text: [UInt8], isKept: Bool) -> [UInt8] {
    // Of this `q`, if there is a page instead of the prompt.
    [UInt8(ascii: "/")] + text.filter { !ending.contains($0) } + (isKept ? [0x0d] : [])
  }

  /// q, Ctrl-C, Ctrl-Z.
  private static let ending: Set<UInt8> = [UInt8(ascii: "q"), 0x03, 0x1a]

  private static let keys: [[UInt8]] =
    KeyMap.bindings.flatMap(\.actions).filter { ![.quit, .leave, .suspend].contains($0.action) }.map {
      bytes(of: $0.key)
    }
    + [
      [0x1b], [0x7f], [0x15], [0x0b], [0x17], [0x01], [0x05],
    ]

  private static func bytes(of key: Key) -> [UInt8] {
    let text =
      switch key {
      case .character(let scalar): String(scalar)
      case .control(let scalar): String(Unicode.Scalar(scalar.value & 0x1f)!)
      case .enter: "\r"
      case .tab: "\t"
      case .up: "\u{1b}OA"
      case .down: "\u{1b}OB"
      case .right: "\u{1b}OC"
      case .left: "\u{1b}OD"
      case .home: "\u{1b}OH"
      case .end: "\u{1b}OF"
      case .pageUp: "\u{1b}[5~"
      case .pageDown: "\u{1b}[6~"
      case .function(1): "\u{1b}OP"
      default: "\u{1b}[99~"
      }
    return Array(text.utf8)
  }
}
