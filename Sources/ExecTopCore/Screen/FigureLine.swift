import ExecTopApp
import ExecTopText

/// A name and its figure, as they stand in lines above the table and in the details; either may be empty.
struct Figure {
  var name: String
  /// The figure in forms that take less and less room.
  var values: [String]
  var style: Style
  /// By the user: it need not be ASCII, nor print, and is cut where it has no room.
  var isTyped = false

  init(name: String = "", value: String = "", style: Style = .plain) {
    self.init(name: name, values: [value], style: style)
  }

  init(name: String = "", values: [String], style: Style = .plain) {
    self.name = name
    self.values = values
    self.style = style
  }

  /// A count, in nine cells where it has no room.
  init(name: String, count: UInt64?, style: Style = .plain) {
    self.init(
      name: name, values: count.map { [Format.count($0), Format.count($0, width: 9)] } ?? [Format.unknown], style: style
    )
  }

  /// Execs a second, in nine cells where they have no room.
  init(name: String, rate: Double?) {
    self.init(name: name, values: [Format.rate(rate), Format.rate(rate, width: 9)].map { $0 + "/s" })
  }

  /// The first form that fits into so many cells. Nil if none does: a figure that is cut would say something else.
  fileprivate func value(fitting room: Int) -> String? {
    if isTyped { return name.count + 1 < room ? values.first : nil }
    return values.first { width(of: $0) <= room }
  }

  private func width(of value: String) -> Int {
    name.unicodeScalars.count + (name.isEmpty || value.isEmpty ? 0 : 1) + value.unicodeScalars.count
  }

  fileprivate static let gap = 2

  /// Cells of a line of figures in their longest forms.
  static func width(of figures: [Figure]) -> Int {
    figures.reduce(0) { $0 + $1.width(of: $1.values.first ?? "") } + gap * max(0, figures.count - 1)
  }

  /// Figures of which some are in shorter forms, as far as that is needed for all to have room.
  ///
  /// - Parameter order: which of them are made shorter, the first ones first.
  static func shortened(_ figures: [Figure], width: Int, order: [Int]) -> [Figure] {
    var figures = figures
    for index in order where figures.indices.contains(index) {
      while Self.width(of: figures) > width, figures[index].values.count > 1 { figures[index].values.removeFirst() }
    }
    return figures
  }

  /// Figures in as many lines as they take.
  static func folded(_ figures: [Figure], width: Int) -> [[Figure]] {
    var lines: [[Figure]] = []
    var left = 0
    for figure in figures {
      let needed = figure.values.first.map(figure.width) ?? 0
      if lines.isEmpty || needed > left {
        lines.append([])
        left = width
      }
      lines[lines.count - 1].append(figure)
      left -= needed + gap
    }
    return lines
  }
}

extension Canvas {
  /// Writes figures into a row, as many as there is room for before `end`.
  mutating func write(_ figures: [Figure], row: Int, before end: Int) {
    var column = 0
    for figure in figures {
      guard let value = figure.value(fitting: end - column) ?? (column == 0 ? figure.values.last : nil) else { return }
      if !figure.name.isEmpty {
        column = write(
          figure.name + (value.isEmpty ? "" : " "), at: Position(row: row, column: column), style: .label)
      }
      let place = Position(row: row, column: column)
      if figure.isTyped {
        let pieces = SafeText(typed: value, canShow: glyphs.canShow).pieces[...]
        column = write(pieces, at: place, width: max(0, end - column), style: figure.style)
      } else {
        column = write(value, at: place, style: figure.style)
      }
      column += Figure.gap
    }
  }
}
