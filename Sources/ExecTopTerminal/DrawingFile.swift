import CLinux
import CNCurses
import ExecTopSystem
import Glibc

/// The file in memory that ncurses takes for the terminal.
///
/// ncurses writes a frame in several blocking writes, and spins where one would block. A terminal that nobody reads, as
/// behind a stopped ssh, would make the program deaf to its signals. So ncurses writes here, where there is always
/// room, and the bytes go to the terminal when that takes them. The terminal's modes are set in `TerminalModes`: ncurses
/// cannot set those of a file.
struct DrawingFile: ~Copyable {
  /// As ncurses wants it; owned.
  let stream: UnsafeMutablePointer<FILE>
  private let descriptor: CInt
  /// The limit on the size of files, if there is one; this file is not meant by it.
  private let limit: rlimit?

  /// No frame is larger.
  private static let room: rlim_t = 1 << 26

  init() throws(SystemCallError) {
    let limit = try DrawingFile.limit()
    let descriptor = exectop_memory_file("exectop-screen")
    guard descriptor >= 0, let stream = fdopen(descriptor, "w") else {
      throw SystemCallError("make a file in memory to draw in")
    }
    self.descriptor = descriptor
    self.stream = stream
    self.limit = limit
  }

  deinit { fclose(stream) }

  /// To be called before ncurses writes: only root may exceed the limit, and only what is drawn may.
  func liftLimit() { _ = DrawingFile.lift(limit) }

  func restoreLimit() { DrawingFile.restore(limit) }

  /// The limit, if it is too low and can be lifted.
  private static func limit() throws(SystemCallError) -> rlimit? {
    var limit = rlimit()
    getrlimit(fileSize, &limit)
    guard limit.rlim_cur < room else { return nil }
    guard lift(limit) else {
      throw SystemCallError("lift the limit on file sizes (ulimit -f) to draw the screen")
    }
    restore(limit)
    return limit
  }

  private static func lift(_ limit: rlimit?) -> Bool {
    guard var limit else { return true }
    limit.rlim_cur = room
    limit.rlim_max = max(limit.rlim_max, room)
    return setrlimit(fileSize, &limit) == 0
  }

  private static func restore(_ limit: rlimit?) {
    guard var limit else { return }
    setrlimit(fileSize, &limit)
  }

  /// Takes out what ncurses has written.
  func takeBytes() -> [UInt8] {
    let count = max(0, Int(lseek(descriptor, 0, SEEK_CUR)))
    guard count > 0 else { return [] }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      // At most as many bytes are written as the buffer has; a file in memory gives all of them at once.
      initialized = max(0, pread(descriptor, buffer.baseAddress, count, 0))
    }
    lseek(descriptor, 0, SEEK_SET)
    ftruncate(descriptor, 0)
    return bytes
  }

  private static var fileSize: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_FSIZE.rawValue) }
}
