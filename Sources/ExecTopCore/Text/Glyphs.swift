/// What a terminal can show.
public struct Glyphs: Sendable {
  /// It shows characters beyond ASCII.
  public let isUnicode: Bool
  /// Its font has the eighths of a block (U+2581 to U+2588).
  public let hasBlocks: Bool
  /// Cells that a character takes there: 0 for a combining mark, 1 or 2; negative if it does not know the character.
  public let width: @Sendable (Unicode.Scalar) -> Int
  /// The bars of a graph, from the lowest.
  package let levels: [Unicode.Scalar]

  public init(isUnicode: Bool, hasBlocks: Bool = true, width: @escaping @Sendable (Unicode.Scalar) -> Int) {
    self.isUnicode = isUnicode
    self.hasBlocks = isUnicode && hasBlocks
    self.width = width
    levels =
      self.hasBlocks ? ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] : [".", ":", "-", "=", "+", "*", "#", "@"]
  }

  package func canShow(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII || (isUnicode && width(scalar) >= 0)
  }

  /// The character to show for one of exectop's own.
  package func own(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    isUnicode ? scalar : Glyphs.plain(scalar)
  }

  /// One of exectop's own in ASCII.
  package static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    scalar.isASCII ? scalar : ascii[scalar] ?? "?"
  }

  private static let ascii: [Unicode.Scalar: Unicode.Scalar] = [
    "–": "-", "…": "~", "▼": "v", "▲": "^", "↑": "^", "↓": "v", "·": "|", "│": "|", "─": "-",
    "→": ">", "←": "<", "▾": "v", "▸": ">", "µ": "u", "≠": ">", "›": ">",
  ]
}
