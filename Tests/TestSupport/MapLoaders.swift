import Glibc

/// Programs that fill a map of their own with the execs they see, as long as they live.
public enum MapLoader {
  /// bpftrace, if it is installed.
  public static var bpftrace: String? { Programs.installed("bpftrace") }

  /// The tutorial's program, with the map exec_count, of which it first writes the id.
  public static func tutorial(in workload: Workload) throws -> PipedProcess {
    let object = workload.path("tutorial.o")
    if access(object, R_OK) != 0 { try compile([object]) }
    return try PipedProcess(Programs.built("TutorialLoader"), [object])
  }

  /// Compiles a program for BPF.
  ///
  /// - Parameter arguments: the object, and the source unless it is the tutorial's.
  public static func compile(_ arguments: [String]) throws {
    let compiled = try Command.run(
      "/bin/sh", [sourceDirectory + "/compile.sh"] + arguments, environment: Programs.environment)
    guard compiled.ending == .exited(0) else { throw TestFailure("compile for BPF: \(compiled.output)") }
  }

  /// bpftrace with the one-liner that counts execs by path in @paths.
  ///
  /// - Parameter program: what it runs once it counts, with bpftrace's standard streams; nil for none.
  public static func bpftraceOneLiner(running program: String? = nil) throws -> PipedProcess {
    let script = "tracepoint:syscalls:sys_enter_execve { @paths[str(args->filename)] = count(); }"
    let options = program.map { ["-c", $0] } ?? []
    return try withTracefs(["bpftrace"] + options + ["-e", script])
  }

  /// A program that looks for tracefs where it is mounted: in a mount namespace that ends with it if it is not.
  public static func withTracefs(_ command: [String], outputFile: String? = nil) throws -> PipedProcess {
    let script = "[ -e /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing; exec \"$@\""
    return try PipedProcess(
      "/usr/bin/unshare", ["-m", "/bin/sh", "-c", script, "sh"] + command, outputFile: outputFile)
  }

  private static let sourceDirectory =
    #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/TutorialLoader/bpf"
}
