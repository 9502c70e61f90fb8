import Foundation
import PackagePlugin

/// Compiles the sources in bpf/ and embeds the objects in the target as Swift source.
///
/// One script makes one file of Swift of each: an object among the outputs would become a resource bundle, which breaks
/// when the binary is moved.
@main
struct EmbedBPF: BuildToolPlugin {
  /// What a source can include: an edit of any of them compiles it anew.
  private static let headers = [
    "exec_count.h", "exec_event.h", "exec_groups.bpf.h", "exec_launch.bpf.h", "exec_name.bpf.h", "exec_path.bpf.h",
    "exec_rows.bpf.h", "exec_shared.bpf.h", "kernel.bpf.h", "path_number.bpf.h", "process_end.bpf.h",
    "process_list.bpf.h", "process_table.bpf.h",
  ]

  /// Each with the name of the constant that holds its object.
  private static let sources = [("exec_count.bpf.c", "execCountObject"), ("exec_event.bpf.c", "execEventObject")]

  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let directory = context.package.directoryURL.appending(path: "bpf")
    let script = context.package.directoryURL.appending(path: "Plugins/EmbedBPF/embed.sh")
    // The distribution's clang if it is there, and otherwise the toolchain's, which has the bpf target too.
    let distribution = URL(filePath: "/usr/bin/clang")
    let clang =
      FileManager.default.isExecutableFile(atPath: distribution.path)
      ? distribution : try context.tool(named: "clang").url
    return EmbedBPF.sources.map { name, constant in
      let source = directory.appending(path: name)
      let output = context.pluginWorkDirectoryURL.appending(path: constant + ".swift")
      return .buildCommand(
        displayName: "Compiling \(name) for BPF",
        executable: URL(filePath: "/bin/sh"),
        arguments: [script.path, clang.path, source.path, output.path, constant],
        inputFiles: [script, source] + EmbedBPF.headers.map { directory.appending(path: $0) },
        outputFiles: [output])
    }
  }
}
