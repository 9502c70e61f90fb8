import ExecTopText

/// How many colours a terminal has, as far as it matters here.
enum ColorDepth {
  case monochrome
  /// The eight colours of ECMA-48. Sixteen are used the same way, for their bright half differs between terminals.
  case eight
  /// xterm's 256 colours, of which all but the first sixteen look alike everywhere.
  case many

  /// From the number of colours and colour pairs that terminfo gives.
  init(colors: Int, pairs: Int) {
    self =
      switch colors {
      case _ where pairs <= Style.allCases.count: .monochrome
      case 256...: .many
      case 8...: .eight
      default: .monochrome
      }
  }
}

/// What a style looks like.
struct Look: Equatable {
  struct Attributes: OptionSet {
    let rawValue: UInt8
    static let bold = Attributes(rawValue: 1)
    static let dim = Attributes(rawValue: 2)
    static let reverse = Attributes(rawValue: 4)
    static let underline = Attributes(rawValue: 8)
  }

  /// The terminal's own colour, light or dark as its owner likes it.
  static let own: Int16 = -1

  var foreground = Look.own
  var background = Look.own
  var attributes: Attributes = []
}

/// The look of every style.
///
/// A colour on the terminal's own background must be legible whether that is black or white. Where a style has a
/// background, it has a foreground too. What must be noticed without colours has an attribute or words beside it.
enum Palette {
  static func look(of style: Style, depth: ColorDepth) -> Look {
    switch depth {
    case .monochrome: Look(attributes: attributes(of: style))
    case .eight: eight(style)
    case .many: many(style)
    }
  }

  private static func attributes(of style: Style) -> Look.Attributes {
    switch style {
    case .plain, .label, .good, .graph: []
    case .header: [.bold, .underline]
    case .sorted: [.bold, .underline, .reverse]
    case .selected: .reverse
    case .failed, .key: .bold
    // Not reverse: a bar would turn into what is left of its cell.
    case .selectedGraph: [.bold, .underline]
    case .alert: [.bold, .reverse]
    case .active: [.bold, .underline]
    case .warning: .underline
    case .faint: .dim
    case .escaped, .input: .underline
    }
  }

  /// Colours by their ECMA-48 numbers. Yellow and cyan are illegible on white and blue on black, so they serve as
  /// backgrounds only.
  private static func eight(_ style: Style) -> Look {
    let (black, red, green, yellow): (Int16, Int16, Int16, Int16) = (0, 1, 2, 3)
    let (blue, magenta, cyan, white): (Int16, Int16, Int16, Int16) = (4, 5, 6, 7)
    return switch style {
    case .selected, .selectedGraph: Look(foreground: black, background: cyan)
    case .failed: Look(foreground: red, attributes: .bold)
    case .alert: Look(foreground: white, background: red, attributes: .bold)
    case .good, .graph: Look(foreground: green)
    case .warning: Look(foreground: black, background: yellow)
    case .active: Look(foreground: white, background: blue, attributes: .bold)
    case .escaped: Look(foreground: magenta, attributes: .underline)
    case .plain, .label, .header, .sorted, .faint, .key, .input: Look(attributes: attributes(of: style))
    }
  }

  /// Colours of xterm's cube (16 + 36 red + 6 green + blue, each 0 to 5) and grey ramp.
  private static func many(_ style: Style) -> Look {
    switch style {
    case .plain, .input: Look(attributes: attributes(of: style))
    case .label: Look(foreground: 31)
    case .header: Look(foreground: 231, background: 24)
    case .sorted: Look(foreground: 231, background: 25, attributes: [.bold, .underline])
    case .selected: Look(foreground: 16, background: 153)
    case .selectedGraph: Look(foreground: 24, background: 153)
    case .failed: Look(foreground: 196, attributes: .bold)
    case .alert: Look(foreground: 231, background: 160, attributes: .bold)
    case .warning: Look(foreground: 100, attributes: .bold)
    case .active: Look(foreground: 231, background: 61, attributes: .bold)
    case .good: Look(foreground: 28)
    case .faint: Look(foreground: 243)
    case .key: Look(foreground: 32, attributes: .bold)
    case .graph: Look(foreground: 31)
    case .escaped: Look(foreground: 163, attributes: .underline)
    }
  }
}
