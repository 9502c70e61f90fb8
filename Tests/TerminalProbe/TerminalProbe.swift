import ExecTopSystem
import ExecTopTerminal
import Glibc

/// A program on the terminal for the tests: shows its size, the keys that it gets, and samples of text and styles.
///
/// `--mono` does without colours. What else it does is told by keys: see `Command`.
@main
struct TerminalProbe {
  static func main() {
    // A crash on purpose leaves no core file.
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    do {
      let reason = try run(usesColor: !CommandLine.arguments.contains("--mono"))
      print("ended by \(reason)")
    } catch {
      let message = Array("\(error)\n".utf8)
      write(STDERR_FILENO, message, message.count)
      exit(69)
    }
  }

  /// The event loop; gives what ended it.
  private static func run(usesColor: Bool) throws -> String {
    let signals = try SignalSource()
    let output = OutputQueue.standardOutput()
    var terminal = try Terminal(usesColor: usesColor, output: output)
    var screen = ProbeScreen()
    while true {
      try? output.flush()
      if !output.isPending { terminal.paint(screen.grid(size: terminal.size, isUnicode: terminal.isUnicode)) }
      var descriptors = [STDIN_FILENO, signals.fileDescriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      if output.isPending { descriptors.append(pollfd(fd: output.descriptor, events: Int16(POLLOUT), revents: 0)) }
      poll(&descriptors, nfds_t(descriptors.count), -1)
      if descriptors[1].revents != 0 {
        for signal in signals.read() {
          switch signal {
          case .windowChange: terminal.resized()
          case .suspend: terminal.suspend()
          case .continue: terminal.resume()
          case .interrupt, .terminate, .hangUp, .quit:
            terminal.close()
            return "\(signal)"
          }
        }
      }
      if descriptors[0].revents != 0 {
        guard let keys = terminal.readKeys() else { return "a closed terminal" }
        for key in keys {
          screen.note(key)
          switch Command(key) {
          case .quit:
            terminal.close()
            return "q"
          // The end of `terminal` closes it as well.
          case .leave: return "leaving"
          case .redraw: terminal.redraw()
          case .scribble: write(STDOUT_FILENO, "\u{1b}[5;5Hscribble", 14)
          case .cursor: screen.showsCursor.toggle()
          case .hostile: screen.isHostile.toggle()
          case .crash(let crash): crash.happen()
          case nil: break
          }
        }
      }
    }
  }
}
