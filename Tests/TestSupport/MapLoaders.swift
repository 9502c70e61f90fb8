import CLinux
import Glibc

/// A program that fills a map of its own with the execs it sees, as long as this lives.
public final class MapLoader {
  private let process: ChildProcess
  private let input: CInt
  private let output: CInt

  /// bpftrace, if it is installed.
  public static var bpftrace: String? { Programs.installed("bpftrace") }

  /// The tutorial's program, with the map exec_count; ready when this returns.
  public static func tutorial(in workload: Workload) throws -> MapLoader {
    let object = workload.path("tutorial.o")
    let compiled = try Command.run("/bin/sh", [sourceDirectory + "/compile.sh", object], environment: pathOnly)
    guard compiled.ending == .exited(0) else { throw TestFailure("compile the tutorial: \(compiled.output)") }
    return try MapLoader(Programs.built("TutorialLoader"), [object])
  }

  /// bpftrace with the one-liner that counts execs by path in @paths.
  public static func bpftraceOneLiner() throws -> MapLoader {
    // It looks for tracefs where it is mounted; -c starts the program once it counts, which here says so.
    let script = "tracepoint:syscalls:sys_enter_execve { @paths[str(args->filename)] = count(); }"
    return try MapLoader(
      "/usr/bin/unshare",
      [
        "-m", "/bin/sh", "-c",
        """
        [ -e /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing
        exec bpftrace -c '/bin/cat' -e '\(script)'
        """,
      ])
  }

  private init(_ path: String, _ arguments: [String]) throws {
    var ends: [[CInt]] = [[0, 0], [0, 0]]
    for index in ends.indices where pipe2(&ends[index], O_CLOEXEC) != 0 { throw TestFailure("make a pipe") }
    input = ends[0][1]
    output = ends[1][0]
    defer {
      close(ends[0][0])
      close(ends[1][1])
    }
    process = try ChildProcess(
      path, arguments, environment: MapLoader.pathOnly,
      streams: .descriptors(input: ends[0][0], output: ends[1][1], errors: nil))
  }

  deinit {
    end()
  }

  /// The next word that it prints.
  public func nextWord() throws -> String {
    let deadline = Deadline(after: .seconds(30))
    while true {
      if let end = printed.firstIndex(where: { $0 == " " || $0 == "\n" }) {
        let word = String(printed[..<end])
        printed = String(printed[printed.index(after: end)...])
        if !word.isEmpty { return word }
      } else if let bytes = readAvailable(output, deadline: deadline) {
        printed += String(decoding: bytes, as: UTF8.self)
      } else {
        throw TestFailure("it has ended, or printed nothing more than \(printed)")
      }
    }
  }

  /// Types text on its standard input.
  public func write(_ text: String) {
    _ = Glibc.write(input, text, text.utf8.count)
  }

  /// Closes its input, which ends it, and waits.
  public func end() {
    guard !isEnded else { return }
    isEnded = true
    close(input)
    _ = Deadline(after: .seconds(20)).wait { process.poll() != nil }
    close(output)
  }

  private var isEnded = false
  /// What it has printed that was not asked for yet.
  private var printed = ""

  private static let pathOnly = ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"]
  private static let sourceDirectory =
    #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/TutorialLoader/bpf"
}
