import Glibc

/// Where a symbolic link leads, in bytes (readlink(2)). Nil if it cannot be read.
func linkTarget(_ path: String) -> [UInt8]? {
  var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
  // readlink writes at most as many bytes as the buffer has, and no NUL.
  let count = readlink(path, &buffer, buffer.count)
  return count > 0 ? buffer.prefix(count).map { UInt8(bitPattern: $0) } : nil
}
