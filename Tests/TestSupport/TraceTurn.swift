import Glibc

/// The right to trace, which one test on the machine has at a time: what one program prints shows in every instance, and
/// the kernel's own trace_pipe has one reader.
public final class TraceTurn {
  private let descriptor: CInt

  /// Waits for it. It ends with the object, or with the process.
  public init() throws {
    descriptor = open("/sys/kernel", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else { throw TestFailure("lock /sys/kernel") }
  }

  deinit {
    close(descriptor)
  }
}
