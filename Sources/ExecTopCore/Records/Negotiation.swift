import ExecTopText

extension Exposition {
  /// The form that a scraper likes best, by its Accept header (RFC 9110, 12.5.1). OpenMetrics only where it is asked for
  /// by name, in the version that there is.
  public init(accepting header: String) {
    var openMetrics = 0.0
    var text = 0.0
    for range in header.split(separator: ",") {
      let parts = range.split(separator: ";").map { $0.trimmed.lowercased() }
      let parameters = parts.dropFirst().map { $0.split(separator: "=", maxSplits: 1).map(\.trimmed) }
      func parameter(_ name: Substring) -> Substring? {
        parameters.first { $0.count == 2 && $0[0] == name }?[1]
      }
      let quality = parameter("q").map { Double($0) ?? 0 } ?? 1
      switch (parts.first, parameter("version")) {
      case ("application/openmetrics-text", nil), ("application/openmetrics-text", "1.0.0"):
        openMetrics = max(openMetrics, quality)
      case ("text/plain", nil), ("text/plain", "0.0.4"), ("text/*", _), ("*/*", _):
        text = max(text, quality)
      default: break
      }
    }
    self = openMetrics > 0 && openMetrics >= text ? .openMetrics : .text
  }
}

extension StringProtocol where SubSequence == Substring {
  /// Without blanks and quotation marks around it.
  fileprivate var trimmed: Substring {
    var rest = self[...]
    while let first = rest.first, " \t\"".contains(first) { rest.removeFirst() }
    while let last = rest.last, " \t\"".contains(last) { rest.removeLast() }
    return rest
  }
}
