import CSQLite
import Glibc

/// A recording that could not be opened, read or written.
public struct StoreError: Error, Equatable, CustomStringConvertible {
  /// "open", "read", "write", "record into".
  public let operation: String
  public let file: String
  public let reason: String
  /// Nothing was refused for good: the same may succeed in a moment.
  public let isBusy: Bool

  init(_ operation: String, _ file: String, reason: String) {
    self.operation = operation
    self.file = file
    self.reason = reason
    isBusy = false
  }

  /// - Parameters:
  ///   - code: of SQLite.
  ///   - system: the errno, where a system call was the cause.
  init(_ operation: String, _ file: String, code: CInt, system: CInt) {
    self.operation = operation
    self.file = file
    let primary = code & 0xff
    isBusy = primary == SQLITE_BUSY || primary == SQLITE_LOCKED
    switch primary {
    case SQLITE_FULL: reason = StoreError.words(of: ENOSPC)
    case SQLITE_NOTADB: reason = StoreError.noRecording
    case SQLITE_CORRUPT: reason = "the file is damaged"
    case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM:
      // sqlite3_errstr returns a constant string.
      reason = system != 0 ? StoreError.words(of: system) : String(cString: sqlite3_errstr(code))
    default: reason = String(cString: sqlite3_errstr(code))
    }
  }

  init(_ operation: String, _ file: String, errno code: CInt) {
    self.init(operation, file, reason: StoreError.words(of: code))
  }

  static let noRecording = "it is no recording of exectop's"

  /// strerror returns a string that ends in NUL and stays valid until the next call on this thread.
  private static func words(of code: CInt) -> String { String(cString: strerror(code)) }

  public var description: String { "\(operation) \(file): \(reason)" }
}
