import ExecTopRecords
import Foundation
import TestSupport
import Testing

@testable import exectop

/// What Prometheus and its neighbours make of the metrics.
@Suite(.needsKernel, .serialized, .enabled(if: Prometheus.program != nil, Prometheus.missing))
struct PrometheusTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  /// Passes requests on without their Accept header, as a scraper that knows only the older form sends them.
  private static let forwarder = """
    import http.server, sys, urllib.request
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            answer = urllib.request.urlopen(urllib.request.Request(sys.argv[1] + self.path, headers={'Accept': '*/*'}))
            body = answer.read()
            self.send_response(200)
            self.send_header('Content-Type', answer.headers['Content-Type'])
            self.end_headers()
            self.wfile.write(body)
        def log_message(self, *arguments): pass
    server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
    """

  @Test("Prometheus scrapes both forms and answers with exact counts; no form differs from the other")
  func scrape() throws {
    defer { workload.remove() }
    let program = try workload.program("scraped")
    let failing = workload.path("a\u{1b}\"\\x0a\n通")
    let exporter = try Exporter(["--delay", "0.1", "--paths", "5000"])
    let forwarder = try PipedProcess(
      "/usr/bin/python3", ["-c", Self.forwarder, "http://127.0.0.1:\(exporter.port)"])
    defer { forwarder.end(SIGTERM) }
    let older = Int(try forwarder.numbers()[0])
    let prometheus = try Prometheus(
      """
      global: {scrape_interval: 1s, scrape_timeout: 1s}
      scrape_configs:
        - {job_name: openmetrics, static_configs: [{targets: ['127.0.0.1:\(exporter.port)']}]}
        - {job_name: older, static_configs: [{targets: ['127.0.0.1:\(older)']}]}
      """, in: workload.directory)
    defer { prometheus.end() }
    try workload.run("spawn", program, "50")
    try workload.run("fail", failing, "7")
    let name = workload.directory + #"/a\\x1b\"\\x5cx0a\\x0a通"#
    for job in ["openmetrics", "older"] {
      let queries: [(String, Double)] = [
        ("exectop_execs_total{job=\"\(job)\",path=\"\(program)\"}", 50),
        ("exectop_execs_total{job=\"\(job)\",path=\"\(name)\"}", 7),
        ("exectop_failed_execs_total{job=\"\(job)\",path=\"\(name)\",errno=\"ENOENT\"}", 7),
        ("exectop_lost_execs{job=\"\(job)\"}", 0),
      ]
      for (query, expected) in queries {
        #expect(try Deadline(after: .seconds(30)).wait { try prometheus.value(query) == expected }, "\(query)")
      }
      let cpu = try prometheus.value("exectop_cpu_seconds_total{job=\"\(job)\",path=\"\(program)\"}")
      #expect(try #require(cpu) > 0)
      let families = try prometheus.families(job: job)
      for family in MetricTable.all
      where family.name != "exectop_bpf_seconds" && family.name != "exectop_process_errors" {
        // The one form tells what a family is called, the other what its samples are.
        let told = families[job == "older" ? family.sampleName : family.name]
        #expect(told == (job == "older" && family.kind == .info ? "gauge" : family.kind.rawValue), "\(family.name)")
      }
    }
    #expect(try prometheus.value("count(up == 1)") == 2)
    _ = try exporter.process.end()
  }

  @Test("promtool has nothing to say of the metrics", .enabled(if: Prometheus.promtool != nil, Prometheus.missing))
  func promtool() throws {
    defer { workload.remove() }
    let exporter = try Exporter(["--time-programs"])
    try workload.run("fail", workload.path("x"), "3")
    try exporter.get().body.write(toFile: workload.path("metrics"), atomically: false, encoding: .utf8)
    let result = try Command.run(
      "/bin/sh", ["-c", "exec \"$0\" check metrics <\"$1\"", Prometheus.promtool ?? "", workload.path("metrics")])
    #expect(result.output.isEmpty)
    #expect(result.ending == .exited(0))
    _ = try exporter.process.end()
  }

  @Test(
    "Python's prometheus_client parses both forms strictly, and finds every family",
    .enabled(if: Prometheus.hasPythonClient, "Python's prometheus_client is not installed, nor in .build/tools"))
  func python() throws {
    defer { workload.remove() }
    let exporter = try Exporter(["--time-programs", "--delay", "0.1", "--paths", "5000"])
    for name in ["\u{1b}", "\"", "\\", "\n", "\u{ff}é", "{}=,"] { try workload.run("fail", workload.path(name), "2") }
    let last = "exectop_execs_total{path=\"\(workload.path("{}=,"))\"}"
    #expect(try Deadline(after: .seconds(20)).wait { try exporter.value(last) == 2 })
    try exporter.get(accept: Exporter.openMetrics).body
      .write(toFile: workload.path("openmetrics"), atomically: false, encoding: .utf8)
    try exporter.get().body.write(toFile: workload.path("text"), atomically: false, encoding: .utf8)
    let script = """
      import sys
      from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
      from prometheus_client.parser import text_string_to_metric_families as text
      a = list(openmetrics(open(sys.argv[1] + '/openmetrics', encoding='utf-8').read()))
      b = list(text(open(sys.argv[1] + '/text', encoding='utf-8').read()))
      print(len(a), len(b), sum(sample.value for family in a for sample in family.samples if '/exectop-test-' in sample.labels.get('path', '') and family.name == 'exectop_execs') >= 12, *sorted({family.type for family in a}))
      """
    let result = try Command.run(
      "/usr/bin/python3", ["-c", script, workload.directory],
      environment: Prometheus.pythonEnvironment)
    // No process need have ended with an error.
    let counts = [MetricTable.all.count, MetricTable.all.count - 1]
    #expect(counts.contains { result.output == "\($0) \($0) True counter gauge info\n" }, "\(result.output)")
    _ = try exporter.process.end()
  }
}
