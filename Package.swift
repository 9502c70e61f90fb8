// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "exectop",
  products: [.executable(name: "exectop", targets: ["exectop"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
  ],
  targets: [
    .systemLibrary(name: "CExecCount"),
    .systemLibrary(name: "CLibBPF", pkgConfig: "libbpf", providers: [.apt(["libbpf-dev", "libelf-dev"])]),
    // No pkgConfig: its flags for ncursesw are prohibited ones, and every build would warn of them.
    .systemLibrary(name: "CNCurses", providers: [.apt(["libncurses-dev"])]),
    // No pkgConfig: the module map names the library, and the header lies where every compiler looks.
    .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CLinux"),
    // What Swift cannot do: a signal handler that neither allocates nor locks, and main's arguments without /proc.
    .target(name: "CExecTopSystem"),
    .plugin(name: "EmbedBPF", capability: .buildTool()),
    // CPCRE2 is to it what the collections are: functions of their arguments alone. The core stays pure with it.
    .target(
      name: "ExecTopCore",
      dependencies: [
        "CPCRE2",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ]),
    .target(name: "ExecTopSystem", dependencies: ["CExecTopSystem", "CLinux", "ExecTopCore"]),
    .target(
      name: "ExecTopKernel",
      dependencies: [
        "CExecCount", "CLibBPF", "CLinux", "ExecTopCore", "ExecTopSystem",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      plugins: ["EmbedBPF"]),
    .target(name: "ExecTopTerminal", dependencies: ["CNCurses", "CLinux", "ExecTopCore", "ExecTopSystem"]),
    .executableTarget(
      name: "exectop",
      dependencies: [
        "CLinux", "ExecTopCore", "ExecTopKernel", "ExecTopSystem", "ExecTopTerminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    // CLinux: the widths of characters.
    .testTarget(name: "ExecTopCoreTests", dependencies: ["CLinux", "ExecTopCore"]),
    .testTarget(
      name: "ExecTopKernelTests",
      dependencies: ["CLibBPF", "ExecTopCore", "ExecTopKernel", "ExecWorkload", "TestSupport", "TutorialLoader"]),
    .testTarget(name: "ExecTopSystemTests", dependencies: ["CLinux", "ExecTopSystem", "TestSupport"]),
    .testTarget(
      name: "ExecTopTerminalTests", dependencies: ["ExecTopTerminal", "ExecTopCore", "TerminalProbe", "TestSupport"]),
    .testTarget(
      name: "exectopTests",
      dependencies: [
        "CLinux", "ExecTopCore", "ExecTopKernel", "ExecWorkload", "exectop", "TestSupport", "TutorialLoader",
      ]),
    // The program on a terminal that the tests of ExecTopTerminal drive; no product.
    .executableTarget(
      name: "TerminalProbe", dependencies: ["ExecTopTerminal", "ExecTopSystem", "ExecTopCore"],
      path: "Tests/TerminalProbe"),
    // Makes the execs that the tests count and the benchmark times; no product.
    .executableTarget(name: "ExecWorkload", path: "Tests/ExecWorkload"),
    // What exectop costs, against what others cost; no product. A target and not a package of its own: so it shares the
    // tests' support without making that a product.
    .executableTarget(
      name: "Benchmark", dependencies: ["TestSupport"], path: "Tests/Benchmark", exclude: ["Programs"]),
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
