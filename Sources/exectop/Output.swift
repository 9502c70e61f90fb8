import ExecTopSystem
import ExecTopTerminal
import ExecTopText
import Glibc

enum StandardStreams {
  /// Opens /dev/null, for reading, where a standard stream is closed, so that no other file gets its number and what is
  /// meant for standard output. Writing to it is still an error.
  static func occupy() {
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
      // The lowest free number: this one.
      _ = open("/dev/null", O_RDONLY)
    }
  }

  /// Makes errors of write of what would be signals: a closed pipe, and a file as large as the limit allows.
  static func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }
}

enum StandardOutput {
  /// Prints a text and waits until it is taken. A reader that goes, as `| head` does, has what it wanted.
  static func print(_ text: String) throws {
    let output = OutputQueue.standardOutput()
    output.append(text.utf8)
    do {
      try output.drain(within: nil)
    } catch {
      if !error.isReaderGone { throw error }
    }
  }
}

enum StandardError {
  /// Says a line of exectop's own. It can name files, maps and what stands on the command line, by any bytes.
  ///
  /// A reader that takes nothing for half a second misses it.
  static func say(_ message: String) {
    let line = message.split(separator: "\n").joined(separator: " ")
    let isUnicode = CharacterType.isUnicode
    write("exectop: \(SafeText(typed: line) { isUnicode || $0.isASCII }.string)\n")
  }

  /// Writes text in which nothing from outside is left as it was.
  static func write(_ text: String) {
    let output = OutputQueue.standardError()
    output.append(text.utf8)
    // There is nowhere left to say that it failed.
    _ = try? output.drain(within: 0.5)
  }
}
