import CLinux
import Glibc
import SystemPackage

/// By whose rights files are made and opened.
struct FileRights: Equatable {
  let user: uid_t
  let group: gid_t

  /// Those with which exectop runs.
  static var own: FileRights { FileRights(user: geteuid(), group: getegid()) }

  /// Those of the user who called sudo; nil where none did. Only root is served by another user's files.
  static var ofCaller: FileRights? {
    guard geteuid() == 0, let text = getenv("SUDO_UID"), let user = uid_t(String(cString: text)), user != 0,
      let entry = getpwuid(user)
    else { return nil }
    return FileRights(user: user, group: entry.pointee.pw_gid)
  }

  /// For a file that the user names: those of the user who called sudo, in a directory of that user's. There, what that
  /// user may not do must not be done for them; and what is made is theirs to read.
  static func toMake(_ file: String) -> FileRights {
    let directory = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
    var status = stat()
    guard let caller = ofCaller, stat(directory, &status) == 0, status.st_uid == caller.user else { return own }
    return caller
  }

  /// Does something with files by these rights: what it makes is theirs, and what they do not allow fails.
  func act<Result>(_ body: () throws -> Result) throws -> Result {
    let before = (user: setfsuid(.max), group: setfsgid(.max))
    defer {
      setfsuid(uid_t(bitPattern: before.user))
      setfsgid(gid_t(bitPattern: before.group))
    }
    setfsgid(group)
    setfsuid(user)
    // They report no failure. -1 is no identity: it only asks for the present one.
    guard setfsuid(.max) == Int32(bitPattern: user), setfsgid(.max) == Int32(bitPattern: group) else {
      throw Errno.notPermitted
    }
    return try body()
  }
}
