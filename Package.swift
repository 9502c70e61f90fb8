// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "exectop",
  products: [.executable(name: "exectop", targets: ["exectop"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
  ],
  targets: [
    .systemLibrary(name: "CExecCount"),
    .systemLibrary(name: "CLibBPF", pkgConfig: "libbpf", providers: [.apt(["libbpf-dev", "libelf-dev"])]),
    // No pkgConfig: its flags for ncursesw are prohibited ones, and every build would warn of them.
    .systemLibrary(name: "CNCurses", providers: [.apt(["libncurses-dev"])]),
    // No pkgConfig: the module map names the library, and the header lies where every compiler looks.
    .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
    // Likewise.
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CLinux"),
    // What Swift cannot do: a signal handler that neither allocates nor locks, and main's arguments without /proc.
    .target(name: "CExecTopSystem"),
    .plugin(name: "EmbedBPF", capability: .buildTool()),
    // The core, floor by floor: each sees those above it in this list that it names, and none has side effects.
    .floor("Text"),
    .floor("Counting", on: ["Text"]),
    .floor("Trace", on: ["Text"], .product(name: "DequeModule", package: "swift-collections")),
    // CPCRE2 is to it what the collections are: functions of their arguments alone.
    .floor(
      "Table", on: ["Counting", "Text"], "CPCRE2", .product(name: "HeapModule", package: "swift-collections")),
    .floor("Recording", on: ["Counting", "Text"]),
    .floor("Records", on: ["Counting", "Recording", "Table", "Text"]),
    .floor(
      "App", on: ["Counting", "Table", "Text", "Trace"],
      .product(name: "DequeModule", package: "swift-collections")),
    .floor("Screen", on: ["App", "Counting", "Table", "Text", "Trace"]),
    .target(name: "ExecTopSystem", dependencies: ["CExecTopSystem", "CLinux", "ExecTopText", "ExecTopCounting"]),
    .target(
      name: "ExecTopKernel",
      dependencies: [
        "CExecCount", "CLibBPF", "CLinux", "ExecTopCounting", "ExecTopText", "ExecTopTrace", "ExecTopSystem",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      plugins: ["EmbedBPF"]),
    // SQLite itself: a library over it would bring Foundation, which alone is twice as large as exectop.
    .target(
      name: "ExecTopStore", dependencies: ["CLinux", "CSQLite", "ExecTopCounting", "ExecTopRecording", "ExecTopText"]),
    .target(
      name: "ExecTopTerminal",
      dependencies: ["CNCurses", "CLinux", "ExecTopApp", "ExecTopScreen", "ExecTopText", "ExecTopSystem"]),
    .target(
      name: "ExecTopHTTP",
      dependencies: [
        "CLinux", "ExecTopRecords", "ExecTopSystem", "ExecTopText",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .executableTarget(
      name: "exectop",
      dependencies: [
        "CLinux", "ExecTopApp", "ExecTopCounting", "ExecTopHTTP", "ExecTopKernel", "ExecTopRecording", "ExecTopRecords",
        "ExecTopScreen", "ExecTopStore", "ExecTopSystem", "ExecTopTable", "ExecTopTerminal", "ExecTopText",
        "ExecTopTrace",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    // CLinux: the widths of characters.
    .testTarget(
      name: "ExecTopCoreTests",
      dependencies: [
        "CLinux", "ExecTopApp", "ExecTopCounting", "ExecTopRecording", "ExecTopRecords", "ExecTopScreen",
        "ExecTopTable",
        "ExecTopText", "ExecTopTrace", "TestSupport",
      ]),
    .testTarget(
      name: "ExecTopKernelTests",
      dependencies: [
        "CLibBPF", "ExecTopCounting", "ExecTopText", "ExecTopTrace", "ExecTopKernel", "ExecWorkload", "TestSupport",
        "TutorialLoader",
      ]),
    .testTarget(
      name: "ExecTopStoreTests",
      dependencies: ["CSQLite", "ExecTopCounting", "ExecTopRecording", "ExecTopStore", "ExecTopText", "TestSupport"]),
    .testTarget(name: "ExecTopSystemTests", dependencies: ["CLinux", "ExecTopSystem", "TestSupport"]),
    .testTarget(
      name: "ExecTopTerminalTests",
      dependencies: ["ExecTopTerminal", "ExecTopApp", "ExecTopScreen", "ExecTopText", "TerminalProbe", "TestSupport"]),
    .testTarget(
      name: "exectopTests",
      dependencies: [
        "CLinux", "ExecTopApp", "ExecTopCounting", "ExecTopRecords", "ExecTopScreen", "ExecTopTable", "ExecTopText",
        "ExecTopTrace", "ExecTopHTTP", "ExecTopKernel", "ExecWorkload", "exectop", "TestSupport", "TutorialLoader",
      ]),
    // The program on a terminal that the tests of ExecTopTerminal drive; no product.
    .executableTarget(
      name: "TerminalProbe",
      dependencies: ["ExecTopTerminal", "ExecTopSystem", "ExecTopApp", "ExecTopScreen", "ExecTopText"],
      path: "Tests/TerminalProbe"),
    // Makes the execs that the tests count and the benchmark times; no product.
    .executableTarget(name: "ExecWorkload", path: "Tests/ExecWorkload"),
    // What exectop costs, against what others cost; no product. A target and not a package of its own: so it shares the
    // tests' support without making that a product.
    .executableTarget(
      name: "Benchmark", dependencies: ["TestSupport"], path: "Tests/Benchmark", exclude: ["Programs"]),
    // Records a day of a machine that it makes up, for the benchmark; no product.
    .executableTarget(
      name: "RecordedDay",
      dependencies: ["ExecTopCounting", "ExecTopRecording", "ExecTopStore", "ExecTopText", "TestSupport"],
      path: "Tests/RecordedDay"),
    // Fills a map as the tutorial's loader does, for the tests of --map and for the benchmark; no product.
    .executableTarget(
      name: "TutorialLoader", dependencies: ["CLibBPF"], path: "Tests/TutorialLoader", exclude: ["bpf"]),
    // What the tests share: workloads with a path of their own, a tmux terminal, and the reasons to skip.
    .target(
      name: "TestSupport", dependencies: ["CLinux", .product(name: "SystemPackage", package: "swift-system")],
      path: "Tests/TestSupport"),
  ],
  swiftLanguageModes: [.v6]
)

extension Target {
  /// A part of the core.
  static func floor(_ name: String, on floors: [String] = [], _ others: Target.Dependency...) -> Target {
    .target(
      name: "ExecTop\(name)", dependencies: floors.map { .target(name: "ExecTop\($0)") } + others,
      path: "Sources/ExecTopCore/\(name)")
  }
}
