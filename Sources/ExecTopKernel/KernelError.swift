import Glibc
import SystemPackage

/// Why the kernel side cannot work: the operation, the reason, and what to do.
public struct KernelError: Error, CustomStringConvertible {
  public enum Kind: Sendable {
    /// The kernel refused for lack of privilege.
    case notPermitted
    /// The kernel lacks something exectop needs.
    case lacksFeature
    /// Something could not be read or written.
    case inputOutput
  }

  public let kind: Kind
  public let operation: String
  public let reason: String
  /// What the user can do about it.
  public let remedy: String?

  init(_ kind: Kind, _ operation: String, reason: String, remedy: String? = nil) {
    self.kind = kind
    self.operation = operation
    self.reason = reason
    self.remedy = remedy
  }

  /// - Parameter errno: as libbpf returns it, negative or positive.
  init(_ operation: String, errno: Int32, log: String? = nil) {
    let errno = Errno(rawValue: abs(errno))
    let reason = [errno.description, log].compactMap { $0 }.joined(separator: ": ")
    switch errno {
    case .notPermitted, .permissionDenied:
      // Root in a container or in a user namespace of its own.
      let remedy =
        geteuid() == 0
        ? "this root lacks CAP_BPF, CAP_PERFMON or CAP_SYS_ADMIN: run it outside the container or user namespace"
        : "run it as root: sudo exectop"
      self.init(.notPermitted, operation, reason: reason, remedy: remedy)
    case .noSuchProcess:
      // libbpf's code for a type that it does not find, or for BTF that it has no memory to read.
      self.init(.lacksFeature, operation, reason: log ?? reason, remedy: "check the memory limit: ulimit -v")
    case .noMemory:
      self.init(.lacksFeature, operation, reason: reason, remedy: "raise the memory limit, or lower --max-paths")
    case .noFunction:
      self.init(.lacksFeature, operation, reason: reason, remedy: "a kernel with CONFIG_BPF_SYSCALL is needed")
    default:
      self.init(.lacksFeature, operation, reason: reason)
    }
  }

  /// One line: `operation: reason; remedy`.
  public var description: String {
    "\(operation): \(reason)" + (remedy.map { "; \($0)" } ?? "")
  }
}
