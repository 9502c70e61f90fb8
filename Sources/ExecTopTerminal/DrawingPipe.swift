import CLinux
import CNCurses
import ExecTopSystem
import Glibc

/// The pipe that ncurses takes for the terminal.
///
/// ncurses writes a frame in several blocking writes, and spins where one would block. A terminal that nobody reads, as
/// behind a stopped ssh, would make the program deaf to its signals. So ncurses writes here, and the bytes go to the
/// terminal when that takes them. The terminal's modes are set in `TerminalModes`: ncurses cannot set those of a pipe.
///
/// A pipe and not a file in memory, to which a limit on the size of files (ulimit -f) would apply. It has an end, so no
/// more than `cells` are drawn before `takeBytes`.
struct DrawingPipe: ~Copyable {
  /// As ncurses wants it; owned.
  let stream: UnsafeMutablePointer<FILE>
  /// So many cells fit for certain.
  let cells: Int
  private let input: CInt

  /// What an unprivileged process may have, unless the administrator says otherwise (pipe(7)).
  private static let capacity: CInt = 1 << 20
  /// Bytes for a cell at most: a movement of the cursor, each attribute off and on, both colours and a character with
  /// its marks take a quarter of it on the terminals that terminfo knows.
  private static let bytesPerCell = 512

  init() throws(SystemCallError) {
    var ends: [CInt] = [0, 0]
    guard pipe2(&ends, O_CLOEXEC) == 0, let stream = fdopen(ends[1], "w") else {
      throw SystemCallError("make a pipe to draw in")
    }
    input = ends[0]
    self.stream = stream
    _ = fcntl(input, F_SETFL, O_NONBLOCK)
    // Where it is refused, the capacity stays what it was.
    _ = fcntl(input, exectop_set_pipe_size(), DrawingPipe.capacity)
    cells = Int(max(4096, fcntl(input, exectop_get_pipe_size()))) / DrawingPipe.bytesPerCell
  }

  deinit {
    fclose(stream)
    close(input)
  }

  /// Takes out what ncurses has written.
  func takeBytes() -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    // At most as many bytes are written as the buffer has.
    while case let count = read(input, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return bytes
  }
}
