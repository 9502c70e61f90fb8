import Foundation
import TestSupport

/// `exectop export` on a free port of this machine.
struct Exporter {
  let process: Running
  let port: UInt16

  static let openMetrics = "application/openmetrics-text;version=1.0.0"

  init(_ arguments: [String]) throws {
    process = try Running(["export", "--listen", "127.0.0.1:0"] + arguments)
    var port: UInt16?
    try process.wait { lines in
      port = lines.lazy.compactMap { $0.firstMatch(of: /serving http:\/\/127\.0\.0\.1:([0-9]+)\/metrics/) }
        .first.flatMap { UInt16($0.1) }
      return port != nil
    }
    guard let port else { throw TestFailure("it serves nowhere") }
    self.port = port
  }

  func get(_ path: String = "/metrics", accept: String? = nil, method: String = "GET") throws -> HTTPAnswer {
    try HTTPAnswer.get(path, port: port, accept: accept, method: method)
  }

  /// The value of a series.
  func value(_ series: String) throws -> Double? {
    let lines = try get().body.split(separator: "\n")
    return lines.first { $0.hasPrefix(series + " ") }.flatMap { Double($0.dropFirst(series.count + 1)) }
  }

  /// KiB that it has resident.
  var memory: Int {
    get throws {
      let status = try String(contentsOfFile: "/proc/\(process.identifier)/status", encoding: .utf8)
      return status.firstMatch(of: /VmRSS:\s+([0-9]+) kB/).flatMap { Int($0.1) } ?? 0
    }
  }
}
