import ExecTopCounting
import ExecTopText

/// What a shell, an interpreter or the like was told to do: which of its many runs one is.
///
/// It is the first argument that is no option, or the beginning of the text behind an option that takes one to execute.
public struct CommandName: Hashable, Sendable {
  /// Bytes as the arguments hold them. Empty: there is no such argument.
  public let text: [UInt8]
  /// The text goes on.
  public let isCut: Bool

  /// Of a text to execute, so many words are taken, and so many bytes at most.
  private static let words = 3
  private static let bytes = 60

  /// - Parameters:
  ///   - event: an exec.
  ///   - path: what it executed.
  public init(of event: ExecEvent, path: Path?) {
    var arguments = event.arguments.list.dropFirst()
    // A script's interpreter has been given one option at most, and then the script.
    if event.interpreter != nil, let script = arguments.prefix(2).firstIndex(where: { $0 == path?.bytes }) {
      arguments = arguments[(script + 1)...]
    }
    while let argument = arguments.popFirst() {
      guard argument.first == UInt8(ascii: "-"), argument.count > 1 else {
        self.init(text: argument, isCut: arguments.isEmpty && event.arguments.isCut)
        return
      }
      if argument.elementsEqual("--".utf8) {
        self.init(text: arguments.first ?? [], isCut: arguments.count <= 1 && event.arguments.isCut)
        return
      }
      guard CommandName.executesNext(argument), let text = arguments.first else { continue }
      self.init(firstWordsOf: text, isCut: arguments.count == 1 && event.arguments.isCut)
      return
    }
    self.init(text: [], isCut: event.arguments.isCut)
  }

  private init(text: [UInt8], isCut: Bool) {
    self.text = Array(text.prefix(CommandName.bytes))
    self.isCut = isCut || text.count > CommandName.bytes
  }

  private init(firstWordsOf text: [UInt8], isCut: Bool) {
    let words = text.split(maxSplits: CommandName.words, omittingEmptySubsequences: true) { $0 <= UInt8(ascii: " ") }
    let first = Array(words.prefix(CommandName.words).joined(separator: [UInt8(ascii: " ")]))
    self.init(text: first, isCut: isCut || words.count > CommandName.words)
  }

  /// `-c` of shells and Python, `-e` of Perl and Ruby, `-m` of Python; also as the last of several letters, `-lc`.
  private static func executesNext(_ option: [UInt8]) -> Bool {
    guard option.dropFirst().first != UInt8(ascii: "-"), let last = option.last else { return false }
    return "cem".utf8.contains(last)
  }
}
