import Glibc

/// The memory of a BPF map, mapped: read and written without a system call.
struct MappedMemory: ~Copyable {
  /// Its first byte, at the beginning of a page. It has `size` bytes.
  let start: UnsafeMutableRawPointer
  private let size: Int

  /// - Parameters:
  ///   - descriptor: a map that can be mapped, of an array or of global variables. It need not outlive this.
  ///   - what: the memory, for an error.
  init(descriptor: Int32, size: Int, _ what: String) throws(KernelError) {
    let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { throw KernelError("map \(what)", errno: errno) }
    start = memory
    self.size = size
  }

  deinit {
    munmap(start, size)
  }
}
