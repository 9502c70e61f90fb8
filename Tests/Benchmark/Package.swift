// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that neither the build nor the tests of exectop wait for it.
let package = Package(
  name: "Benchmark",
  targets: [.executableTarget(name: "Benchmark")],
  swiftLanguageModes: [.v6]
)
