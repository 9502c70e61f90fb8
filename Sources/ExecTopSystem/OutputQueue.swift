import CLinux
import ExecTopCounting
import ExecTopText
import Glibc

/// Something could not be written.
public struct OutputError: Error, CustomStringConvertible {
  /// "standard output".
  let name: String
  let code: CInt
  /// The reader has gone, as `| head` does, or the terminal: no failure.
  public let isReaderGone: Bool

  public var description: String {
    // strerror returns a string that ends in NUL and stays valid until the next call on this thread.
    "write \(name): \(String(cString: strerror(code)))"
  }
}

/// A standard stream that is written without ever waiting for its reader: what it does not take is kept until it does.
///
/// O_NONBLOCK belongs to an open file, which the caller's other processes share; setting it would break their reads and
/// writes, also after exectop has ended. So a pipe or terminal is opened once more, by /proc, and that open file alone is
/// made non-blocking. A socket has a flag for each call. Where the second opening fails (no /proc, another user's
/// terminal), poll(2) is asked before each write, of no more than it promises room for. Anything else, such as a file,
/// has no reader to wait for. SIGPIPE and SIGXFSZ must be ignored, so that they are errors of write.
public final class OutputQueue {
  /// To be waited for: for writing while `isPending`, and always for errors, as a pipe has one when its reader goes.
  public let descriptor: CInt
  private let name: String
  private let isOwn: Bool
  private let isSocket: Bool
  private let isTerminal: Bool
  /// At most so many bytes are written at a time.
  private let piece: Int
  private var bytes: [UInt8] = []
  /// How many of them are written.
  private var written = 0

  public static func standardOutput() -> OutputQueue { OutputQueue(STDOUT_FILENO, "standard output") }
  public static func standardError() -> OutputQueue { OutputQueue(STDERR_FILENO, "standard error") }

  /// - Parameter reopens: whether a pipe or terminal is opened once more.
  init(_ stream: CInt, _ name: String, reopens: Bool = true) {
    self.name = name
    var status = stat()
    let type = fstat(stream, &status) == 0 ? status.st_mode & S_IFMT : 0
    isTerminal = type == S_IFCHR && isatty(stream) == 1
    isSocket = type == S_IFSOCK
    let second =
      reopens && (type == S_IFIFO || isTerminal)
      ? open("/proc/self/fd/\(stream)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1
    isOwn = second >= 0
    descriptor = isOwn ? second : stream
    // A pipe that is ready takes PIPE_BUF bytes, a terminal one.
    piece = isOwn || isSocket || type == S_IFREG ? 1 << 18 : isTerminal ? 1 : Int(PIPE_BUF)
  }

  deinit {
    if isOwn { close(descriptor) }
  }

  /// Something waits to be written.
  public var isPending: Bool { written < bytes.count }

  public func append(_ more: some Sequence<UInt8>) {
    bytes.append(contentsOf: more)
  }

  /// Forgets what waits to be written.
  public func discard() {
    bytes.removeAll()
    written = 0
  }

  /// Writes what can be written without waiting.
  public func flush() throws(OutputError) {
    while isPending {
      guard isOwn || isSocket || isReady(within: 0) else { return }
      let count = write()
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        return
      } else if errno != EINTR {
        let code = errno
        discard()
        throw OutputError(
          name: name, code: code,
          isReaderGone: [EPIPE, ECONNRESET].contains(code) || (isTerminal && code == EIO))
      }
    }
    discard()
  }

  /// Writes all that waits, and waits for the reader as long as this takes it.
  ///
  /// - Parameter limit: seconds; nil for none.
  /// - Returns: whether all is written.
  @discardableResult
  public func drain(within limit: Seconds?) throws(OutputError) -> Bool {
    let clock = Clock()
    let end = limit.map { clock.now + $0 }
    try flush()
    while isPending, end.map({ clock.now < $0 }) ?? true {
      _ = isReady(within: end.map { $0 - clock.now })
      try flush()
    }
    return !isPending
  }

  /// Waits until there is room, or an error that a write will tell.
  private func isReady(within timeout: Seconds?) -> Bool {
    var requests = [pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)]
    // It can fail only for want of memory; then there is no room either.
    try? Poll.wait(&requests, timeout: timeout)
    return requests[0].revents != 0
  }

  private func write() -> Int {
    // At most as many bytes are read as there are from `written` on.
    bytes.withUnsafeBytes { all in
      let rest = all[written...].prefix(piece)
      let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress
      return isSocket
        ? send(descriptor, start, rest.count, CInt(MSG_DONTWAIT | MSG_NOSIGNAL))
        : Glibc.write(descriptor, start, rest.count)
    }
  }
}
