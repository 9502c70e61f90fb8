import ExecTopText

/// A dashboard for Grafana, of all machines or one: made of the table of metrics.
public enum GrafanaDashboard {
  /// JSON, as Grafana imports it.
  public static var text: String {
    var text = ""
    document.write(to: &text)
    return text + "\n"
  }

  struct Panel {
    var title: String
    var queries: [(expression: String, legend: String)]
    /// As Grafana names units.
    var unit = "short"
    /// It shows one figure.
    var isFigure = false
    /// Of the 24 columns.
    var width = 12
  }

  private static let chosen = #"job="\#(PrometheusRules.job)",instance=~"$instance""#

  /// A rate over the interval that the zoom asks for.
  private static func rate(_ family: MetricFamily, _ more: String = "") -> String {
    "rate(\(family.sampleName){\(chosen)\(more)}[$__rate_interval])"
  }

  static let panels: [Panel] = [
    Panel(
      title: "Execs a second", queries: [("sum(\(rate(MetricTable.execs)))", "")], unit: "ops", isFigure: true, width: 4
    ),
    Panel(
      title: "Failed a second", queries: [("sum(\(rate(MetricTable.failedExecs)))", "")], unit: "ops", isFigure: true,
      width: 4),
    Panel(title: "CPUs used", queries: [("sum(\(rate(MetricTable.cpu)))", "")], isFigure: true, width: 4),
    Panel(title: "Paths", queries: [("sum(\(MetricTable.paths.sampleName){\(chosen)})", "")], isFigure: true, width: 4),
    Panel(
      title: "Execs without a path, a second", queries: [("sum(\(rate(MetricTable.unattributedExecs)))", "")],
      unit: "ops", isFigure: true, width: 4),
    Panel(
      title: "Lost execs", queries: [("sum(\(MetricTable.lostExecs.sampleName){\(chosen)})", "")], isFigure: true,
      width: 4),
    Panel(
      title: "Execs a second, by machine",
      queries: [("sum by (instance) (\(rate(MetricTable.execs)))", "{{instance}}")], unit: "ops"),
    Panel(
      title: "Execs a second, by path",
      queries: [("topk(10, sum by (path) (\(rate(MetricTable.execs))))", "{{path}}")], unit: "ops"),
    Panel(
      title: "Execs a second, by unit",
      queries: [("topk(10, sum by (unit) (\(rate(MetricTable.unitExecs))))", "{{unit}}")], unit: "ops"),
    Panel(title: "CPUs used, by path", queries: [("topk(10, sum by (path) (\(rate(MetricTable.cpu))))", "{{path}}")]),
    Panel(
      title: "CPUs used, by what",
      queries: [
        ("sum(\(rate(MetricTable.cpu)))", "programs"), ("sum(\(rate(MetricTable.kernelCPU)))", "kernel"),
        ("sum by (reason) (\(rate(MetricTable.unattributedCPU)))", "{{reason}}"),
        ("sum(\(rate(MetricTable.machineCPU)))", "all that the CPUs did"),
      ]),
    Panel(
      title: "Failed execs a second, by path and errno",
      queries: [("topk(10, sum by (path, errno) (\(rate(MetricTable.failedExecs))))", "{{path}} {{errno}}")],
      unit: "ops"),
    Panel(
      title: "Processes that ended with an error, a second",
      queries: [("topk(10, sum by (path, kind) (\(rate(MetricTable.endedWithError))))", "{{path}} {{kind}}")],
      unit: "ops"),
    Panel(
      title: "New programs where anyone can write",
      queries: [
        (
          "sum by (instance, place) (increase(\(MetricTable.newPaths.sampleName){\(chosen),place!=\"elsewhere\"}"
            + "[$__rate_interval]))", "{{instance}} {{place}}"
        )
      ]),
    Panel(
      title: "What exectop itself costs",
      queries: [
        ("sum by (instance) (\(rate(MetricTable.ownCPU)))", "{{instance}} CPU"),
        ("sum by (instance) (\(rate(MetricTable.programTime)))", "{{instance}} BPF"),
      ], unit: "percentunit"),
    Panel(
      title: "Processes",
      queries: [("sum by (instance) (\(MetricTable.running.sampleName){\(chosen)})", "{{instance}}")]),
    Panel(
      title: "Memory of exectop, and the part of its map that is filled",
      queries: [
        ("\(MetricTable.ownMemory.sampleName){\(chosen)}", "{{instance}} bytes"),
        ("\(MetricTable.mapUse.sampleName){\(chosen)}", "{{instance}} part"),
      ]),
  ]

  private static let source = JSON.object([("type", .string("prometheus")), ("uid", .string("${datasource}"))])

  private static var document: JSON {
    .object([
      ("title", .string("exectop")), ("uid", .string("exectop")), ("schemaVersion", .count(39)), ("version", .count(1)),
      ("editable", .bool(true)), ("refresh", .string("30s")), ("tags", .array([.string("exectop")])),
      ("time", .object([("from", .string("now-6h")), ("to", .string("now"))])),
      (
        "templating",
        .object([
          (
            "list",
            .array([
              .object([
                ("name", .string("datasource")), ("type", .string("datasource")), ("query", .string("prometheus")),
              ]),
              .object([
                ("name", .string("instance")), ("type", .string("query")), ("datasource", source),
                ("query", .string("label_values(\(MetricTable.build.sampleName), instance)")), ("refresh", .count(2)),
                ("includeAll", .bool(true)), ("multi", .bool(true)), ("allValue", .string(".*")),
                ("current", .object([("text", .string("All")), ("value", .string("$__all"))])),
              ]),
            ])
          )
        ])
      ),
      ("panels", .array(placed)),
    ])
  }

  /// Side by side, and below one another where there is no more room.
  private static var placed: [JSON] {
    var (x, y) = (0, 0)
    return panels.enumerated().map { number, panel in
      let height = panel.isFigure ? 4 : 8
      if x + panel.width > 24 { (x, y) = (0, y + 8) }
      defer {
        x += panel.width
        if x == 24 { (x, y) = (0, y + height) }
      }
      return json(panel, number + 1, [("x", x), ("y", y), ("w", panel.width), ("h", height)])
    }
  }

  private static func json(_ panel: Panel, _ number: Int, _ place: [(String, Int)]) -> JSON {
    .object([
      ("id", .count(UInt64(number))), ("type", .string(panel.isFigure ? "stat" : "timeseries")),
      ("title", .string(panel.title)), ("datasource", source),
      ("gridPos", .object(place.map { ($0, .count(UInt64($1))) })),
      (
        "fieldConfig",
        .object([
          ("defaults", .object([("unit", .string(panel.unit)), ("min", .count(0))])), ("overrides", .array([])),
        ])
      ),
      (
        "targets",
        .array(
          panel.queries.enumerated().map { index, query in
            .object([
              ("refId", .string(String(UnicodeScalar(UInt8(65 + index))))), ("datasource", source),
              ("expr", .string(query.expression)), ("legendFormat", .string(query.legend)),
            ])
          })
      ),
    ])
  }
}
