import ExecTopText

/// The forms in which Prometheus takes metrics.
public enum Exposition: CaseIterable, Sendable {
  /// OpenMetrics 1.0.0.
  case openMetrics
  /// Prometheus's text format 0.0.4: of an older Prometheus, and of node_exporter's textfile collector.
  case text

  public var contentType: String {
    switch self {
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    }
  }

  /// All families of which something is known.
  public func render(_ metrics: Metrics, families: [MetricFamily] = MetricTable.all) -> String {
    var text = ""
    for family in families {
      let samples = family.samples(metrics)
      if samples.isEmpty { continue }
      describe(family, to: &text)
      for sample in samples {
        text += family.sampleName
        if !family.labels.isEmpty {
          let labels = zip(family.labels, sample.labels).map { "\($0)=\"\(Self.escapedLabel($1))\"" }
          text += "{" + labels.joined(separator: ",") + "}"
        }
        text += " \(sample.value.text)\n"
      }
    }
    return self == .openMetrics ? text + "# EOF\n" : text
  }

  private func describe(_ family: MetricFamily, to text: inout String) {
    // The older form knows no unit and no info, and names a counter as its samples.
    let name = self == .openMetrics ? family.name : family.sampleName
    let kind = self == .text && family.kind == .info ? MetricFamily.Kind.gauge : family.kind
    text += "# HELP \(name) \(escapedHelp(family.help))\n# TYPE \(name) \(kind.rawValue)\n"
    if self == .openMetrics, let unit = family.unit { text += "# UNIT \(name) \(unit)\n" }
  }

  /// Both forms: a backslash, a quotation mark and a line feed.
  static func escapedLabel(_ value: String) -> String {
    escaped(value) { $0 == "\\" || $0 == "\"" || $0 == "\n" }
  }

  /// In the older form a quotation mark stands for itself here.
  private func escapedHelp(_ help: String) -> String {
    Self.escaped(help) { $0 == "\\" || $0 == "\n" || $0 == "\"" && self == .openMetrics }
  }

  private static func escaped(_ text: String, where isSpecial: (Unicode.Scalar) -> Bool) -> String {
    guard text.unicodeScalars.contains(where: isSpecial) else { return text }
    var escaped = ""
    for scalar in text.unicodeScalars {
      if isSpecial(scalar) { escaped += "\\" }
      escaped.unicodeScalars.append(scalar == "\n" ? "n" : scalar)
    }
    return escaped
  }
}
