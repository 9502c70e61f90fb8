import ExecTopSystem
import Glibc

/// A file for node_exporter's textfile collector. Whoever reads it finds a whole one at any time: it is written beside it
/// and then given its name.
struct TextFile {
  let path: String
  /// What went wrong the last time. Said once.
  private(set) var said: String?

  init(_ path: String) {
    self.path = path
  }

  /// Writes it anew. A failure, and the end of one, is said.
  mutating func write(_ text: String) {
    do {
      try replace(with: text)
      if said != nil { StandardError.say("\(path) is written again") }
      said = nil
    } catch {
      if said != "\(error)" { StandardError.say("\(error); it is tried again at each interval") }
      said = "\(error)"
    }
  }

  /// The name does not end in .prom, so the collector does not read it.
  private var temporary: String { path + ".exectop-new" }

  private func replace(with text: String) throws(SystemCallError) {
    // What an exectop left that was killed. A link that someone else put there is not followed, but replaced.
    unlink(temporary)
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure() }
    // The collector is another user, whatever the umask is here.
    let isWhole = fchmod(file, 0o644) == 0 && write(text, to: file)
    let code = errno
    let isClosed = close(file) == 0
    guard isWhole, isClosed, rename(temporary, path) == 0 else {
      let error = isWhole ? failure() : failure(code)
      unlink(temporary)
      throw error
    }
  }

  private func failure(_ code: CInt = errno) -> SystemCallError { SystemCallError("write \(path)", code: code) }

  /// - Returns: whether all of it is written; errno says why not.
  private func write(_ text: String, to file: CInt) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      // At most as many bytes are read as there are.
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
