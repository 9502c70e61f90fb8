import ExecTopText

/// How Prometheus is told to ask.
public enum ScrapeConfiguration {
  /// A part of prometheus.yml.
  ///
  /// - Parameters:
  ///   - target: HOST:PORT.
  ///   - pathLimit: paths that have series of their own.
  public static func text(target: String, pathLimit: Int) -> String {
    """
    # Printed by: exectop export --print scrape
    # For prometheus.yml, with a target for each machine.
    scrape_configs:
      - job_name: \(PrometheusRules.job)
        scrape_interval: 15s
        # No machine can give more: this many families by \(pathLimit) paths or units and (other).
        sample_limit: \(mostSamples(pathLimit: pathLimit))
        static_configs:
          - targets: [\(YAML.quoted(target))]
    # And what `exectop export --print rules` prints:
    rule_files: [exectop.rules.yml]

    """
  }

  /// As many samples as there can be.
  public static func mostSamples(pathLimit: Int) -> Int {
    MetricTable.all.reduce(0) { sum, family in
      let isMany = family.labels.contains("path") || family.labels.contains("unit")
      return sum + family.most * (isMany ? pathLimit + 1 : 1)
    }
  }
}
