import Foundation
import TestSupport

/// What all measurements need: the programs, built, and a workload of the benchmark's own.
final class Bench {
  let exectop: String
  let workload: Workload
  private let top: URL

  private static let release = ["-c", "release", "--static-swift-stdlib", "-Xswiftc", "-use-ld=lld"]

  init() throws {
    top = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    exectop = top.appending(path: ".build/release/exectop").path
    workload = try Workload()
    for product in [["exectop"] + Bench.release, ["ExecWorkload"], ["TutorialLoader"]] {
      try Bench.run("swift", ["build", "--package-path", top.path, "--product"] + product)
    }
    let programs = top.appending(path: "Tests/Benchmark/Programs").path
    for name in ["terminal", "read_map", "run_time", "walk_tasks", "pace"] {
      try compile("\(programs)/\(name).c", as: name)
    }
    try MapLoader.compile([helper("tasks.o"), "\(programs)/tasks.bpf.c"])
    try compile("\(programs)/smallest.c", as: "smallest", options: ["-nostdlib", "-static", "-fno-stack-protector"])
  }

  deinit {
    workload.remove()
  }

  /// A program of the benchmark's own.
  func helper(_ name: String) -> String { workload.path(name) }

  /// A product of this package, built for release.
  func releaseBuilt(_ product: String) throws -> String {
    try Bench.run("swift", ["build", "--package-path", top.path, "--product", product] + Bench.release)
    return top.appending(path: ".build/release/\(product)").path
  }

  /// A storm of execs of the smallest program, on two processes that each run it so often.
  ///
  /// - Returns: the nanoseconds it took.
  @discardableResult
  func storm(each count: Int) throws -> Double {
    try workload.time("storm", helper("smallest"), "2", "\(count)")
  }

  /// Runs many paths once each; none of them is there.
  func runPaths(_ count: Int) throws {
    try workload.time("distinct", workload.path(Bench.paths), "\(count)", "0")
  }

  /// Runs 40 of those paths again and again, while this lives.
  func runPathsAgain() throws -> PipedProcess {
    try PipedProcess(Programs.built("ExecWorkload"), ["change", workload.path(Bench.paths), "40", "900"])
  }

  /// The tutorial's program at work, and the id of its map.
  func tutorial() throws -> (loader: PipedProcess, map: Int) {
    let loader = try MapLoader.tutorial(in: workload)
    return (loader, Int(try loader.numbers()[0]))
  }

  private static let paths = "some-directory/path-"

  private func compile(_ source: String, as name: String, options: [String] = []) throws {
    let libraries = options.isEmpty ? ["-lbpf"] : []
    try Bench.run(
      "clang", ["-O2", "-Wall", "-Wextra", "-Werror"] + options + [source, "-o", helper(name)] + libraries)
  }

  private static func run(_ name: String, _ arguments: [String]) throws {
    guard let program = Programs.installed(name) else { throw TestFailure("\(name) is not installed") }
    let result = try Command.run(
      program, arguments, environment: ProcessInfo.processInfo.environment, timeout: .seconds(1800))
    guard result.ending == .exited(0) else { throw TestFailure("\(name) failed:\n\(result.output)") }
  }
}
