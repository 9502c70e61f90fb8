import CLibBPF
import Glibc

/// The ring buffer through which the programs wake user space before their maps are full.
struct PressureSignal: ~Copyable {
  private let ring: OpaquePointer

  /// - Parameter descriptor: a ring buffer map.
  init(descriptor: Int32) throws(KernelError) {
    // Nothing is in the records; that they came is all there is to know.
    guard let ring = ring_buffer__new(descriptor, { _, _, _ in 0 }, nil, nil) else {
      throw KernelError("open the ring buffer", errno: errno, log: LibBPFLog.complaint)
    }
    self.ring = ring
  }

  deinit {
    ring_buffer__free(ring)
  }

  /// Readable once the programs have asked for room.
  var fileDescriptor: Int32 { ring_buffer__epoll_fd(ring) }

  func acknowledge() {
    ring_buffer__consume(ring)
  }
}
