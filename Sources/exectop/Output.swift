import ExecTopCore
import ExecTopTerminal
import Glibc
import SystemPackage

/// Standard output could not be written.
struct OutputError: Error, CustomStringConvertible {
  let errno: Errno

  /// The reader has gone, as `| head` does: no failure.
  var isClosedPipe: Bool { errno == .brokenPipe }

  var description: String { "write standard output: \(errno)" }
}

enum StandardStreams {
  /// Opens /dev/null, for reading, where a standard stream is closed, so that no other file gets its number and what is
  /// meant for standard output. Writing to it is still an error.
  static func occupy() {
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
      // The lowest free number: this one.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}

enum StandardOutput {
  /// Writes all of the text. SIGPIPE must be ignored.
  static func write(_ text: String) throws(OutputError) {
    try FileDescriptor.standardOutput.writeWhole(text)
  }
}

enum StandardError {
  /// Writes one line of exectop's own. It can name files, maps and what stands on the command line, by any bytes.
  static func writeLine(_ message: String) throws(OutputError) {
    let line = message.split(separator: "\n").joined(separator: " ")
    let isUnicode = CharacterType.isUnicode
    try write("exectop: \(SafeText(typed: line) { isUnicode || $0.isASCII }.string)\n")
  }

  static func write(_ text: String) throws(OutputError) {
    try FileDescriptor.standardError.writeWhole(text)
  }
}

extension FileDescriptor {
  fileprivate func writeWhole(_ text: String) throws(OutputError) {
    do {
      // Goes on after a part and after a signal.
      try writeAll(text.utf8)
    } catch let error as Errno {
      throw OutputError(errno: error)
    } catch {
      throw OutputError(errno: .ioError)
    }
  }
}
