/// How far the kernel restricts perf_event_open(2), by which programs are attached to tracepoints.
public enum PerfRestriction {
  /// Attaching takes CAP_SYS_ADMIN and not only CAP_PERFMON. Linux itself knows levels up to 2; those above it, of which
  /// Debian's kernels have one as their default, are distributions' own.
  public static var needsAdministrator: Bool {
    let level = contents(of: "/proc/sys/kernel/perf_event_paranoid").flatMap { text in
      Int(String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
    return level ?? 0 > 2
  }
}
