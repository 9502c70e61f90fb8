import ExecTopText

/// A family of metrics: samples of one name that differ in their labels.
public struct MetricFamily: Sendable {
  /// As OpenMetrics 1.0 names them.
  public enum Kind: String, Sendable {
    case counter, gauge, info
  }

  /// Without what its samples have behind it.
  public let name: String
  public let kind: Kind
  /// The last word of the name. Nil if it counts things.
  public let unit: String?
  public let help: String
  /// The names of its labels.
  public let labels: [String]
  /// So many samples it has at most: for each path or unit, and for (other), where that is a label; in all otherwise.
  public let most: Int
  /// None where nothing is known of it.
  let samples: @Sendable (Metrics) -> [MetricSample]

  init(
    _ name: String, _ kind: Kind, unit: String? = nil, labels: [String] = [], most: Int = 1, _ help: String,
    samples: @escaping @Sendable (Metrics) -> [MetricSample]
  ) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.labels = labels
    self.most = most
    self.help = help
    self.samples = samples
  }

  /// With one sample that has no labels.
  init(
    _ name: String, _ kind: Kind, unit: String? = nil, _ help: String,
    value: @escaping @Sendable (Metrics) -> MetricValue?
  ) {
    self.init(name, kind, unit: unit, help) { metrics in value(metrics).map { [MetricSample([], $0)] } ?? [] }
  }

  /// What its samples are called, as queries name them.
  public var sampleName: String {
    switch kind {
    case .counter: name + "_total"
    case .gauge: name
    case .info: name + "_info"
    }
  }
}

/// A figure with the values of its family's labels, in their order.
struct MetricSample: Sendable {
  var labels: [String]
  var value: MetricValue

  init(_ labels: [String], _ value: MetricValue) {
    self.labels = labels
    self.value = value
  }
}

enum MetricValue: Sendable {
  case count(UInt64)
  /// Told in seconds, exactly.
  case nanoseconds(UInt64)
  /// Told with so many decimals.
  case number(Double, decimals: Int)

  var text: String {
    switch self {
    case .count(let count): return String(count)
    case .nanoseconds(let time):
      let fraction = String(time % 1_000_000_000)
      return "\(time / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.count) + fraction
    case .number(let number, let decimals): return number.isFinite ? Format.fixed(number, decimals: decimals) : "NaN"
    }
  }
}
