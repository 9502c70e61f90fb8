import Glibc

/// A control group of a test's own, in the unified hierarchy.
public struct ControlGroup {
  /// Its directory.
  public let directory: String
  /// Below the root of the hierarchy, as exectop tells it.
  public let path: String

  /// Where the unified hierarchy is mounted. Nil if it is not.
  public static let mountPoint: String? = {
    guard let file = fopen("/proc/self/mounts", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    // fgets ends what it writes with a NUL, within the array.
    while fgets(&line, Int32(line.count), file) != nil {
      let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
        separator: " ")
      if fields.count > 2, fields[2] == "cgroup2" { return String(fields[1]) }
    }
    return nil
  }()

  /// - Parameter name: of the group; a part that no other test has is put before it.
  public init(_ name: String) throws {
    guard let mountPoint = ControlGroup.mountPoint else {
      throw WorkloadError(description: "the unified hierarchy of control groups is not mounted")
    }
    path = "/exectop-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))-\(name)"
    directory = mountPoint + path
    guard mkdir(directory, 0o755) == 0 else { throw WorkloadError(description: "mkdir \(directory): errno \(errno)") }
  }

  /// What a shell does to go into it.
  public var join: String { "echo $$ > \(directory)/cgroup.procs" }

  /// Removes it. Nothing happens if it has gone, or if a process is in it.
  public func remove() { rmdir(directory) }
}
