import ExecTopApp
import ExecTopCounting
import ExecTopRecords
import ExecTopScreen
import ExecTopTable
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

/// What exectop says, and with which status it ends, when something is wrong.
struct CommandLineTests {
  private func exectop(_ arguments: String..., environment: [String: String] = [:]) throws -> Command.Result {
    try Command.run(Programs.built("exectop"), arguments, environment: environment)
  }

  /// Runs a line of the shell in which `$exectop` is the program.
  private func shell(_ line: String) throws -> Command.Result {
    try Command.run(
      "/bin/sh", ["-c", line],
      environment: ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "exectop": Programs.built("exectop")])
  }

  @Test(
    "wrong options are one line and status 64",
    arguments: [
      (["--delay", "0"], "--delay takes 0.1 to 3600 seconds"),
      (["--delay", "3601"], "--delay takes 0.1 to 3600 seconds"),
      (["--delay", "nan"], "--delay takes 0.1 to 3600 seconds"),
      (
        ["--sort", "nonsense"], "expected cpu, time, running, rate, count, failed, avoidable, exits, peak, last, path"
      ),
      (["--sort", "share"], "expected cpu, time, running, rate, count"),
      (["--filter", "~("], "~( is not a regular expression: missing closing parenthesis, after 2 characters"),
      (["--filter", "~\u{1b}[2J("], "~\\x1b[2J( is not a regular expression"),
      (["--filter", String(repeating: "a", count: 1025)], "the text is longer than 1,024 bytes"),
      (["--iterations", "0"], "--iterations takes 1 or more"),
      (["--rows", "-1"], "--rows"),
      (["--max-paths", "1"], "--max-paths takes 16"),
      (["--format", "xml", "--batch"], "expected text, json, csv, folded"),
      (["--format", "text"], "--format needs --batch"),
      (["--rows", "3"], "--rows needs --batch"),
      (["--changed", "--demo"], "--changed needs --batch"),
      (["--light", "--sort", "failed"], "--light does not see failures"),
      (["--light", "--sort", "cpu"], "--light does not see what processes use: nothing to sort by"),
      (["--tutorial", "--sort", "exits"], "--tutorial does not see what processes use"),
      (["--map", "id=1", "--sort", "time"], "--map does not see what processes use"),
      (["--light", "--batch", "--sort", "running"], "--light does not see what processes use"),
      (["--nonsense"], "--nonsense"),
      (["--light", "--demo"], "cannot be combined"),
      (["--execs-only", "--light"], "--execs-only and --light cannot be combined"),
      (["--execs-only", "--sort", "cpu"], "--execs-only does not see what processes use: nothing to sort by"),
      (["--by", "nonsense"], "expected path, launches, user, unit"),
      (["--by", "user", "--light"], "--by user: --light does not see who starts a program"),
      (["--execs-only", "--by", "launches"], "--by launches: --execs-only does not see who starts a program"),
      (["--by", "unit", "--map", "id=1"], "--by unit: --map does not see who starts a program"),
      (["--by", "unit", "--sort", "peak"], "--sort peak is of paths alone: nothing to sort by with --by unit"),
      (["--light", "--filter", "a !user:x"], "--filter: user: is not seen under --light, after 2 characters"),
      (["--execs-only", "--filter", "by:x"], "--filter: by: is not seen under --execs-only, after 0 characters"),
      (["--batch", "--trace", "--filter", "unit:x"], "--filter: unit: is not told by a trace line"),
      (["--batch", "--trace", "--by", "user"], "--by cannot be used with --trace"),
      (["--batch", "--format", "folded", "--by", "user"], "--format folded prints launches, not --by user"),
      (["--batch", "--format", "folded", "--rows", "3"], "--rows cannot be used with --format folded"),
      (
        ["--batch", "--format", "folded", "--sort", "last"],
        "--format folded counts by rate, count, failed, avoidable, exits, cpu, time, not by last"
      ),
      (
        ["--batch", "--format", "folded", "--tutorial"], "--format folded: --tutorial does not see who starts a program"
      ),
      (["--map", "exec_count"], "--map"),
      (["--map", "id=0"], "id=N, name=NAME or pinned=PATH"),
      (["--map", "id=1", "--light"], "--light and --map cannot be combined"),
      (["--map", "id=1", "--demo"], "--map and --demo cannot be combined"),
      (["--map", "id=1", "--sort", "failed"], "--map does not see failures"),
      (["surplus"], "surplus"),
      (["export", "surplus"], "surplus"),
      (["export", "--nonsense"], "Unknown option '--nonsense'; see exectop export --help"),
      (["export", "--max-paths", "1"], "--max-paths takes 16"),
      (["export", "--execs-only", "--demo"], "--execs-only and --demo cannot be combined; see exectop export --help"),
      (["--light", "export"], "the command comes first: exectop export OPTIONS"),
      (["export", "--delay", "0"], "--delay takes 0.1 to 3600 seconds, not 0.0; see exectop export --help"),
      (["export", "--batch"], "Unknown option '--batch'"),
      (["export", "--listen", "9464"], "expected HOST:PORT, [IPv6]:PORT or :PORT"),
      (["export", "--paths", "-1"], "--paths"),
      (["export", "--paths", "10001"], "--paths takes 0 to 10000"),
      (["export", "--textfile", ""], "--textfile takes the name of a file"),
      (["export", "--textfile", "a", "--print", "systemd"], "--print systemd wants the whole path of --textfile"),
      (["export", "--print", "x"], "expected systemd, scrape, rules, grafana"),
      (["export", "--time-programs", "--demo"], "--time-programs and --demo cannot be combined"),
    ])
  func wrongOptions(arguments: [String], expected: String) throws {
    let result = try Command.run(Programs.built("exectop"), arguments)
    #expect(result.ending == .exited(64))
    #expect(result.output.hasPrefix("exectop: "))
    #expect(result.output.contains(expected))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("each view, and folded stacks, in the records of the demo")
  func views() throws {
    for (view, column) in [("launches", " LAUNCH\n"), ("user", " USER\n"), ("unit", " UNIT\n"), ("path", " PATH\n")] {
      let result = try exectop("--demo", "--batch", "-n", "1", "-d", "0.2", "--by", view)
      #expect(result.ending == .exited(0) && result.output.contains(column))
    }
    let folded = try exectop("--demo", "--batch", "-n", "2", "-d", "0.5", "--format", "folded", "-f", "by:make")
    #expect(folded.ending == .exited(0))
    let lines = folded.output.split(separator: "\n")
    #expect(!lines.isEmpty && lines.allSatisfy { $0.contains(/^\S+;\S*make;\S+ [1-9][0-9]*$/) })
  }

  @Test("help and version are printed and end with 0", arguments: ["--help", "--version"])
  func help(option: String) throws {
    let result = try exectop(option)
    #expect(result.ending == .exited(0))
    #expect(result.output.contains(option == "--help" ? "--max-paths" : "0.1.0"))
  }

  @Test("the version is the program's, before and behind a command's name", arguments: [[], ["export"]])
  func version(command: [String]) throws {
    let result = try Command.run(Programs.built("exectop"), command + ["--version"])
    #expect(result.ending == .exited(0))
    #expect(result.output == "0.1.0\n")
  }

  @Test(
    "each command has a help of its own",
    arguments: [["export", "--help"], ["help", "export"], ["export", "--demo", "-h"]])
  func commandHelp(arguments: [String]) throws {
    let result = try Command.run(Programs.built("exectop"), arguments)
    #expect(result.ending == .exited(0))
    #expect(result.output.contains("USAGE: exectop export"))
  }

  private static let counting: Set = ["light", "execs-only", "max-paths", "demo"]
  private static let view: Set = [
    "by", "sort", "invert", "filter", "batch", "iterations", "format", "rows", "changed", "no-color",
  ]

  @Test(
    "the help of each command has the options that it takes, and no others",
    arguments: [
      (nil, counting.union(view).union(["delay", "tutorial", "map", "arguments", "record", "trace"])),
      ("replay", view.union(["follow"])), ("diff", ["by", "format", "fail-on"]),
      ("run", ["format", "dashboard", "record", "max-paths"]),
      ("record", counting.union(["delay", "iterations", "keep", "size"])),
      ("export", counting.union(["listen", "textfile", "delay", "paths", "time-programs", "print"])),
    ] as [(String?, Set<String>)])
  func options(command: String?, options: Set<String>) throws {
    let result = try Command.run(Programs.built("exectop"), (command.map { [$0] } ?? []) + ["--help"])
    let told = result.output.split(separator: "\n").compactMap { $0.firstMatch(of: #/^  (?:-., )?--([a-z-]+)/#)?.1 }
    #expect(Set(told.map(String.init)) == options.union(["version", "help"]))
  }

  @Test(
    "what says what is counted is refused by replay with the reason why",
    arguments: [
      ["--light"], ["-d", "2"], ["--map", "id=1"], ["--trace"], ["--record", "a.db"], ["--max-paths", "99"],
    ])
  func replayOptions(options: [String]) throws {
    let result = try Command.run(Programs.built("exectop"), ["replay", "a.db"] + options)
    #expect(result.ending == .exited(64))
    #expect(result.output.contains("says what is counted: a recording tells what was; see exectop replay --help"))
  }

  @Test("what follows a command's name is the command's, though the dashboard has an option of that name")
  func commandOptions() throws {
    let result = try exectop("export", "-d", "7", "--max-paths", "99", "--demo", "--print", "systemd")
    #expect(result.ending == .exited(0))
    #expect(result.output.contains(" export --listen 127.0.0.1:9464 --delay 7.0 --demo --max-paths 99\n"))
  }

  @Test("a value that is a command's name is a value")
  func commandAsValue() throws {
    let result = try exectop("--filter", "export", "--demo", "--batch", "-n", "1", "-d", "0.1")
    #expect(result.ending == .exited(0))
    #expect(result.output.contains("paths"))
  }

  @Test("a dashboard without a terminal names --batch")
  func noTerminal() throws {
    let result = try exectop("--demo", environment: ["TERM": "xterm"])
    #expect(result.ending == .exited(64))
    #expect(result.output.contains("not a terminal"))
    #expect(result.output.contains("--batch"))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("standard input may be closed in batch mode")
  func closedInput() throws {
    let result = try shell("$exectop --demo --batch -n 1 -d 0.1 <&-")
    #expect(result.ending == .exited(0))
    #expect(result.output.contains("execs"))
  }

  @Test("a full disk or a closed output is status 74", arguments: [">/dev/full", ">&-"])
  func outputFails(redirection: String) throws {
    let result = try shell("$exectop --demo --batch -n 1 -d 0.1 \(redirection)")
    #expect(result.ending == .exited(74))
    #expect(result.output.hasPrefix("exectop: write standard output: "))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("help that cannot be written is status 74", arguments: ["--help", "--version"])
  func helpFails(option: String) throws {
    let result = try shell("$exectop \(option) >/dev/full")
    #expect(result.ending == .exited(74))
    #expect(result.output == "exectop: write standard output: No space left on device\n")
    #expect(try shell("$exectop \(option) | true").output.isEmpty)
  }

  @Test("a limit on the size of files is one line and status 74")
  func fileSizeLimit() throws {
    let workload = try Workload()
    defer { workload.remove() }
    let file = workload.path("records")
    let result = try shell("ulimit -f 0; exec $exectop --demo --batch -n 1 -d 0.1 >\(file)")
    #expect(result.ending == .exited(74))
    #expect(result.output == "exectop: write standard output: File too large\n")
  }

  @Test("without /proc the options count all the same", .needsKernel)
  func noProc() throws {
    let result = try shell("exec unshare -m sh -c 'mount -t tmpfs none /proc && exec $exectop --nonsense'")
    #expect(result.ending == .exited(64))
    #expect(result.output == "exectop: Unknown option '--nonsense'; see exectop --help\n")
    let record = try shell("exec unshare -m sh -c 'mount -t tmpfs none /proc && exec $exectop --demo -b -n 1 -d 0.1'")
    #expect(record.ending == .exited(0))
    #expect(record.output.contains("paths"))
  }

  @Test(
    "too few file descriptors are said, with status 69",
    arguments: [(4, "create a signal descriptor: Too many open files"), (5, "create a timer: Too many open files")])
  func fewDescriptors(limit: Int, expected: String) throws {
    let result = try shell("ulimit -n \(limit); exec $exectop --demo --batch")
    #expect(result.ending == .exited(69))
    #expect(result.output == "exectop: \(expected); raise the limit: ulimit -n 256\n")
  }

  @Test("what an error repeats of the command line is escaped")
  func echo() throws {
    let result = try exectop("--a\u{1b}[31m\u{202e}\nb")
    #expect(result.ending == .exited(64))
    #expect(result.output == "exectop: Unknown option '--a\\x1b[31m\\xe2\\x80\\xae b'; see exectop --help\n")
  }

  @Test("a closed pipe ends batch mode quietly")
  func closedPipe() throws {
    let result = try shell("{ $exectop --demo --batch -d 0.1; echo status $? >&2; } | head -n 1")
    #expect(result.output.contains("status 0"))
    #expect(!result.output.contains("exectop:"))
  }

  @Test("SIGINT and SIGTERM write the interval under way as the last record", arguments: [SIGINT, SIGTERM])
  func lastRecord(signal: Int32) throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let process = try ChildProcess(
      Programs.built("exectop"), ["--demo", "--batch", "-d", "3600", "--format", "csv"], environment: [:],
      streams: .descriptors(input: nil, output: ends[1], errors: ends[1]))
    close(ends[1])
    defer { close(ends[0]) }
    // It has begun once the header comes. An interval needs some time to have a rate.
    var bytes = [UInt8](repeating: 0, count: 65_536)
    #expect(read(ends[0], &bytes, bytes.count) == Record.csvHeader().utf8.count)
    usleep(300_000)
    process.signal(signal)
    #expect(Deadline(after: .seconds(20)).wait { process.poll() != nil })
    #expect(process.poll() == .exited(0))
    let length = read(ends[0], &bytes, bytes.count)
    #expect(String(decoding: bytes.prefix(max(0, length)), as: UTF8.self).contains(",demo,totals,"))
  }

  @Test("SIGINT and SIGTERM end batch mode with status 0", arguments: [SIGINT, SIGTERM])
  func signals(signal: Int32) throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let process = try ChildProcess(
      Programs.built("exectop"), ["--demo", "--batch", "-d", "0.1"], environment: [:],
      streams: .descriptors(input: nil, output: ends[1], errors: ends[1]))
    // It has begun once a record comes.
    var first: UInt8 = 0
    #expect(read(ends[0], &first, 1) == 1)
    process.signal(signal)
    #expect(Deadline(after: .seconds(20)).wait { process.poll() != nil })
    #expect(process.poll() == .exited(0))
  }

  @Test("without privilege it says so, with status 77", .needsKernel)
  func noPrivilege() throws {
    let workload = try Workload()
    defer { workload.remove() }
    chmod(workload.directory, 0o755)
    let result = try shell(
      """
      cp $exectop \(workload.path("exectop")) && cd / && \
      exec setpriv --reuid=65534 --regid=65534 --clear-groups \(workload.path("exectop")) --batch
      """)
    #expect(result.ending == .exited(77))
    #expect(result.output.contains("sudo exectop"))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test(
    "a map that is not there ends with a line and a status of its own", .needsKernel,
    arguments: [
      ("name=no_such_map", 69, "no map has this name"), ("id=4294967295", 69, "there is no such map"),
      ("pinned=/no/such/file", 74, "No such file or directory"),
    ])
  func noMap(place: String, status: Int32, expected: String) throws {
    let result = try exectop("--batch", "--map", place)
    #expect(result.ending == .exited(status))
    #expect(result.output.contains(expected))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("a map without privilege is status 77", .needsKernel, arguments: ["name=x", "id=1"])
  func noPrivilegeForMap(place: String) throws {
    let workload = try Workload()
    defer { workload.remove() }
    chmod(workload.directory, 0o755)
    let copy = workload.path("exectop")
    let result = try shell(
      """
      cp $exectop \(copy) && cd / && \
      exec setpriv --reuid=65534 --regid=65534 --clear-groups \(copy) --batch --map \(place)
      """)
    #expect(result.ending == .exited(77))
    #expect(result.output.contains("sudo exectop"))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("a kernel without BTF is status 69", .needsKernel)
  func noBTF() throws {
    let result = try shell("exec unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf && exec $exectop --batch'")
    #expect(result.ending == .exited(69))
    #expect(result.output.contains("CONFIG_DEBUG_INFO_BTF"))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test("tracefs that is not mounted is mounted for exectop alone", .needsKernel)
  func noTracefs() throws {
    let result = try shell(
      """
      exec unshare -m sh -c 'umount -q /sys/kernel/debug /sys/kernel/tracing
      $exectop --batch -n 1 -d 0.1 || exit 1; ls /sys/kernel/tracing | wc -l'
      """)
    #expect(result.ending == .exited(0))
    #expect(result.output.hasSuffix("\n0\n"))
  }

  @Test("where it may not mount tracefs, it says what to run", .needsKernel)
  func mayNotMount() throws {
    let result = try shell(
      """
      exec unshare -m sh -c 'umount -q /sys/kernel/debug /sys/kernel/tracing
      exec setpriv --bounding-set -sys_admin $exectop --batch'
      """)
    #expect(result.ending == .exited(77))
    #expect(result.output.contains("mount -t tracefs tracefs /sys/kernel/tracing"))
    #expect(result.output.split(separator: "\n").count == 1)
  }

  @Test(
    "a pinned map is shown, with keys that are no text as hex", .needsKernel,
    .enabled(if: Bpftool.path != nil, "bpftool is not installed"))
  func pinnedMap() throws {
    // The pin goes with the mount namespace.
    let result = try shell(
      """
      exec unshare -m sh -c 'mount -t bpf none /sys/fs/bpf && map=/sys/fs/bpf/exectop-test &&
      bpftool map create $map type hash key 8 value 8 entries 4 name exectop_test &&
      bpftool map update pinned $map key 0x2f 0x61 0 0 0 0 0 0 value 5 0 0 0 0 0 0 0 &&
      exec $exectop --map pinned=$map --batch -n 1 -d 0.1 --format json'
      """)
    #expect(result.ending == .exited(0))
    #expect(result.output.contains("\"mode\":\"map\""))
    #expect(result.output.contains("{\"path\":\"0x2f61000000000000\",\"count\":5,\"delta\":null"))
  }
}
