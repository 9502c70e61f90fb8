import Glibc

/// A system call that failed.
public struct SystemCallError: Error, Equatable, CustomStringConvertible {
  /// What was attempted, as a phrase: "create a timer".
  public let operation: String
  /// The errno.
  public let code: CInt

  init(_ operation: String, code: CInt = errno) {
    self.operation = operation
    self.code = code
  }

  public var description: String {
    // strerror returns a string that ends in NUL and stays valid until the next call on this thread.
    "\(operation): \(String(cString: strerror(code)))"
  }
}
