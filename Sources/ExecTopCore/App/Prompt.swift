import ExecTopCounting
import ExecTopTable
import ExecTopText

/// A line of text that is being typed: at most `Filter.textLimit` bytes, whatever is pasted.
public struct Prompt: Equatable, Sendable {
  public private(set) var text: [Unicode.Scalar]
  /// Characters before the cursor.
  public private(set) var cursor: Int
  /// The last key was refused: the text is as long as it may become.
  public private(set) var isFull = false

  public init(_ text: String) {
    self.text = Array(text.unicodeScalars)
    cursor = self.text.count
  }

  public var string: String {
    var string = ""
    string.unicodeScalars.append(contentsOf: text)
    return string
  }

  /// Edits the line as readline does. False if the key edits nothing.
  public mutating func edit(_ key: Key) -> Bool {
    isFull = false
    switch key {
    case .character(let scalar): insert(scalar)
    case .left, .control("b"): cursor = max(0, cursor - 1)
    case .right, .control("f"): cursor = min(text.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = text.count
    case .backspace, .control("h"): remove(max(0, cursor - 1)..<cursor)
    case .delete, .control("d"): remove(cursor..<min(text.count, cursor + 1))
    case .control("u"): remove(0..<cursor)
    case .control("k"): remove(cursor..<text.count)
    case .control("w"): remove(wordStart..<cursor)
    default: return false
    }
    return true
  }

  private mutating func insert(_ scalar: Unicode.Scalar) {
    guard text.reduce(UTF8.width(scalar), { $0 + UTF8.width($1) }) <= Filter.textLimit else {
      isFull = true
      return
    }
    text.insert(scalar, at: cursor)
    cursor += 1
  }

  private mutating func remove(_ range: Range<Int>) {
    text.removeSubrange(range)
    cursor = range.lowerBound
  }

  /// Where the word before the cursor begins: blanks end a word.
  private var wordStart: Int {
    var start = cursor
    while start > 0, text[start - 1] == " " { start -= 1 }
    while start > 0, text[start - 1] != " " { start -= 1 }
    return start
  }
}
