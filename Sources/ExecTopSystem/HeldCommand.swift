import CExecTopSystem
import Glibc

/// A child process that is to execute a command, and waits until it may.
public final class HeldCommand {
  public let process: pid_t
  /// Readable once the process has ended.
  public let endDescriptor: CInt
  private var go: CInt
  private let failed: CInt

  /// Whose the command's process is to be.
  public struct User {
    public var id: uid_t
    public var group: gid_t
    public var groups: [gid_t]
    public var name: String
    public var home: String
    public var shell: String

    /// The user with this id and all groups of it (getpwuid(3), getgrouplist(3)). Nil if there is none.
    public init?(id: uid_t) {
      // The entry is valid until the next such call; all of it is copied here.
      guard let entry = getpwuid(id)?.pointee, let name = entry.pw_name, let home = entry.pw_dir,
        let shell = entry.pw_shell
      else { return nil }
      self.id = id
      group = entry.pw_gid
      self.name = String(cString: name)
      self.home = String(cString: home)
      self.shell = String(cString: shell)
      var count: CInt = 1024
      groups = Array(repeating: 0, count: Int(count))
      // It writes `count` groups at most, and says how many there are.
      let found = getgrouplist(name, group, &groups, &count)
      groups = found < 0 ? [group] : Array(groups.prefix(Int(count)))
    }
  }

  /// - Parameters:
  ///   - path: the program's file.
  ///   - arguments: the program's name first.
  ///   - environment: `NAME=VALUE`.
  ///   - user: whose process it is to be; nil: of this process's user.
  ///   - leavesTerminal: what of its standard streams is a terminal becomes /dev/null.
  /// - Throws: what fork(2), pipe(2) and pidfd_open(2) refuse.
  public init(
    path: String, arguments: [String], environment: [String], user: User?, leavesTerminal: Bool
  ) throws(SystemCallError) {
    var go: CInt = -1
    var failed: CInt = -1
    var strings: [UnsafeMutablePointer<CChar>?] = (arguments + environment).map { strdup($0) }
    strings.insert(nil, at: arguments.count)
    strings.append(nil)
    defer { for string in strings { free(string) } }
    let groups = user?.groups ?? []
    let process = path.withCString { path in
      strings.withUnsafeBufferPointer { strings in
        groups.withUnsafeBufferPointer { groups in
          // The child has its own copy of all of these, made at the fork.
          var command = exectop_command(
            path: path, arguments: strings.baseAddress,
            environment: strings.baseAddress.map { $0 + arguments.count + 1 }, changes_user: user == nil ? 0 : 1,
            user: user?.id ?? 0, group: user?.group ?? 0, groups: groups.baseAddress, group_count: groups.count,
            leaves_terminal: leavesTerminal ? 1 : 0)
          return exectop_hold_command(&command, &go, &failed)
        }
      }
    }
    guard process > 0 else { throw SystemCallError("start the command") }
    let endDescriptor = exectop_open_process(process)
    guard endDescriptor >= 0 else {
      let error = SystemCallError("watch the command")
      // Without a byte the child ends.
      close(go)
      close(failed)
      waitpid(process, nil, 0)
      throw error
    }
    self.process = process
    self.endDescriptor = endDescriptor
    self.go = go
    self.failed = failed
  }

  deinit {
    if go >= 0 { close(go) }
    close(failed)
    close(endDescriptor)
  }

  /// Has it execute the command.
  ///
  /// - Returns: the errno if it could not, and nil once it has.
  public func release() -> CInt? {
    var byte: UInt8 = 1
    // One byte from a byte's address. That the child has gone shows at `failed`.
    _ = write(go, &byte, 1)
    close(go)
    go = -1
    var error: CInt = 0
    var count: Int
    repeat {
      // At most as many bytes as the integer has.
      count = read(failed, &error, MemoryLayout<CInt>.size)
    } while count < 0 && errno == EINTR
    return count == MemoryLayout<CInt>.size ? error : nil
  }

  /// Sends it a signal.
  public func send(_ signal: Signal) { kill(process, signal.number) }

  /// The status of the process, which must have ended, as wait(2) tells it.
  public func takeStatus() -> CInt {
    var status: CInt = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
