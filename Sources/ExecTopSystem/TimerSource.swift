import CLinux
import Glibc

/// A repeating timer on the monotonic clock, to be waited for with `poll`.
public struct TimerSource: ~Copyable {
  /// Readable once the timer has expired and until `acknowledge()`.
  public let fileDescriptor: CInt

  /// A timer that does not run yet. Throws what timerfd_create(2) refuses.
  public init() throws(SystemCallError) {
    let descriptor = timerfd_create(CLOCK_MONOTONIC, CInt(TFD_NONBLOCK) | CInt(TFD_CLOEXEC))
    guard descriptor >= 0 else { throw SystemCallError("create a timer") }
    fileDescriptor = descriptor
  }

  deinit {
    close(fileDescriptor)
  }

  /// Starts the timer anew: it expires an interval from now, and every interval after that.
  ///
  /// An interval below one millisecond counts as one, and one above a year as a year. timerfd_settime(2) fails only
  /// on a descriptor that is no timer and on times that are out of range, and neither can happen here.
  public func setInterval(_ seconds: Double) {
    let year = 365.0 * 86_400
    // NaN is not greater than anything, so it counts as one millisecond.
    let nanoseconds = Int64((seconds > 0.001 ? min(seconds, year) : 0.001) * 1e9)
    let interval = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    var setting = itimerspec(it_interval: interval, it_value: interval)
    timerfd_settime(fileDescriptor, 0, &setting, nil)
  }

  /// How often the timer has expired since the last call. More than once means that the program was late.
  public func acknowledge() -> Int {
    var expirations: UInt64 = 0
    // The kernel writes exactly one 64-bit number, or nothing at all (EAGAIN) when the timer has not expired.
    let count = read(fileDescriptor, &expirations, MemoryLayout<UInt64>.size)
    return count == MemoryLayout<UInt64>.size ? Int(clamping: expirations) : 0
  }
}
