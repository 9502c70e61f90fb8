import ExecTopCore
import Glibc
import SystemPackage

/// The file that holds the saved choices: `exectop/choices` below XDG_CONFIG_HOME, or below `.config` in the home
/// directory. Under sudo, below the home directory of the user who called it, and owned by that user.
///
/// exectop runs as root and the directories belong to that user, who could plant a link in them to make root write or
/// show another file. So every directory is opened by its descriptor without following a link, nothing is read or
/// written in one that the user does not own, and a file is put in place whole, by its name.
struct ChoicesFile {
  private let owner: Owner

  init() {
    owner = Owner.current
  }

  /// The choices, and what the user should know of them. A file that is not there is no matter; one that cannot be read or
  /// understood is.
  func read() -> (choices: Choices, warning: String?) {
    do {
      let directory = try open(create: false)
      defer { try? directory.close() }
      let file = try directory.open(ChoicesFile.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
      defer { try? file.close() }
      try owner.check(file, isDirectory: false)
      // What exectop writes has some 300 bytes.
      let text = try withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
        String(decoding: buffer.prefix(try file.read(into: buffer)), as: UTF8.self)
      }
      return (try Choices(text: text), nil)
    } catch Errno.noSuchFileOrDirectory {
      return (Choices(), nil)
    } catch {
      return (Choices(), "\(path): \(error); starting without it")
    }
  }

  /// Saves the choices.
  ///
  /// - Returns: how it went, for the user.
  func save(_ choices: Choices) -> String {
    do {
      let directory = try open(create: true)
      defer { try? directory.close() }
      let new = ".\(ChoicesFile.name)-\(getpid())"
      let file = try directory.open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode: 0o644)
      do {
        defer { try? file.close() }
        try Errno.check(fchown(file.rawValue, owner.user, owner.group))
        try file.writeAll(choices.text.utf8)
        try Errno.check(renameat(directory.rawValue, new, directory.rawValue, ChoicesFile.name))
      } catch {
        unlinkat(directory.rawValue, new, 0)
        throw error
      }
      return "saved in \(path)"
    } catch {
      return "save \(path): \(error)"
    }
  }

  private static let name = "choices"

  private var path: String { "\(owner.configuration)/exectop/\(ChoicesFile.name)" }

  /// Opens the directory of the file.
  private func open(create: Bool) throws -> FileDescriptor {
    // Whoever can change the way to the home directory is root; from there on each step is the owner's.
    var directory = try FileDescriptor.open(
      FilePath(owner.base), .readOnly, options: [.directory, .closeOnExec])
    for step in owner.steps + ["exectop"] {
      let above = directory
      defer { try? above.close() }
      if create, mkdirat(above.rawValue, step, 0o755) == 0 {
        try Errno.check(fchownat(above.rawValue, step, owner.user, owner.group, AT_SYMLINK_NOFOLLOW))
      }
      let next = try above.open(step, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      do {
        try owner.check(next, isDirectory: true)
      } catch {
        try? next.close()
        throw error
      }
      directory = next
    }
    return directory
  }
}

/// Whose choices they are.
private struct Owner {
  let user: uid_t
  let group: gid_t
  /// A directory that nobody but root and the owner can replace.
  let base: String
  /// From there to the directory for configuration.
  let steps: [String]

  var configuration: String { ([base] + steps).joined(separator: "/") }

  static var current: Owner {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    // sudo sets these; only root is served by another user's file.
    if geteuid() == 0, let user = variable("SUDO_UID").flatMap(uid_t.init), user != 0, let entry = getpwuid(user) {
      // getpwuid's result is valid until the next such call; the strings are copied here.
      return Owner(
        user: user, group: entry.pointee.pw_gid, base: String(cString: entry.pointee.pw_dir), steps: [".config"])
    }
    if let base = variable("XDG_CONFIG_HOME"), base.hasPrefix("/") {
      return Owner(user: geteuid(), group: getegid(), base: base, steps: [])
    }
    let home = variable("HOME") ?? getpwuid(geteuid()).map { String(cString: $0.pointee.pw_dir) } ?? "/"
    return Owner(user: geteuid(), group: getegid(), base: home, steps: [".config"])
  }

  /// The file must be the owner's.
  func check(_ file: FileDescriptor, isDirectory: Bool) throws {
    var status = stat()
    try Errno.check(fstat(file.rawValue, &status))
    guard status.st_uid == user else { throw Errno.permissionDenied }
    guard isDirectory || status.st_mode & S_IFMT == S_IFREG else { throw Errno.invalidArgument }
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
