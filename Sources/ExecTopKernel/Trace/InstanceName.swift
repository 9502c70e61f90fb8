import Glibc

/// The name of a trace instance: `exectop-PID-START-NAMESPACE`. It tells whose it is, so that what a killed exectop left
/// can be told from what a live one uses.
struct InstanceName: Equatable {
  /// In its own pid namespace.
  var process: pid_t
  /// Clock ticks from the boot to the start of the process (proc_pid_stat(5), field 22); 0 if not known.
  var start: UInt64
  /// The number of the process's pid namespace: no two that exist at a time have the same. 0 if not known.
  var namespace: UInt64

  /// The name for this process.
  static var own: InstanceName {
    InstanceName(
      process: getpid(), start: ProcessTable.process("self")?.start ?? 0, namespace: ProcessTable.namespace ?? 0)
  }

  var text: String { "\(InstanceName.prefix)\(process)-\(start)-\(namespace)" }

  init(process: pid_t, start: UInt64, namespace: UInt64) {
    self.process = process
    self.start = start
    self.namespace = namespace
  }

  /// Nil for a name of another form.
  init?(_ text: String) {
    guard text.hasPrefix(InstanceName.prefix) else { return nil }
    let numbers = text.dropFirst(InstanceName.prefix.count).split(separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 3, let process = pid_t(numbers[0]), process > 0, let start = UInt64(numbers[1]),
      let namespace = UInt64(numbers[2])
    else { return nil }
    self.init(process: process, start: start, namespace: namespace)
  }

  private static let prefix = "exectop-"

  /// The process has ended for certain. False where that cannot be known: in another pid namespace, above all.
  var isOwnerGone: Bool {
    guard namespace != 0, namespace == ProcessTable.namespace else { return false }
    if kill(process, 0) != 0, errno == ESRCH { return true }
    guard start != 0, ProcessTable.isOfThisNamespace, let found = ProcessTable.process(String(process)) else {
      return false
    }
    // The number may be another process's by now; and a zombie holds nothing open any more.
    return found.start != start || found.isZombie
  }
}

/// What /proc says of processes.
private enum ProcessTable {
  struct Process {
    var start: UInt64
    var isZombie: Bool
  }

  static var namespace: UInt64? {
    var status = stat()
    return stat("/proc/self/ns/pid", &status) == 0 ? UInt64(status.st_ino) : nil
  }

  /// The numbers in /proc are those of this process's own pid namespace.
  static var isOfThisNamespace: Bool { linkTarget("/proc/self") == Array("\(getpid())".utf8) }

  static func process(_ name: String) -> Process? {
    let descriptor = open("/proc/\(name)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1024)
    // At most as many bytes are written as the buffer has; the fields up to the start take less than half of it.
    let count = read(descriptor, &buffer, buffer.count)
    // The second field, the name in parentheses, can hold anything: the rest begins behind the last one.
    guard count > 0, let end = buffer[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = buffer[(end + 1)..<count].split(separator: UInt8(ascii: " "))
    guard fields.count > 19, let start = UInt64(String(decoding: fields[19], as: UTF8.self)) else { return nil }
    return Process(start: start, isZombie: fields[0].first == UInt8(ascii: "Z"))
  }
}
