import CLinux
import Glibc

/// A program on a pseudo-terminal, seen byte by byte.
public final class Pty {
  public let process: ChildProcess
  /// All that the program has written so far, as far as it has been read.
  public private(set) var output: [UInt8] = []
  /// The terminal's modes before the program started.
  public let initialModes: Modes
  private let master: CInt

  /// Starts a program as the leader of a session whose terminal this is.
  public init(
    _ path: String, _ arguments: [String] = [], columns: Int = 80, rows: Int = 24, environment: [String: String]
  ) throws {
    master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
    var name = [CChar](repeating: 0, count: 64)
    // ptsname_r writes at most as many bytes as the buffer has, with a NUL at the end.
    guard master >= 0, grantpt(master) == 0, unlockpt(master) == 0, ptsname_r(master, &name, name.count) == 0 else {
      throw TestFailure("open a pseudo-terminal: \(String(cString: strerror(errno)))")
    }
    let terminal = name.withUnsafeBufferPointer { bytes in
      String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    // What is typed must not wait where what the program writes is not read.
    _ = fcntl(master, F_SETFL, O_NONBLOCK)
    Self.setSize(master, columns: columns, rows: rows)
    initialModes = Modes(master)
    process = try ChildProcess(path, arguments, environment: environment, streams: .terminal(terminal))
  }

  deinit {
    hangUp()
  }

  /// The terminal's modes now.
  public var modes: Modes { Modes(master) }

  /// What has been read, as text.
  public var text: String { String(decoding: output, as: UTF8.self) }

  /// Types text.
  public func write(_ text: String) {
    type(Array(text.utf8))
  }

  /// Types bytes, and reads what the program writes meanwhile, so that neither waits for the other.
  ///
  /// - Returns: whether the terminal took all of them in time.
  @discardableResult
  public func type(_ bytes: [UInt8], timeout: Duration = .seconds(20)) -> Bool {
    let deadline = Deadline(after: timeout)
    var rest = bytes[...]
    while !rest.isEmpty {
      var request = pollfd(fd: master, events: Int16(POLLIN | POLLOUT), revents: 0)
      guard poll(&request, 1, deadline.milliseconds) > 0 else { return false }
      if request.revents & Int16(POLLIN) != 0 { drain() }
      // As many bytes as are left, from where they lie.
      let count = rest.withUnsafeBytes { Glibc.write(master, $0.baseAddress, $0.count) }
      if count > 0 {
        rest.removeFirst(count)
      } else if errno != EAGAIN {
        return false
      }
    }
    return true
  }

  /// Reads what comes in this time.
  public func read(for time: Duration) {
    let deadline = Deadline(after: time)
    repeat {
      guard let bytes = readAvailable(master, deadline: deadline) else { return }
      output += bytes
    } while !deadline.isOver
  }

  /// Changes the size of the window, which sends the program SIGWINCH.
  public func resize(columns: Int, rows: Int) {
    Self.setSize(master, columns: columns, rows: rows)
  }

  /// Forgets what has been read.
  public func forget() {
    output.removeAll()
  }

  /// Reads until what was read since `forget()` satisfies the condition; false if it does not in time.
  public func waitFor(_ timeout: Duration = .seconds(20), _ condition: (String) -> Bool) -> Bool {
    let deadline = Deadline(after: timeout)
    while !condition(text) {
      guard let bytes = readAvailable(master, deadline: deadline) else { return condition(text) }
      output += bytes
    }
    return true
  }

  /// Reads on until the program ends; nil if it does not in time.
  public func waitForEnd(_ timeout: Duration = .seconds(20)) -> Ending? {
    let deadline = Deadline(after: timeout)
    _ = deadline.wait {
      drain()
      return process.poll() != nil
    }
    drain()
    return process.poll()
  }

  /// Closes the terminal's other end, as a terminal emulator does when its window is closed.
  public func hangUp() {
    guard !isHungUp else { return }
    isHungUp = true
    close(master)
  }

  private var isHungUp = false

  private func drain() {
    while !isHungUp, let bytes = readAvailable(master, deadline: Deadline(after: .zero)) {
      output += bytes
    }
  }

  private static func setSize(_ descriptor: CInt, columns: Int, rows: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    // TIOCSWINSZ reads one winsize.
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
  }
}

/// A terminal's modes, to be compared.
public struct Modes: Equatable, Sendable {
  public let input, output, control, local: UInt32
  public let characters: [UInt8]

  init(_ descriptor: CInt) {
    var modes = termios()
    tcgetattr(descriptor, &modes)
    input = modes.c_iflag
    output = modes.c_oflag
    control = modes.c_cflag
    local = modes.c_lflag
    characters = withUnsafeBytes(of: modes.c_cc) { Array($0) }
  }
}
