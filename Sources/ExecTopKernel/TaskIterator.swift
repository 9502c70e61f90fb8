import CLibBPF
import Glibc
import SystemPackage

/// A program that the kernel runs over all tasks of the machine, each time it is asked, and that writes records.
struct TaskIterator: ~Copyable {
  private let link: OpaquePointer

  /// - Parameter link: from bpf_program__attach_iter. It is destroyed with this.
  init(link: OpaquePointer) {
    self.link = link
  }

  deinit {
    bpf_link__destroy(link)
  }

  /// Runs the program over all tasks.
  ///
  /// - Parameters:
  ///   - record: what the program writes.
  ///   - body: takes each record.
  func run<Record: BitwiseCopyable>(_ record: Record.Type, _ body: (Record) -> Void) throws(KernelError) {
    let descriptor = bpf_iter_create(bpf_link__fd(link))
    guard descriptor >= 0 else { throw KernelError("list the processes", errno: descriptor) }
    let file = FileDescriptor(rawValue: descriptor)
    defer { try? file.close() }
    let size = MemoryLayout<Record>.stride
    // The kernel hands over what fits in eight pages at a time (kernel/bpf/bpf_iter.c).
    var buffer = [UInt8](repeating: 0, count: 8 * 4096)
    var kept = 0
    do {
      while true {
        let count = try buffer.withUnsafeMutableBytes { bytes in
          try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[kept...]))
        }
        guard count > 0 else { return }
        let whole = (kept + count) / size * size
        buffer.withUnsafeBytes { records in
          for offset in stride(from: 0, to: whole, by: size) {
            // `whole` is within the buffer, and the records are integers alone.
            body(records.loadUnaligned(fromByteOffset: offset, as: Record.self))
          }
        }
        kept = kept + count - whole
        // A record that is cut goes on with the next read.
        for place in 0..<kept { buffer[place] = buffer[whole + place] }
      }
    } catch {
      throw KernelError("list the processes", errno: (error as? Errno)?.rawValue ?? EIO)
    }
  }
}
