import ExecTopCounting
import ExecTopText
import Glibc

/// poll(2), the one way to wait.
public enum Poll {
  /// Waits until something happens on a descriptor, or until the time is over.
  ///
  /// - Parameters:
  ///   - requests: what to wait for; says afterwards what happened. A descriptor of -1 stands for none.
  ///   - timeout: seconds, rounded up to milliseconds; nil for none.
  /// - Throws: what poll(2) refuses. A signal that is handled ends the waiting, and nothing has happened then.
  public static func wait(_ requests: inout [pollfd], timeout: Seconds?) throws(SystemCallError) {
    let milliseconds = timeout.map { CInt(clamping: Int64(clamping: ($0 * 1000).rounded(.up))) } ?? -1
    // The kernel fills in as many elements as it is told that there are.
    guard poll(&requests, nfds_t(requests.count), milliseconds) < 0 else { return }
    guard errno == EINTR else { throw SystemCallError("wait for events") }
    for index in requests.indices { requests[index].revents = 0 }
  }
}

extension Int64 {
  /// The nearest number; 0 for one that is none.
  fileprivate init(clamping number: Double) {
    self = Int64(exactly: number) ?? (number > 0 ? .max : 0)
  }
}
