import ExecTopText

/// Rules for Prometheus: what many machines are watched by. All names come from the table of metrics.
public enum PrometheusRules {
  /// Where a scraper finds it, as its job is called.
  static let job = "exectop"

  /// A file for `rule_files`.
  public static var text: String {
    """
    # Printed by: exectop export --print rules
    groups:
      - name: exectop
        # A day of it is looked at each time: once a minute is enough.
        interval: 1m
        rules:

    """ + (recorded.map(\.text) + alerts.map(\.text)).joined()
  }

  /// Sums over a machine's series, a second: cheap to look at over days.
  static let recorded = [execRate, failureRate, cpuRate]

  static let execRate = RecordingRule(
    name: "instance:\(MetricTable.execs.name):rate5m",
    expression: "sum without (path) (rate(\(MetricTable.execs.sampleName)[5m]))")

  /// Without what a search of PATH makes.
  static let failureRate = RecordingRule(
    name: "instance:\(MetricTable.failedExecs.name):rate5m",
    expression: "sum without (path, errno) (rate(\(failures)[5m]))")

  static let cpuRate = RecordingRule(
    name: "instance:\(MetricTable.cpu.name):rate5m",
    expression: "sum without (path) (rate(\(MetricTable.cpu.sampleName)[5m]))")

  private static let failures = #"\#(MetricTable.failedExecs.sampleName){errno!~"ENOENT|ENOTDIR"}"#

  /// Paths in directories to which anyone can write.
  private static let temporary = #"\#(MetricTable.execs.sampleName){path=~"(/tmp|/var/tmp|/dev/shm|/dev/fd)/.*"}"#

  /// What has counted for ten minutes at least: at first everything is new.
  private static let settled = "on (job, instance) time() - \(MetricTable.startTime.sampleName) > 600"

  static let alerts = [
    AlertRule(
      name: "ExecStorm", duration: "5m", severity: "warning",
      expression: """
        \(execRate.name) > 10
          and \(execRate.name) > 3 * avg_over_time(\(execRate.name)[1d] offset 15m)
          and \(execRate.name) > avg_over_time(\(execRate.name)[1d] offset 15m)
            + 3 * stddev_over_time(\(execRate.name)[1d] offset 15m)
        """,
      summary: "{{ $labels.instance }} executes {{ $value | humanize }} programs a second",
      description: """
        That is more than three times what it did on average over the last day. What it is: \
        topk(5, rate(\(MetricTable.execs.sampleName){instance="{{ $labels.instance }}"}[5m])), or sudo exectop there.
        """),
    AlertRule(
      name: "ExecNewTemporaryPath", duration: nil, severity: "warning",
      expression: """
        (\(temporary) unless last_over_time(\(temporary)[7d] offset 10m))
          and \(settled)
        """,
      summary: "{{ $labels.instance }} executes {{ $labels.path }}",
      description: "No program of this path was executed there in the seven days before."),
    AlertRule(
      name: "ExecNewTemporaryPrograms", duration: nil, severity: "info",
      expression: """
        increase(\(MetricTable.newPaths.sampleName){place!="\(WatchedPlace.elsewhere.rawValue)"}[10m]) > 0
          and \(settled)
        """,
      summary: "new programs ran in {{ $labels.place }} on {{ $labels.instance }}: {{ $value | humanize }}",
      description: """
        Also those that have no series of their own. Which ones: sudo exectop -f '{{ $labels.place }}/' there.
        """),
    AlertRule(
      name: "ExecFailuresRising", duration: "10m", severity: "warning",
      expression: """
        \(failureRate.name) > 0.1
          unless \(failureRate.name) <= 3 * avg_over_time(\(failureRate.name)[1d] offset 15m)
        """,
      summary: "execs fail on {{ $labels.instance }}, {{ $value | humanize }} a second",
      description: """
        That is more than three times what they did on average over the last day; searches of PATH are left out. \
        Which ones, and why: topk(5, rate(\(MetricTable.failedExecs.sampleName){instance="{{ $labels.instance }}"}[5m])).
        """),
    AlertRule(
      name: "ExecUnattributed", duration: nil, severity: "info",
      expression: #"increase(\#(MetricTable.unattributedExecs.sampleName){reason=~"map_full|missed"}[10m]) > 0"#,
      summary: "execs without a path on {{ $labels.instance }} ({{ $labels.reason }}): {{ $value | humanize }}",
      description: "The totals are right. map_full: raise --max-paths. missed: the kernel skipped the program."),
    AlertRule(
      name: "ExecLost", duration: "1m", severity: "critical",
      expression: "\(MetricTable.lostExecs.sampleName) > 0",
      summary: "execs are lost on {{ $labels.instance }}: {{ $value }}",
      description: "Someone deleted rows from the map exec_count, or exectop has a fault."),
    AlertRule(
      name: "ExectopDown", duration: "5m", severity: "warning", expression: #"up{job="\#(job)"} == 0"#,
      summary: "exectop does not answer on {{ $labels.instance }}",
      description: "There: systemctl status exectop-export"),
  ]
}

struct RecordingRule: Sendable {
  var name: String
  var expression: String

  var text: String {
    """
          - record: \(name)
            expr: \(expression)

    """
  }
}

struct AlertRule: Sendable {
  var name: String
  /// How long it must be so. Nil: at once.
  var duration: String?
  var severity: String
  var expression: String
  var summary: String
  var description: String

  var text: String {
    """
          - alert: \(name)
            expr: |
    \(expression.split(separator: "\n").map { "          \($0)" }.joined(separator: "\n"))
    \(duration.map { "        for: \($0)\n" } ?? "")\
            labels:
              severity: \(severity)
            annotations:
              summary: \(YAML.quoted(summary))
              description: \(YAML.quoted(description))

    """
  }
}

/// What is written in YAML.
enum YAML {
  /// A text on one line.
  static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }
}
