import Foundation

/// What all measurements need: the programs, built, and a directory of the benchmark's own.
final class Bench {
  let exectop: String
  let directory: String

  init() throws {
    // Tests/Benchmark/Sources/Benchmark/Bench.swift
    let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    let root = package.appending(path: "../..").standardized
    directory = FileManager.default.temporaryDirectory.appending(path: "exectop-benchmark-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    exectop = root.appending(path: ".build/release/exectop").path
    try Bench.run(
      "/usr/bin/env",
      [
        "swift", "build", "--package-path", root.path, "-c", "release", "--product", "exectop", "--static-swift-stdlib",
        "-Xswiftc", "-use-ld=lld",
      ])
    let programs = package.appending(path: "Programs").path
    for name in ["load", "terminal", "read_map", "run_time"] { try compile("\(programs)/\(name).c", as: name) }
    try compile("\(programs)/smallest.c", as: "smallest", options: ["-nostdlib", "-static", "-fno-stack-protector"])
    let loader = root.appending(path: "Tests/TutorialLoader").path
    try compile("\(loader)/main.c", as: "loader")
    try Bench.run("/bin/sh", ["\(loader)/bpf/compile.sh", path("tutorial.o")])
  }

  deinit {
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// A path of the benchmark's own.
  func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// A program of the benchmark's own.
  func helper(_ name: String) -> String { path(name) }

  /// A program that is installed. Nil if it is not.
  func installed(_ name: String) -> String? {
    ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"].map { "\($0)/\(name)" }
      .first { access($0, X_OK) == 0 }
  }

  /// Runs a workload to its end.
  ///
  /// - Returns: the nanoseconds it took.
  @discardableResult
  func load(_ arguments: String...) throws -> Double {
    try Tool(helper("load"), arguments).numbers()[0]
  }

  /// The tutorial's program at work, and the id of its map.
  func tutorial() throws -> (loader: Tool, map: Int) {
    let loader = try Tool(helper("loader"), [path("tutorial.o")])
    return (loader, Int(try loader.numbers()[0]))
  }

  /// A command that runs where tracefs is mounted, in a mount namespace that ends with it if it is not.
  func withTracefs(_ command: [String]) -> [String] {
    let script =
      "[ -e /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing; exec \"$@\""
    return ["/usr/bin/unshare", "-m", "/bin/sh", "-c", script, "sh"] + command
  }

  private func compile(_ source: String, as name: String, options: [String] = []) throws {
    let libraries = options.isEmpty ? ["-lbpf"] : []
    try Bench.run(
      "/usr/bin/env",
      ["clang", "-O2", "-Wall", "-Wextra", "-Werror"] + options + [source, "-o", path(name)] + libraries)
  }

  private static func run(_ path: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    // The table alone goes to standard output.
    process.standardOutput = FileHandle.standardError
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(([path] + arguments).joined(separator: " ") + " failed") }
  }
}
