import CLinux
import ExecTopCounting
import Glibc
import SystemPackage

/// The file system of the unified hierarchy of control groups, where a group is found by its number.
struct ControlGroupTree: ~Copyable {
  /// Where it is mounted, and its root.
  private let mount: (path: [UInt8], root: FileDescriptor)?

  init() {
    mount =
      ControlGroupTree.mountPoints.lazy.compactMap { path in
        (try? FileDescriptor.open(
          FilePath(String(decoding: path, as: UTF8.self)), .readOnly, options: [.directory, .closeOnExec]))
          .map { (path: path, root: $0) }
      }.first
  }

  deinit {
    try? mount?.root.close()
  }

  /// The path of a group below the root. Nil where it has gone, or where the file system is mounted nowhere.
  func path(of number: UInt64) -> Path? {
    guard let mount else { return nil }
    let descriptor = exectop_open_group(mount.root.rawValue, number)
    guard descriptor >= 0 else { return nil }
    let file = FileDescriptor(rawValue: descriptor)
    defer { try? file.close() }
    guard let name = linkTarget("/proc/self/fd/\(descriptor)"), name.starts(with: mount.path) else { return nil }
    let path = name.dropFirst(mount.path.count)
    return path.isEmpty ? Path("/") : Path(path.prefix(Path.keptBytes))
  }

  /// Control groups of this hierarchy are in use. Taken to be so where it cannot be found out.
  static var isInUse: Bool { contents(of: "/proc/self/cgroup").map { ControlGroups.hasUnified($0) } ?? true }

  /// Where it is mounted as a whole (/proc/self/mountinfo, see proc(5)).
  private static var mountPoints: [[UInt8]] {
    (contents(of: "/proc/self/mountinfo") ?? []).split(separator: UInt8(ascii: "\n")).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: " "))
      guard let mark = fields.firstIndex(of: [UInt8(ascii: "-")]), fields.count > mark + 1, fields.count > 4,
        fields[mark + 1].elementsEqual("cgroup2".utf8), fields[3].elementsEqual("/".utf8)
      else { return nil }
      return Array(fields[4])
    }
  }
}
