import CLibBPF
import Glibc
import Synchronization

// libbpf has one log function for the whole process, so this is one for the process too.
private let lines = Mutex<[String]>([])

/// Keeps what libbpf has to say for the error message, so that none of it is printed over the screen.
enum LibBPFLog {
  /// Takes libbpf's messages from here on, and drops those kept so far.
  static func start() {
    lines.withLock { $0.removeAll() }
    _ = libbpf_set_print { _, format, arguments in
      guard let format, let arguments else { return 0 }
      // A failed load is one message with the verifier's log in it: several KB, of which the beginning will do.
      // vsnprintf ends what it writes with NUL, within the buffer's size.
      let message = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 8192) { buffer -> String in
        guard let start = buffer.baseAddress else { return "" }
        vsnprintf(start, buffer.count, format, arguments)
        return String(cString: start)
      }
      lines.withLock { $0.append(message) }
      return 0
    }
  }

  /// The last thing libbpf complained of, as one line without its prefix. Nil if it said nothing.
  static var lastComplaint: String? {
    lines.withLock { lines in
      lines.last.map { message in
        let first = message.split(separator: "\n").first ?? ""
        let text = first.hasPrefix("libbpf: ") ? first.dropFirst("libbpf: ".count) : first
        return String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
      }
    }
  }
}
