import Glibc
import SystemPackage

/// poll(2), the one place where exectop waits.
enum Poll {
  /// Waits until a file descriptor is readable, has hung up or has failed.
  ///
  /// - Parameter descriptors: -1 stands for none.
  /// - Returns: for each of them, whether it is.
  static func wait(for descriptors: [Int32]) throws(Errno) -> [Bool] {
    var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while poll(&polled, nfds_t(polled.count), -1) < 0 {
      guard errno == EINTR else { throw Errno(rawValue: errno) }
    }
    return polled.map { $0.revents != 0 }
  }
}
