import ExecTopApp
import ExecTopScreen
import ExecTopText
import Glibc
import Testing

@testable import ExecTopTerminal

struct PaletteTests {
  @Test func depthByColorsAndPairs() {
    #expect(ColorDepth(colors: 256, pairs: 65536) == .many)
    #expect(ColorDepth(colors: 16, pairs: 256) == .eight)
    #expect(ColorDepth(colors: 8, pairs: 64) == .eight)
    #expect(ColorDepth(colors: -1, pairs: -1) == .monochrome)
    #expect(ColorDepth(colors: 8, pairs: 8) == .monochrome)
  }

  @Test(arguments: Style.allCases)
  func monochromeHasNoColors(style: Style) {
    let look = Palette.look(of: style, depth: .monochrome)
    #expect(look.foreground == Look.own && look.background == Look.own)
  }

  @Test func whatMattersShowsWithoutColors() {
    let plain = Palette.look(of: .plain, depth: .monochrome)
    for style in [
      Style.header, .sorted, .selected, .failed, .alert, .faint, .warning, .active, .selectedGraph, .key, .escaped,
      .input,
    ] {
      #expect(Palette.look(of: style, depth: .monochrome) != plain, "\(style)")
    }
    let bars: [Style] = [.header, .sorted, .selected, .alert]
    #expect(Set(bars.map { Palette.look(of: $0, depth: .monochrome).attributes.rawValue }).count == bars.count)
  }

  /// By the formula of WCAG 2: 3 is its least contrast for bold and for large text, 4.5 for other text.
  @Test(arguments: Style.allCases)
  func legibleOnAnyBackground(style: Style) {
    let look = Palette.look(of: style, depth: .many)
    if look.background != Look.own {
      #expect(look.foreground != Look.own)
      #expect(contrast(look.foreground, look.background) >= 4.5)
    } else if look.foreground != Look.own {
      // No colour has 4.6 on both: the product of the two contrasts is 21.
      #expect(contrast(look.foreground, 16) >= 3.5, "on black")
      #expect(contrast(look.foreground, 231) >= 3.5, "on white")
    }
  }

  private func contrast(_ first: Int16, _ second: Int16) -> Double {
    let (first, second) = (luminance(first), luminance(second))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  /// Relative luminance of one of xterm's colours from 16 on.
  private func luminance(_ color: Int16) -> Double {
    let levels = [0, 95, 135, 175, 215, 255]
    let cube = Int(color) - 16
    let grey = cube * 10 - 2152
    let channels = color < 232 ? [levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6]] : [grey, grey, grey]
    let linear = channels.map { channel in
      let value = Double(channel) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
}
