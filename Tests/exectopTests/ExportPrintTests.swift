import ExecTopKernel
import ExecTopRecords
import Foundation
import TestSupport
import Testing

@testable import exectop

/// `exectop export --print`: what it prints works where it is to be used.
@Suite(.serialized)
struct ExportPrintTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  private func printed(_ what: String, _ arguments: String...) throws -> String {
    let result = try Command.run(Programs.built("exectop"), ["export", "--print", what] + arguments)
    #expect(result.ending == .exited(0))
    return result.output
  }

  private func write(_ text: String, to name: String) throws {
    try text.write(toFile: workload.path(name), atomically: false, encoding: .utf8)
  }

  /// The names of metrics in a text.
  private func names(in text: String) -> Set<String> {
    Set(text.matches(of: /(?:[a-z]+:)?exectop_[a-z_]+(?::[a-z0-9]+)?/).map { String($0.output) })
  }

  private static let known = Set(MetricTable.all.map(\.sampleName))

  @Test("the rules name no metric that is not in the table, or recorded by them; the dashboard none but the table's")
  func names() throws {
    defer { workload.remove() }
    let rules = try printed("rules")
    let recorded = Set(rules.matches(of: /record: (\S+)/).map { String($0.1) })
    #expect(recorded.count == 3)
    #expect(names(in: rules).subtracting(recorded).isSubset(of: Self.known))
    let dashboard = try printed("grafana")
    #expect(names(in: dashboard).isSubset(of: Self.known))
    // All that says something over time is shown.
    #expect(Self.known.subtracting(names(in: dashboard)) == ["exectop_start_time_seconds"])
  }

  @Test(
    "promtool: the rules, with the tests of its own kind", .enabled(if: Prometheus.promtool != nil, Prometheus.missing))
  func rules() throws {
    defer { workload.remove() }
    try write(try printed("rules"), to: "exectop.rules.yml")
    let checked = try Prometheus.check(["check", "rules", "--lint=all", "exectop.rules.yml"], in: workload.directory)
    #expect(checked.ending == .exited(0), "\(checked.output)")
    try write(RuleTests.text, to: "tests.yml")
    let tested = try Prometheus.check(["test", "rules", "tests.yml"], in: workload.directory)
    #expect(tested.ending == .exited(0), "\(tested.output)")
    #expect(tested.output.contains("SUCCESS"))
  }

  @Test(
    "promtool: the scrape configuration, with the rules", .enabled(if: Prometheus.promtool != nil, Prometheus.missing))
  func scrape() throws {
    defer { workload.remove() }
    try write(try printed("rules"), to: "exectop.rules.yml")
    let configuration = try printed("scrape", "--listen", "[::1]:1234", "--paths", "10")
    #expect(configuration.contains("targets: ['[::1]:1234']"))
    try write(configuration, to: "prometheus.yml")
    let checked = try Prometheus.check(["check", "config", "--lint=all", "prometheus.yml"], in: workload.directory)
    #expect(checked.ending == .exited(0), "\(checked.output)")
  }

  @Test("promtool: every query of the dashboard", .enabled(if: Prometheus.promtool != nil, Prometheus.missing))
  func dashboard() throws {
    defer { workload.remove() }
    let document = try Object(try printed("grafana"))
    var expressions: [String] = []
    for panel in document.objects("panels") {
      for target in panel.objects("targets") { expressions.append(target.string("expr")) }
    }
    #expect(expressions.count > 15)
    let rules = expressions.enumerated().map { number, text in
      let text = text.replacing("$instance", with: ".*").replacing("$__rate_interval", with: "5m")
      #expect(!text.contains("$"))
      return "      - {record: 'query:\(number)', expr: '\(text)'}\n"
    }
    try write("groups:\n  - name: dashboard\n    rules:\n" + rules.joined(), to: "rules.yml")
    let checked = try Prometheus.check(["check", "rules", "rules.yml"], in: workload.directory)
    #expect(checked.ending == .exited(0), "\(checked.output)")
  }

  @Test(
    "systemd-analyze security: the exposure that README states, at most",
    .enabled(if: Programs.installed("systemd-analyze") != nil, "systemd-analyze is not installed"),
    arguments: [([], 1.9), (["--listen", ":9464"], 2.0), (["--textfile", "/var/lib/a b/x.prom"], 1.6)])
  func systemd(arguments: [String], exposure: Double) throws {
    defer { workload.remove() }
    let result = try Command.run(Programs.built("exectop"), ["export", "--print", "systemd"] + arguments)
    try write(result.output, to: "exectop-export.service")
    let analyzed = try Command.run(
      Programs.installed("systemd-analyze") ?? "",
      ["security", "--offline=true", "--no-pager", workload.path("exectop-export.service")],
      environment: Programs.environment)
    let match = try #require(analyzed.output.firstMatch(of: /exposure level for \S+: ([0-9.]+)/), "\(analyzed.output)")
    #expect(try #require(Double(match.1)) <= exposure + (PerfRestriction.needsAdministrator ? 0.3 : 0))
  }

  @Test(
    "the capabilities of the unit are enough for one who is not root, and none of them is too much", .needsKernel,
    .enabled(if: !PerfRestriction.needsAdministrator, "this kernel wants CAP_SYS_ADMIN, which is more than the others"),
    arguments: [nil, "bpf", "perfmon", "dac_read_search", "sys_ptrace"])
  func capabilities(missing: String?) throws {
    defer { workload.remove() }
    let unit = try printed("systemd")
    let named = try #require(unit.firstMatch(of: /\nAmbientCapabilities=(.*)\n/)).1
    #expect(unit.contains("\nCapabilityBoundingSet=\(named)\n"))
    let all = named.split(separator: " ").map { $0.dropFirst("CAP_".count).lowercased() }
    #expect(Set(all) == ["bpf", "perfmon", "dac_read_search", "sys_ptrace"])
    let set = (["-all"] + all.filter { $0 != missing }.map { "+\($0)" }).joined(separator: ",")
    chmod(workload.directory, 0o777)
    // A process of root's that runs before exectop does, and uses the CPU.
    let script = """
      mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null; cd /
      timeout 10 sh -c 'while :; do :; done' & busy=$!; sleep 0.2
      cp "$exectop" "$directory/exectop"
      timeout -s INT 4 setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs --bounding-set $set \\
        --inh-caps $set --ambient-caps $set "$directory/exectop" export --textfile "$directory/x" --delay 1
      status=$?; kill $busy; exit $status
      """
    let result = try Command.run(
      Programs.installed("unshare") ?? "", ["-m", "sh", "-c", script],
      environment: Programs.environment.merging(
        ["set": set, "exectop": Programs.built("exectop"), "directory": workload.directory]) { $1 })
    let text = (try? String(contentsOfFile: workload.path("x"), encoding: .utf8)) ?? ""
    guard missing == nil || missing == "sys_ptrace" else {
      #expect(result.ending == .exited(77), "\(result.output)")
      #expect(text.isEmpty)
      return
    }
    // The status of timeout(1).
    #expect(result.ending == .exited(124), "\(result.output)")
    let line = try #require(text.firstMatch(of: /cpu_seconds_total{reason="no_path"} ([0-9.]+)/), "\(result.output)")
    #expect((try #require(Double(line.1)) > 0.5) == (missing == "sys_ptrace"))
  }

  @Test("what a unit starts is what was asked for, and nothing of it is taken for systemd's own")
  func command() throws {
    defer { workload.remove() }
    let unit = try printed("systemd", "--textfile", "/a %i/$d/b\n\"c.prom", "--paths", "7")
    #expect(
      unit.contains(#"ExecStart=/usr/local/bin/exectop export --textfile "/a %%i/$$d/b\n\"c.prom" --paths 7"# + "\n"))
    #expect(unit.contains("ReadWritePaths=\"/a %%i/$d\"\n"))
    #expect(unit.contains("RestrictAddressFamilies=none\n"))
    #expect(!unit.contains("IPAddressAllow"))
  }
}

/// promtool's tests of the rules: two machines, of which one has each of the troubles.
private enum RuleTests {
  static let text = """
    rule_files: [exectop.rules.yml]
    evaluation_interval: 1m
    tests:
      - interval: 1m
        input_series:
          # Minutes 0 to 1499: one a second. Then 100 a second. The other machine does 100 a second all the time.
          - series: 'exectop_execs_total{job="exectop",instance="a",path="/bin/sh"}'
            values: '0+60x1499 96000+6000x60'
          - series: 'exectop_execs_total{job="exectop",instance="b",path="/bin/sh"}'
            values: '0+6000x1560'
          # Known for long; new in the minute 1510; new, but elsewhere.
          - series: 'exectop_execs_total{job="exectop",instance="a",path="/tmp/old"}'
            values: '0+1x1560'
          - series: 'exectop_execs_total{job="exectop",instance="a",path="/dev/shm/new"}'
            values: '_x1510 1+1x50'
          - series: 'exectop_execs_total{job="exectop",instance="a",path="/usr/bin/new"}'
            values: '_x1510 1+1x50'
          - series: 'exectop_new_paths_total{job="exectop",instance="a",place="/dev/shm"}'
            values: '0x1510 1x50'
          - series: 'exectop_new_paths_total{job="exectop",instance="a",place="elsewhere"}'
            values: '0+1x1560'
          # Fails once a minute, then once a second; fails as often all the time; a search of PATH.
          - series: 'exectop_failed_execs_total{job="exectop",instance="a",path="/opt/x",errno="EACCES"}'
            values: '0+1x1499 1560+60x60'
          - series: 'exectop_failed_execs_total{job="exectop",instance="b",path="/opt/x",errno="EACCES"}'
            values: '0+60x1560'
          - series: 'exectop_failed_execs_total{job="exectop",instance="b",path="/usr/local/bin/git",errno="ENOENT"}'
            values: '0x1499 0+600x60'
          - series: 'exectop_unattributed_execs_total{job="exectop",instance="a",reason="map_full"}'
            values: '0x1510 5x50'
          - series: 'exectop_unattributed_execs_total{job="exectop",instance="a",reason="unreadable"}'
            values: '0+5x1560'
          - series: 'exectop_lost_execs{job="exectop",instance="b"}'
            values: '0x1500 1x60'
          - series: 'exectop_start_time_seconds{job="exectop",instance="a"}'
            values: '0x1560'
          - series: 'exectop_start_time_seconds{job="exectop",instance="b"}'
            values: '0x1560'
          - series: 'up{job="exectop",instance="b"}'
            values: '1x1500 0x60'
          - series: 'up{job="other",instance="b"}'
            values: '0x1560'
        promql_expr_test:
          - {expr: 'instance:exectop_execs:rate5m{instance="b"}', eval_time: 1400m, exp_samples: [{labels: 'instance:exectop_execs:rate5m{job="exectop",instance="b"}', value: 100}]}
          # At first all is new, and there is nothing to compare with.
          - {expr: 'ALERTS{alertstate="firing"}', eval_time: 5m, exp_samples: []}
          - {expr: 'ALERTS{alertstate="firing"}', eval_time: 1499m, exp_samples: []}
          - {expr: 'ALERTS{alertstate="firing"}', eval_time: 1509m, exp_samples: [{labels: 'ALERTS{alertname="ExecStorm",alertstate="firing",job="exectop",instance="a",severity="warning"}', value: 1}, {labels: 'ALERTS{alertname="ExecLost",alertstate="firing",job="exectop",instance="b",severity="critical"}', value: 1}, {labels: 'ALERTS{alertname="ExectopDown",alertstate="firing",job="exectop",instance="b",severity="warning"}', value: 1}]}
          - {expr: 'ALERTS{alertstate="firing"}', eval_time: 1512m, exp_samples: [{labels: 'ALERTS{alertname="ExecStorm",alertstate="firing",job="exectop",instance="a",severity="warning"}', value: 1}, {labels: 'ALERTS{alertname="ExecNewTemporaryPath",alertstate="firing",job="exectop",instance="a",path="/dev/shm/new",severity="warning"}', value: 1}, {labels: 'ALERTS{alertname="ExecNewTemporaryPrograms",alertstate="firing",job="exectop",instance="a",place="/dev/shm",severity="info"}', value: 1}, {labels: 'ALERTS{alertname="ExecFailuresRising",alertstate="firing",job="exectop",instance="a",severity="warning"}', value: 1}, {labels: 'ALERTS{alertname="ExecUnattributed",alertstate="firing",job="exectop",instance="a",reason="map_full",severity="info"}', value: 1}, {labels: 'ALERTS{alertname="ExecLost",alertstate="firing",job="exectop",instance="b",severity="critical"}', value: 1}, {labels: 'ALERTS{alertname="ExectopDown",alertstate="firing",job="exectop",instance="b",severity="warning"}', value: 1}]}
          - {expr: 'ALERTS{alertstate="firing"}', eval_time: 1540m, exp_samples: [{labels: 'ALERTS{alertname="ExecStorm",alertstate="firing",job="exectop",instance="a",severity="warning"}', value: 1}, {labels: 'ALERTS{alertname="ExecFailuresRising",alertstate="firing",job="exectop",instance="a",severity="warning"}', value: 1}, {labels: 'ALERTS{alertname="ExecLost",alertstate="firing",job="exectop",instance="b",severity="critical"}', value: 1}, {labels: 'ALERTS{alertname="ExectopDown",alertstate="firing",job="exectop",instance="b",severity="warning"}', value: 1}]}
        alert_rule_test:
          - alertname: ExecStorm
            eval_time: 1512m
            exp_alerts: [{exp_labels: {job: exectop, instance: a, severity: warning}, exp_annotations: {summary: 'a executes 100 programs a second', description: 'That is more than three times what it did on average over the last day. What it is: topk(5, rate(exectop_execs_total{instance="a"}[5m])), or sudo exectop there.'}}]
    """
}
