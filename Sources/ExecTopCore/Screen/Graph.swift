import ExecTopText

/// Figures as bars of characters.
enum Graph {
  /// Bars of one cell's height, one for each of `width` equal stretches of the values: as high as its mean is against
  /// the highest of them, or against what is given as that. A stretch without any value is blank, and so is one of
  /// zeros; whatever is more shows.
  static func line(_ values: [UInt64?], width: Int, highest: Double? = nil, glyphs: Glyphs) -> [Unicode.Scalar] {
    let means = means(values, width: width)
    let highest = highest ?? Graph.highest(means)
    let levels = glyphs.levels
    return means.map { mean in
      guard let mean, mean > 0 else { return " " }
      let level = Int((mean / highest * Double(levels.count)).rounded(.up))
      return levels[min(max(level, 1), levels.count) - 1]
    }
  }

  /// Bars of several rows, the upper one first.
  static func rows(_ values: [UInt64?], width: Int, height: Int, glyphs: Glyphs) -> [String] {
    let means = means(values, width: width)
    let highest = highest(means)
    let levels = glyphs.levels
    let steps = Double(height * levels.count)
    let bars = means.map { mean -> Int in
      guard let mean, mean > 0, highest > 0 else { return 0 }
      return max(1, Int((mean / highest * steps).rounded()))
    }
    return (0..<max(0, height)).reversed().map { row in
      var text = ""
      for bar in bars {
        let level = min(max(bar - row * levels.count, 0), levels.count)
        text.unicodeScalars.append(level == 0 ? " " : levels[level - 1])
      }
      return text
    }
  }

  /// How high a bar is, in the steps that a cell has. What is more than nothing shows.
  static func level(_ mean: Double?, of highest: Double, height: Int, glyphs: Glyphs) -> Int {
    guard let mean, mean > 0, highest > 0 else { return 0 }
    return max(1, Int((min(1, mean / highest) * Double(height * glyphs.levels.count)).rounded()))
  }

  static func highest(_ means: [Double?]) -> Double { means.reduce(0) { max($0, $1 ?? 0) } }

  /// The means of equal stretches, the last of which ends with the last value. Nil where no value is known.
  static func means(_ values: [UInt64?], width: Int) -> [Double?] {
    guard width > 0 else { return [] }
    guard !values.isEmpty else { return Array(repeating: nil, count: width) }
    return (0..<width).map { cell in
      // At least one value for each cell, where there are more cells than values.
      let start = cell * values.count / width
      let end = max(start + 1, (cell + 1) * values.count / width)
      var (sum, known) = (0.0, 0.0)
      for value in values[start..<end] {
        guard let value else { continue }
        sum += Double(value)
        known += 1
      }
      return known == 0 ? nil : sum / known
    }
  }
}
