import ExecTopApp
import ExecTopCounting
import ExecTopTable

/// What an errno means, in the words of strerror(3).
enum ErrorText {
  static func of(_ error: Int32) -> String? { texts[error] }

  /// Those that execve(2) can end with; asm-generic/errno-base.h and asm-generic/errno.h.
  private static let texts: [Int32: String] = [
    1: "Operation not permitted", 2: "No such file or directory", 3: "No such process",
    4: "Interrupted system call", 5: "Input/output error", 6: "No such device or address",
    7: "Argument list too long", 8: "Exec format error", 9: "Bad file descriptor", 10: "No child processes",
    11: "Resource temporarily unavailable", 12: "Cannot allocate memory", 13: "Permission denied", 14: "Bad address",
    15: "Block device required", 16: "Device or resource busy", 17: "File exists", 18: "Invalid cross-device link",
    19: "No such device", 20: "Not a directory", 21: "Is a directory", 22: "Invalid argument",
    23: "Too many open files in system", 24: "Too many open files", 25: "Inappropriate ioctl for device",
    26: "Text file busy", 27: "File too large", 28: "No space left on device", 29: "Illegal seek",
    30: "Read-only file system", 31: "Too many links", 32: "Broken pipe", 35: "Resource deadlock avoided",
    36: "File name too long", 38: "Function not implemented", 40: "Too many levels of symbolic links",
    61: "No data available", 62: "Timer expired", 75: "Value too large for defined data type",
    80: "Accessing a corrupted shared library", 95: "Operation not supported",
    107: "Transport endpoint is not connected", 110: "Connection timed out", 111: "Connection refused",
    112: "Host is down", 116: "Stale file handle", 117: "Structure needs cleaning", 121: "Remote I/O error",
    122: "Disk quota exceeded", 125: "Operation canceled", 126: "Required key not available", 127: "Key has expired",
    128: "Key has been revoked", 129: "Key was rejected by service",
  ]
}
