import CNCurses
import Glibc

/// Standard input as ncurses reads it: opened once more, so that a read of what has not come does not wait.
///
/// ncurses asks for all of a mouse report once it has seen its beginning. Where the rest does not come, as on a line that
/// broke, the program would wait in that read, deaf to its signals. The flag that prevents it belongs to what was opened,
/// and what is standard input was opened by others, who may not expect it.
struct KeyInput: ~Copyable {
  /// As ncurses wants it; owned, unless it is standard input itself.
  let stream: UnsafeMutablePointer<FILE>
  private let isOwned: Bool

  init() {
    // Refused where the terminal belongs to another user, and where there is no /proc.
    let descriptor = open("/proc/self/fd/0", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    if descriptor >= 0, let stream = fdopen(descriptor, "r") {
      self.stream = stream
      isOwned = true
    } else {
      if descriptor >= 0 { close(descriptor) }
      stream = exectop_stdin()
      isOwned = false
    }
  }

  deinit {
    if isOwned { fclose(stream) }
  }
}
