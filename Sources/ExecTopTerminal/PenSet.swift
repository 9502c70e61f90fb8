import CNCurses
import ExecTopText

/// A style as ncurses wants it.
struct Pen {
  var attributes: attr_t
  var pair: Int16
}

/// The pens of all styles on the terminal that is open.
struct PenSet {
  private let pens: [Pen]

  /// Starts ncurses' colours, where wanted and possible. To be called after newterm.
  init(usesColor: Bool) {
    let depth = Self.depth(usesColor: usesColor)
    pens = Style.allCases.map { style in
      let look = Palette.look(of: style, depth: depth)
      var pen = Pen(attributes: Self.attributes(look.attributes), pair: 0)
      // Pair 0 is the terminal's own colours.
      if look.foreground != Look.own || look.background != Look.own {
        pen.pair = Int16(style.rawValue) + 1
        init_pair(pen.pair, look.foreground, look.background)
      }
      return pen
    }
  }

  subscript(style: Style) -> Pen {
    // Style's raw values count from 0 in the order of allCases.
    pens[Int(style.rawValue)]
  }

  private static func depth(usesColor: Bool) -> ColorDepth {
    // Without the terminal's own colours, the palette's promise to suit any background cannot be kept.
    guard usesColor, has_colors(), start_color() == OK, use_default_colors() == OK else { return .monochrome }
    return ColorDepth(colors: Int(exectop_colors()), pairs: Int(exectop_color_pairs()))
  }

  private static func attributes(_ attributes: Look.Attributes) -> attr_t {
    var result: attr_t = 0
    if attributes.contains(.bold) { result |= exectop_bold() }
    if attributes.contains(.dim) { result |= exectop_dim() }
    if attributes.contains(.reverse) { result |= exectop_reverse() }
    if attributes.contains(.underline) { result |= exectop_underline() }
    return result
  }
}
