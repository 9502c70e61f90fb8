import ExecTopCounting
import ExecTopSystem
import ExecTopText
import ExecTopTrace
import Glibc
import SystemPackage

/// A trace instance of exectop's own: a ring buffer beside the kernel's one, into which bpf_printk lines go too.
///
/// It holds a descriptor of the folder `instances`, so it is removed wherever the file system is mounted by then.
final class TraceInstance {
  /// Its trace_pipe, to be read without waiting.
  private(set) var pipe: Int32 = -1
  private let folder: Int32
  private let name: String
  private var directoryGuard: DirectoryGuard?

  /// Makes an instance in which bpf_printk alone is traced. Throws the errno of what the kernel refused; nothing is left
  /// then.
  ///
  /// - Parameter path: the folder `instances` of tracefs.
  init(in path: String, name: InstanceName = .own) throws(Errno) {
    self.name = name.text
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // Signals wait until the guard can take them.
    let signals = BlockedSignals()
    defer { signals.restore() }
    // From here on the deinit clears up. One of this name is this process's own, and could not be removed before
    // because another program had it open.
    guard folder >= 0, mkdirat(folder, self.name, 0o700) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
    // A smaller buffer is a matter of thrift only: some 1.4 MB a CPU is the kernel's default.
    try? write("\(TraceInstance.bufferKilobytes)", to: "buffer_size_kb")
    try write("1", to: TraceInstance.printkSwitch)
    pipe = openat(folder, "\(self.name)/trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard pipe >= 0 else { throw Errno(rawValue: errno) }
    directoryGuard = DirectoryGuard(folder: folder, name: self.name, pipe: pipe)
  }

  /// Stops tracing and removes the instance. One that another program has open stays, and is swept up later.
  deinit {
    let signals = BlockedSignals()
    defer { signals.restore() }
    // The guard goes first: it must not close a number that is another file's by then.
    directoryGuard = nil
    try? write("0", to: TraceInstance.printkSwitch)
    close(pipe)
    unlinkat(folder, name, AT_REMOVEDIR)
    close(folder)
  }

  /// For each CPU: room for some 2,500 lines of usual length, a tenth of a second of the worst storm that one CPU makes.
  private static let bufferKilobytes = 256
  private static let printkSwitch = "events/bpf_trace/bpf_trace_printk/enable"

  private func write(_ text: String, to file: String) throws(Errno) {
    let descriptor = openat(folder, "\(name)/\(file)", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
    defer { close(descriptor) }
    // The text's bytes live through the call.
    let written = text.withCString { Glibc.write(descriptor, $0, strlen($0)) }
    guard written == text.utf8.count else { throw Errno(rawValue: errno) }
  }

  /// Lines that the kernel has dropped since the instance was made, on all CPUs. Nil where it does not say.
  var lost: UInt64? {
    // The guard cannot remove an instance of which a file is open.
    let signals = BlockedSignals()
    defer { signals.restore() }
    let directory = openat(folder, "\(name)/per_cpu", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return nil }
    // closedir closes the descriptor too.
    guard let listing = fdopendir(directory) else {
      close(directory)
      return nil
    }
    defer { closedir(listing) }
    var figures: [UInt64] = []
    while let cpu = TraceInstance.nextName(in: listing) {
      guard cpu.hasPrefix("cpu") else { continue }
      guard let text = TraceInstance.contents("\(cpu)/stats", in: directory), let lost = TraceStatistics.lost(in: text)
      else { return nil }
      figures.append(lost)
    }
    return TraceStatistics.sum(figures)
  }

  private static func contents(_ file: String, in directory: Int32) -> String? {
    let descriptor = openat(directory, file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1024)
    // At most as many bytes are written as the buffer has; the file takes a fifth of it.
    let count = read(descriptor, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  private static func nextName(in listing: OpaquePointer) -> String? {
    guard let entry = readdir(listing) else { return nil }
    // d_name is an array within the entry and ends in NUL; the entry lives until the next call of readdir.
    return withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// Removes what exectops left that were killed.
  ///
  /// An instance stays if it belongs to a live exectop or if that cannot be known.
  ///
  /// - Parameter path: the folder `instances` of tracefs. Nothing happens where there is none.
  static func sweep(_ path: String) {
    guard let listing = opendir(path) else { return }
    defer { closedir(listing) }
    while let name = nextName(in: listing) {
      if let owner = InstanceName(name), owner.isOwnerGone { unlinkat(dirfd(listing), name, AT_REMOVEDIR) }
    }
  }
}
