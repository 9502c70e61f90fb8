import CLinux
import ExecTopApp
import ExecTopCounting
import Glibc
import SystemPackage

/// The file that holds the saved choices: `exectop/choices` below XDG_CONFIG_HOME, or below `.config` in the home
/// directory. Under sudo, below the home directory of the user who called it, and owned by that user.
///
/// exectop runs as root in directories of that user, who could plant a link there to make root write or show another
/// file. So the kernel is asked with the rights of that user alone (see `FileRights.act`), no link to a directory or a file
/// is followed, nothing is used that another user owns, and a file is put in place whole, by its name.
struct ChoicesFile {
  private let owner = Owner.current

  /// The choices, and what the user should know of them. A file that is not there is no matter; one that cannot be
  /// read or understood is.
  func read() -> (choices: Choices, warning: String?) {
    do {
      return (try Choices(text: owner.rights.act { try text() }), nil)
    } catch Errno.noSuchFileOrDirectory {
      return (Choices(), nil)
    } catch {
      return (Choices(), "\(path): \(error); using defaults")
    }
  }

  /// Saves the choices.
  ///
  /// - Returns: how it went, for the user.
  func save(_ choices: Choices) -> Message {
    do {
      try owner.rights.act { try replace(by: choices.text) }
      return "saved in \(path)"
    } catch {
      return Message("save \(path): \(error)", isFailure: true)
    }
  }

  private static let name = "choices"

  private var path: String { "\(owner.configuration)/exectop/\(ChoicesFile.name)" }

  private func text() throws -> String {
    let directory = try open(create: false)
    defer { try? directory.close() }
    // Not to wait for the writer of a FIFO, which `check` refuses.
    let file = try directory.open(ChoicesFile.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    defer { try? file.close() }
    try owner.check(file, is: S_IFREG)
    // What exectop writes has some 300 bytes.
    return try withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
      String(decoding: buffer.prefix(try file.read(into: buffer)), as: UTF8.self)
    }
  }

  private func replace(by text: String) throws {
    let directory = try open(create: true)
    defer { try? directory.close() }
    let new = ".\(ChoicesFile.name)-\(getpid())"
    let file = try directory.open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode: 0o644)
    defer { try? file.close() }
    do {
      try file.writeAll(text.utf8)
      try Errno.check(renameat(directory.rawValue, new, directory.rawValue, ChoicesFile.name))
    } catch {
      unlinkat(directory.rawValue, new, 0)
      throw error
    }
  }

  /// Opens the directory of the file.
  private func open(create: Bool) throws -> FileDescriptor {
    // The way to the home directory is root's; from there on each step is the owner's.
    var directory = try FileDescriptor.open(FilePath(owner.base), .readOnly, options: [.directory, .closeOnExec])
    for step in owner.steps + ["exectop"] {
      let above = directory
      defer { try? above.close() }
      // One that is there already is checked like a new one.
      if create, mkdirat(above.rawValue, step, 0o700) < 0, errno != EEXIST { throw Errno(rawValue: errno) }
      directory = try above.open(step, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      do {
        try owner.check(directory, is: S_IFDIR)
      } catch {
        try? directory.close()
        throw error
      }
    }
    return directory
  }
}

/// Whose choices they are.
private struct Owner {
  let rights: FileRights
  /// A directory that nobody but root and the owner can replace.
  let base: String
  /// From there to the directory for configuration.
  let steps: [String]

  var configuration: String { ([base] + steps).joined(separator: "/") }

  static var current: Owner {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    if let caller = FileRights.ofCaller, let entry = getpwuid(caller.user) {
      // getpwuid's result is valid until the next such call; the string is copied here.
      return Owner(rights: caller, base: String(cString: entry.pointee.pw_dir), steps: [".config"])
    }
    if let base = variable("XDG_CONFIG_HOME"), base.hasPrefix("/") {
      return Owner(rights: .own, base: base, steps: [])
    }
    let home = variable("HOME") ?? getpwuid(geteuid()).map { String(cString: $0.pointee.pw_dir) } ?? "/"
    return Owner(rights: .own, base: home, steps: [".config"])
  }

  /// The file must be the owner's, and of this type.
  func check(_ file: FileDescriptor, is type: mode_t) throws {
    var status = stat()
    try Errno.check(fstat(file.rawValue, &status))
    guard status.st_uid == rights.user else { throw Errno.permissionDenied }
    guard status.st_mode & S_IFMT == type else { throw Errno.invalidArgument }
  }
}

extension FileDescriptor {
  /// openat(2).
  fileprivate func open(_ name: String, _ flags: Int32, mode: mode_t = 0) throws(Errno) -> FileDescriptor {
    let descriptor = openat(rawValue, name, flags, mode)
    try Errno.check(descriptor)
    return FileDescriptor(rawValue: descriptor)
  }
}

extension Errno {
  /// Throws errno if the result of a system call is negative.
  fileprivate static func check(_ result: Int32) throws(Errno) {
    if result < 0 { throw Errno(rawValue: errno) }
  }
}
