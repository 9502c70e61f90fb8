import CLinux
import Glibc
import SystemPackage

/// The kernel's trace file system, which tells libbpf a tracepoint's number.
public enum Tracefs {
  private static let directory = "/sys/kernel/tracing"
  /// TRACEFS_MAGIC in linux/magic.h.
  private static let magic = 0x7472_6163

  /// Makes tracefs visible to this thread at /sys/kernel/tracing.
  ///
  /// Where it is not mounted it is mounted in a mount namespace of the thread's own, which nobody else sees and which
  /// ends with it. Mounts that others make later still reach this namespace.
  ///
  /// - Returns: the directory, /sys/kernel/tracing or the old place below debugfs.
  @discardableResult
  public static func makeVisible() throws(KernelError) -> String {
    for place in [directory, "/sys/kernel/debug/tracing"] where isTracefs(place) { return place }
    guard access(directory, F_OK) == 0 else {
      throw KernelError(
        .lacksFeature, "find tracefs", reason: "the kernel has no \(directory)",
        remedy: "a kernel with CONFIG_FTRACE is needed")
    }
    // Only what is below /sys must not reach others: in a chroot, / need not be a mount point.
    guard unshare(CLONE_NEWNS) == 0, mount(nil, "/sys", nil, UInt(MS_SLAVE | MS_REC), nil) == 0,
      mount("tracefs", directory, "tracefs", 0, nil) == 0
    else {
      let errno = Errno(rawValue: errno)
      throw KernelError(
        errno == .notPermitted ? .notPermitted : .lacksFeature, "mount tracefs", reason: errno.description,
        remedy: "run as root: mount -t tracefs tracefs \(directory)")
    }
    return directory
  }

  private static func isTracefs(_ path: String) -> Bool {
    var status = statfs()
    return statfs(path, &status) == 0 && Int(status.f_type) == magic
  }
}
