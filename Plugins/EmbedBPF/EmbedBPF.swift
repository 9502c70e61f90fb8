import Foundation
import PackagePlugin

/// Compiles bpf/exec_count.bpf.c and embeds the object in the target as Swift source.
///
/// One script makes one file of Swift: an object among the outputs would become a resource bundle, which breaks when
/// the binary is moved.
@main
struct EmbedBPF: BuildToolPlugin {
  /// The source and all that it includes: an edit of any of them compiles it anew.
  private static let files = [
    "exec_count.bpf.c", "exec_launch.bpf.h", "exec_groups.bpf.h", "process_table.bpf.h", "exec_shared.bpf.h",
    "path_number.bpf.h",
    "kernel.bpf.h", "exec_count.h",
  ]

  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let sources = context.package.directoryURL.appending(path: "bpf")
    let script = context.package.directoryURL.appending(path: "Plugins/EmbedBPF/embed.sh")
    let source = sources.appending(path: "exec_count.bpf.c")
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedObject.swift")
    // The distribution's clang if it is there, and otherwise the toolchain's, which has the bpf target too.
    let distribution = URL(filePath: "/usr/bin/clang")
    let clang =
      FileManager.default.isExecutableFile(atPath: distribution.path)
      ? distribution : try context.tool(named: "clang").url
    return [
      .buildCommand(
        displayName: "Compiling exec_count.bpf.c for BPF",
        executable: URL(filePath: "/bin/sh"),
        arguments: [script.path, clang.path, source.path, output.path],
        inputFiles: [script] + EmbedBPF.files.map { sources.appending(path: $0) },
        outputFiles: [output])
    ]
  }
}
