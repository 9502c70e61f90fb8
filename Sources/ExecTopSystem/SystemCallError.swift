import Glibc

/// A system call that failed.
public struct SystemCallError: Error, Equatable, CustomStringConvertible {
  /// What was attempted, as a phrase: "create a timer".
  public let operation: String
  /// The errno.
  public let code: CInt

  /// - Parameter code: the errno; by default, that of the last call.
  public init(_ operation: String, code: CInt = errno) {
    self.operation = operation
    self.code = code
  }

  /// The kernel refused for lack of privilege.
  public var isRefusal: Bool { code == EPERM || code == EACCES }

  /// One line: the operation, the reason and, where there is one, the way out.
  public var description: String {
    // strerror returns a string that ends in NUL and stays valid until the next call on this thread.
    "\(operation): \(String(cString: strerror(code)))" + (code == EMFILE ? "; raise the limit: ulimit -n 256" : "")
  }
}
