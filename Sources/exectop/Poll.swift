import ExecTopCore
import Glibc
import SystemPackage

/// poll(2), the one place where exectop waits.
enum Poll {
  /// Waits until a file descriptor is readable, has hung up or has failed, or until the time is over.
  ///
  /// - Parameters:
  ///   - descriptors: -1 stands for none.
  ///   - output: is waited for only to hang up or to fail, as a pipe does when its reader goes.
  ///   - timeout: seconds, rounded up to milliseconds; nil for none.
  /// - Returns: for each of them, `output` last, whether it is.
  static func wait(
    for descriptors: [Int32], orEndOf output: Int32 = -1, timeout: Seconds? = nil
  ) throws(Errno) -> [Bool] {
    var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    polled.append(pollfd(fd: output, events: 0, revents: 0))
    let milliseconds = timeout.map { Int32(clamping: Int64(($0 * 1000).rounded(.up))) } ?? -1
    while poll(&polled, nfds_t(polled.count), milliseconds) < 0 {
      guard errno == EINTR else { throw Errno(rawValue: errno) }
    }
    return polled.map { $0.revents != 0 }
  }
}
