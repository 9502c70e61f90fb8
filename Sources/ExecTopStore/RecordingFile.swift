import CLinux
import Glibc

/// The file of a recording that is written: made where there is none, and one at a time writes to it.
///
/// It can stand where others may make files. So no link is followed, nothing is used that another user owns, and what is
/// made can be read by nobody else; SQLite makes its two files beside it with the same owner and rights, and follows no
/// link there either.
struct RecordingFile {
  /// The absolute path.
  let path: String
  private let name: String
  // Open from init to `close`. Closed while SQLite has the file open, it would take SQLite's locks away (fcntl(2)).
  private let descriptor: CInt
  private let device: dev_t
  private let inode: ino_t

  /// - Parameter file: as the user gave it.
  init(_ file: String) throws(StoreError) {
    name = file
    path = try RecordingFile.absolute(file)
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard descriptor >= 0 else {
      let code = errno
      // What O_NOFOLLOW says of a link.
      throw code == ELOOP
        ? StoreError("record into", file, reason: "it is a link") : StoreError("open", file, errno: code)
    }
    var status = stat()
    do throws(StoreError) {
      guard fstat(descriptor, &status) == 0 else { throw StoreError("open", file, errno: errno) }
      try RecordingFile.check(status, file)
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        throw StoreError("record into", file, reason: "another exectop does so")
      }
      for suffix in RecordingFile.suffixes {
        var beside = stat()
        if lstat(path + suffix, &beside) == 0 { try RecordingFile.check(beside, file + suffix) }
      }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    device = status.st_dev
    inode = status.st_ino
  }

  func close() { Glibc.close(descriptor) }

  /// The path still leads to this file.
  func checkPlace() throws(StoreError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      throw errno == ENOENT
        ? StoreError("write", name, reason: "the file was removed") : StoreError("write", name, errno: errno)
    }
    guard status.st_dev == device, status.st_ino == inode else {
      throw StoreError("write", name, reason: "the file was replaced")
    }
  }

  /// What SQLite has made beside it is of the same owner.
  func checkBeside() throws(StoreError) {
    for suffix in RecordingFile.suffixes {
      var status = stat()
      if lstat(path + suffix, &status) == 0 { try RecordingFile.check(status, name + suffix) }
    }
  }

  private static let suffixes = ["-wal", "-shm", "-journal"]

  /// A file of this user's own.
  private static func check(_ status: stat, _ file: String) throws(StoreError) {
    guard status.st_mode & S_IFMT == S_IFREG else { throw StoreError("record into", file, reason: "it is no file") }
    // The rights with which files are opened (setfsuid(2)); -1 only asks.
    guard status.st_uid == uid_t(bitPattern: setfsuid(.max)) else {
      throw StoreError("record into", file, reason: "it is another user's")
    }
    guard status.st_nlink == 1 else { throw StoreError("record into", file, reason: "it has a second name") }
  }

  /// With the links resolved that lead to its directory.
  static func absolute(_ file: String) throws(StoreError) -> String {
    let name = file.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    guard !name.isEmpty, name != ".", name != ".." else { throw StoreError("open", file, errno: EISDIR) }
    let directory = String(file.dropLast(name.count))
    guard let resolved = realpath(directory.isEmpty ? "." : directory, nil) else {
      throw StoreError("open", file, errno: errno)
    }
    defer { free(resolved) }
    let text = String(cString: resolved)
    return text == "/" ? "/" + name : text + "/" + name
  }
}
