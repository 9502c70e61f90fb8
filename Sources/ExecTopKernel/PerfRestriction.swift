import Glibc

/// How far the kernel restricts perf_event_open(2), by which programs are attached to tracepoints.
public enum PerfRestriction {
  /// Attaching takes CAP_SYS_ADMIN and not only CAP_PERFMON. Linux itself knows levels up to 2; those above it, of which
  /// Debian's kernels have one as their default, are distributions' own.
  public static var needsAdministrator: Bool { level(of: "/proc/sys/kernel/perf_event_paranoid") ?? 0 > 2 }

  private static func level(of file: String) -> Int? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(descriptor, &bytes, bytes.count)
    return Int(String(decoding: bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }
}
