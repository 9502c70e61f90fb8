import CLibBPF
import Glibc
import Synchronization

// libbpf has one log function for the whole process, so this is one for the process too.
private let lines = Mutex<[String]>([])

/// Keeps what libbpf has to say for the error message, so that none of it is printed over the screen.
enum LibBPFLog {
  /// Takes libbpf's warnings from here on, and drops those kept so far.
  static func start() {
    lines.withLock { $0.removeAll() }
    _ = libbpf_set_print { level, format, arguments in
      guard level == LIBBPF_WARN, let format, let arguments else { return 0 }
      // A failed load is one message with the verifier's log in it, some KB long, and the reason at its end.
      // vsnprintf ends what it writes with NUL, within the buffer's size.
      let message = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1 << 16) { buffer -> String in
        guard let start = buffer.baseAddress else { return "" }
        vsnprintf(start, buffer.count, format, arguments)
        return String(cString: start)
      }
      lines.withLock { $0.append(message) }
      return 0
    }
  }

  /// Why the last operation failed, as one line: the verifier's reason, or else the first warning. Nil if there is none.
  static var complaint: String? {
    lines.withLock { messages in
      let messages = messages.map(withoutPrefix)
      let firstLine = messages.first.map { String($0.prefix { $0 != "\n" }) }
      let text = messages.lazy.compactMap(verifierReason).first ?? firstLine
      return text.map { String($0.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) }) }
    }
  }

  private static func withoutPrefix(_ message: String) -> Substring {
    message.hasPrefix("libbpf: ") ? message.dropFirst("libbpf: ".count) : message[...]
  }

  /// `PROGRAM: REASON`, where the message holds the verifier's log: its last line but for the statistics.
  private static func verifierReason(_ message: Substring) -> String? {
    guard let begin = message.firstRange(of: ": -- BEGIN PROG LOAD LOG --") else { return nil }
    let lines = message[begin.upperBound...].split(separator: "\n")
    guard let reason = lines.last(where: { !$0.hasPrefix("--") && !$0.hasPrefix("processed ") }) else { return nil }
    return "\(message[..<begin.lowerBound]): \(reason)"
  }
}
