import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import SystemPackage

/// The kernel's bpf_printk lines as they come, from its creation until it is released.
///
/// It reads the trace_pipe of an instance of its own. Where there can be none, it reads the kernel's one trace_pipe:
/// what it takes there, no other reader gets.
public final class TraceFeed {
  public let origin: TraceOrigin
  /// Readable while there are lines.
  public let fileDescriptor: Int32

  private let counter: ExecCounter?
  /// Nil where the kernel's one pipe is read.
  private let instance: TraceInstance?

  /// Opens the trace.
  ///
  /// - Parameter counter: whose programs are to print each exec meanwhile.
  /// - Throws: `KernelError`; nothing is left in the kernel then.
  public convenience init(counter: ExecCounter?) throws(KernelError) {
    let tracefs = try Tracefs.makeVisible()
    try self.init(counter: counter, tracefs: tracefs, instances: tracefs + "/instances")
  }

  /// - Parameter instances: the folder for instances.
  init(counter: ExecCounter?, tracefs: String, instances: String) throws(KernelError) {
    instance = try? TraceInstance(in: instances)
    if let instance {
      origin = .own
      fileDescriptor = instance.pipe
    } else {
      origin = .shared
      fileDescriptor = try TraceFeed.openShared(in: tracefs)
    }
    self.counter = counter
    counter?.isTracing = true
  }

  deinit {
    counter?.isTracing = false
    if instance == nil { close(fileDescriptor) }
  }

  /// What has come, without waiting: at most about `limit` bytes, in whole lines but for what a read cuts.
  ///
  /// - Throws: `KernelError` if the trace cannot be read any further.
  public func read(limit: Int) throws(KernelError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: TraceFeed.readSize)
    while bytes.count < limit {
      // At most as many bytes are written as the buffer has.
      let count = Glibc.read(fileDescriptor, &buffer, buffer.count)
      if count > 0 {
        bytes.append(contentsOf: buffer[..<count])
      } else if count == 0 || errno == EAGAIN {
        break
      } else if errno != EINTR {
        throw KernelError(.inputOutput, "read trace_pipe", reason: Errno(rawValue: errno).description)
      }
    }
    return bytes
  }

  /// Lines that the kernel has dropped because they were not read in time. Nil where that is not known: of the kernel's
  /// one pipe, other readers are served too.
  public var lost: UInt64? { instance?.lost }

  /// More than the kernel gives at a time (8 KB in Linux 6.18): what it has put into lines and could not hand over would
  /// not show in poll(2).
  private static let readSize = 65_536

  /// Removes the trace instances that killed exectops left.
  public static func sweep() {
    // Without tracefs there is nothing to be removed either.
    guard let tracefs = try? Tracefs.makeVisible() else { return }
    TraceInstance.sweep(tracefs + "/instances")
  }

  private static func openShared(in tracefs: String) throws(KernelError) -> Int32 {
    let pipe = open(tracefs + "/trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    if pipe >= 0 { return pipe }
    let errno = Errno(rawValue: errno)
    guard errno != .resourceBusy else {
      throw KernelError(
        .inputOutput, "open trace_pipe", reason: "another program is reading it (\(errno))",
        remedy: "it takes one reader at a time: end the other one")
    }
    throw KernelError("open trace_pipe", errno: errno.rawValue)
  }
}
