/// The name of an errno, as the C library's headers have it; of those that have none there, the number. 0 is none: a
/// seccomp filter trapped or killed.
///
/// The kernel returns from exec what execve(2) lists, and what file systems and security modules add.
public enum ErrorName {
  public static func of(_ error: Int32) -> String {
    names[error] ?? "E\(error)"
  }

  /// asm-generic/errno-base.h and asm-generic/errno.h: the same on x86-64 and arm64. From 512 on: the kernel's own
  /// (include/linux/errno.h), which only a tracer sees, before the call is made again.
  private static let names: [Int32: String] = [
    0: "none", 1: "EPERM", 2: "ENOENT", 3: "ESRCH", 4: "EINTR", 5: "EIO", 6: "ENXIO", 7: "E2BIG", 8: "ENOEXEC",
    9: "EBADF", 10: "ECHILD", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES", 14: "EFAULT", 15: "ENOTBLK", 16: "EBUSY",
    17: "EEXIST",
    18: "EXDEV", 19: "ENODEV", 20: "ENOTDIR", 21: "EISDIR", 22: "EINVAL", 23: "ENFILE", 24: "EMFILE", 25: "ENOTTY",
    26: "ETXTBSY", 27: "EFBIG", 28: "ENOSPC", 29: "ESPIPE", 30: "EROFS", 31: "EMLINK", 32: "EPIPE", 35: "EDEADLK",
    36: "ENAMETOOLONG", 38: "ENOSYS", 40: "ELOOP", 61: "ENODATA", 62: "ETIME", 75: "EOVERFLOW", 80: "ELIBBAD",
    95: "EOPNOTSUPP", 107: "ENOTCONN", 110: "ETIMEDOUT", 111: "ECONNREFUSED", 112: "EHOSTDOWN", 116: "ESTALE",
    117: "EUCLEAN", 121: "EREMOTEIO", 122: "EDQUOT", 125: "ECANCELED", 126: "ENOKEY", 127: "EKEYEXPIRED",
    128: "EKEYREVOKED", 129: "EKEYREJECTED", 512: "ERESTARTSYS", 513: "ERESTARTNOINTR", 514: "ERESTARTNOHAND",
    516: "ERESTART_RESTARTBLOCK",
  ]
}
