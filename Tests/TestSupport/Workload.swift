import Glibc

/// Makes execs of a path that nothing else on the machine runs.
public struct Workload {
  /// A directory of its own; the paths in it are this workload's alone.
  public let directory: String

  /// Where it is made.
  static let parent = "/tmp"

  public init() throws {
    var template = Array("\(Workload.parent)/exectop-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw WorkloadError(description: "mkdtemp: errno \(errno)") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Deletes the directory and what is in it.
  public func remove() {
    Workload.wait(for: Workload.start("/bin/rm", ["rm", "-rf", directory]))
  }

  /// A path in the directory, without a file.
  public func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// A program in the directory that ends at once.
  public func program(_ name: String) throws -> String {
    let path = path(name)
    try check(Workload.wait(for: Workload.start("/bin/cp", ["cp", Programs.built("ExecWorkload"), path])), "cp")
    return path
  }

  /// A file in the directory that is no program.
  public func file(_ name: String, contents: String = "", mode: mode_t) throws -> String {
    let path = path(name)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    guard descriptor >= 0 else { throw WorkloadError(description: "open \(path): errno \(errno)") }
    defer { close(descriptor) }
    // The text's bytes live through the call.
    guard contents.withCString({ write(descriptor, $0, strlen($0)) }) == contents.utf8.count else {
      throw WorkloadError(description: "write \(path): errno \(errno)")
    }
    return path
  }

  /// Runs ExecWorkload and waits. Its own start is an exec too, of a path that no test looks at.
  ///
  /// - Throws: `WorkloadError` unless all went as the kind says.
  public func run(_ arguments: String...) throws {
    try run(arguments)
  }

  public func run(_ arguments: [String]) throws {
    try check(Workload.wait(for: start(arguments)), arguments.joined(separator: " "))
  }

  /// Starts ExecWorkload.
  ///
  /// - Returns: its process id, to be given to `wait`.
  public func start(_ arguments: [String]) -> pid_t {
    start(Programs.built("ExecWorkload"), arguments)
  }

  /// Starts a copy of ExecWorkload.
  public func start(_ program: String, _ arguments: [String]) -> pid_t {
    Workload.start(program, ["ExecWorkload"] + arguments)
  }

  /// Runs ExecWorkload.
  ///
  /// - Returns: the nanoseconds it took.
  @discardableResult
  public func time(_ arguments: String...) throws -> Double {
    try PipedProcess(Programs.built("ExecWorkload"), ["time"] + arguments).numbers()[0]
  }

  private func check(_ status: Int32, _ what: String) throws {
    if status != 0 { throw WorkloadError(description: "\(what): status \(status)") }
  }

  /// Starts a program.
  ///
  /// - Returns: its process id, to be given to `wait`.
  public static func start(_ path: String, _ arguments: [String]) -> pid_t {
    var process: pid_t = 0
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    let status = posix_spawn(&process, path, nil, nil, &pointers, environ)
    return status == 0 ? process : -1
  }

  /// - Returns: the exit status; 256 and more for a process that was killed or could not be started.
  @discardableResult
  public static func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    guard process > 0, waitpid(process, &status, 0) == process else { return 999 }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 256 + status & 0x7f
  }
}

public struct WorkloadError: Error, CustomStringConvertible {
  public let description: String
}
