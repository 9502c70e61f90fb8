/// In which control groups a process is, as the kernel tells it (cgroups(7), /proc/PID/cgroup).
public enum ControlGroups {
  /// Whether the machine has ever mounted a unified hierarchy (cgroup v2). Where it has not, all processes are in the root
  /// of that hierarchy, and the number of that group tells nothing.
  ///
  /// - Parameter text: a line for each hierarchy; that of the unified one begins with `0::`.
  public static func hasUnified(_ text: some Sequence<UInt8>) -> Bool {
    Array(text).split(separator: UInt8(ascii: "\n")).contains { $0.starts(with: "0::".utf8) }
  }
}
