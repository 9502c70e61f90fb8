import Foundation
import TestSupport
import Testing

/// Debian's Prometheus, which scrapes ports of this machine, as long as this lives.
final class Prometheus {
  private let process: ChildProcess
  private let directory: String
  private let port: UInt16

  static let program = Programs.unpacked("prometheus")
  static let promtool = Programs.unpacked("promtool")
  static let missing: Comment = "prometheus or promtool is not installed, nor unpacked in .build/tools"

  /// What Python needs to find prometheus_client, wherever it is.
  static let pythonEnvironment = [
    "PATH": "/usr/bin:/bin", "PYTHONPATH": Programs.unpackedDirectory + "/lib/python3/dist-packages",
  ]

  static let hasPythonClient: Bool = {
    let arguments = ["-c", "import prometheus_client"]
    return (try? Command.run("/usr/bin/python3", arguments, environment: pythonEnvironment).ending) == .exited(0)
  }()

  /// - Parameters:
  ///   - configuration: prometheus.yml.
  ///   - directory: where to write it and what it scrapes; it is there already.
  init(_ configuration: String, in directory: String) throws {
    self.directory = directory
    port = try LoopbackClient.freePort()
    let file = directory + "/prometheus.yml"
    try configuration.write(toFile: file, atomically: false, encoding: .utf8)
    let log = open(directory + "/log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(log) }
    process = try ChildProcess(
      Prometheus.program ?? "",
      [
        "--config.file=\(file)", "--storage.tsdb.path=\(directory)/data", "--web.listen-address=127.0.0.1:\(port)",
        "--log.level=warn", "--storage.tsdb.retention.size=256MB",
      ], environment: Programs.environment, streams: .descriptors(input: nil, output: log, errors: log))
    guard Deadline(after: .seconds(60)).wait(until: { (try? get("/-/ready").status) == 200 }) else {
      throw TestFailure("Prometheus is not ready: \(try String(contentsOfFile: directory + "/log", encoding: .utf8))")
    }
  }

  /// Ends it, so that the directory can be deleted.
  func end() {
    process.signal(SIGTERM)
    _ = Deadline(after: .seconds(30)).wait { process.poll() != nil }
  }

  private func get(_ path: String) throws -> HTTPAnswer { try HTTPAnswer.get(path, port: port) }

  private func data(_ path: String) throws -> Any {
    let answer = try get(path)
    let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
    guard let data = object?["data"] else { throw TestFailure("\(path): \(answer.body)") }
    return data
  }

  /// The values that a query gives now, by the labels of the series.
  func query(_ query: String) throws -> [[String: String]: Double] {
    let text = query.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let result = (try data("/api/v1/query?query=\(text)") as? [String: Any])?["result"] as? [[String: Any]] ?? []
    var values: [[String: String]: Double] = [:]
    for series in result {
      guard let labels = series["metric"] as? [String: String], let value = series["value"] as? [Any] else { continue }
      values[labels] = (value.last as? String).flatMap(Double.init)
    }
    return values
  }

  /// The one value that a query gives now; nil if it gives none, or several.
  func value(_ text: String) throws -> Double? {
    let values = try query(text)
    return values.count == 1 ? values.values.first : nil
  }

  /// The name and type of each family that a job's target has told of.
  func families(job: String) throws -> [String: String] {
    let match = "{job=\"\(job)\"}".addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let found = try data("/api/v1/targets/metadata?match_target=\(match)") as? [[String: Any]] ?? []
    var families: [String: String] = [:]
    for family in found {
      if let name = family["metric"] as? String, let type = family["type"] as? String { families[name] = type }
    }
    return families
  }

  /// Runs promtool in a directory.
  static func check(_ arguments: [String], in directory: String) throws -> Command.Result {
    try Command.run(
      "/bin/sh", ["-c", "cd \"$0\" && exec \"$@\"", directory, promtool ?? ""] + arguments, timeout: .seconds(60))
  }
}
