import Glibc
import Synchronization

/// How a process ended.
public enum Ending: Equatable, Sendable {
  case exited(CInt)
  case killed(signal: CInt)
}

/// What a helper of the tests could not do.
public struct TestFailure: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}

/// A process that a test has started; it does not outlive its owner.
public final class ChildProcess {
  public let identifier: pid_t
  private var ending: Ending?

  /// Where a process has its standard streams.
  public enum Streams {
    /// The descriptors of this process for input, output and errors; nil is /dev/null.
    case descriptors(input: CInt?, output: CInt?, errors: CInt?)
    /// All three on a terminal, which becomes the controlling one of a new session.
    case terminal(String)
  }

  /// Starts a program, with exactly this environment, and with no signal blocked or ignored.
  public init(_ path: String, _ arguments: [String] = [], environment: [String: String], streams: Streams) throws {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    switch streams {
    case .descriptors(let input, let output, let errors):
      for (target, descriptor) in [input, output, errors].enumerated() {
        if let descriptor {
          posix_spawn_file_actions_adddup2(&actions, descriptor, CInt(target))
        } else {
          posix_spawn_file_actions_addopen(&actions, CInt(target), "/dev/null", O_RDWR, 0)
        }
      }
    case .terminal(let name):
      // POSIX_SPAWN_SETSID, which <spawn.h> shows only to _GNU_SOURCE. The first terminal that a session's leader
      // opens becomes the controlling one.
      flags |= 0x80
      posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(flags))

    // Copies for the call, freed after it; NULL ends both lists.
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for string in argv + envp { free(string) } }
    var identifier: pid_t = 0
    let code = posix_spawn(&identifier, path, &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw TestFailure("start \(path): \(String(cString: strerror(code)))") }
    self.identifier = identifier
    ChildProcess.running.withLock { _ = $0.insert(identifier) }
  }

  deinit {
    if ending == nil {
      kill(identifier, SIGKILL)
      reap(nil, 0)
    }
  }

  /// Those that have been started and not been waited for.
  private static let running = Mutex<Set<pid_t>>([])

  /// Ends all that run, for a program that is interrupted.
  public static func endAll() {
    running.withLock { for process in $0 { kill(process, SIGTERM) } }
  }

  /// waitpid(2); within the lock, so that `endAll` finds no number that may be another's by then.
  @discardableResult
  private func reap(_ status: UnsafeMutablePointer<CInt>?, _ options: CInt) -> Bool {
    ChildProcess.running.withLock { running in
      guard waitpid(identifier, status, options) == identifier else { return false }
      running.remove(identifier)
      return true
    }
  }

  /// Sends a signal, unless the process has ended.
  public func signal(_ signal: CInt) {
    if poll() == nil { kill(identifier, signal) }
  }

  /// How the process ended; nil while it runs.
  public func poll() -> Ending? {
    if let ending { return ending }
    var status: CInt = 0
    guard reap(&status, WNOHANG) else { return nil }
    // WIFEXITED and its like are macros: the low seven bits are the signal, the next byte the status.
    let signal = status & 0x7f
    ending = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal)
    return ending
  }
}
