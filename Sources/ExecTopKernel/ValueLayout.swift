import ExecTopCounting
import ExecTopText
import ExecTopTrace

/// How the kernel writes the value of a map's row: an integer of 4 or 8 bytes, or one for each CPU.
struct ValueLayout: Equatable {
  /// Bytes of an integer.
  let size: Int
  /// Integers a row: the CPUs that this machine can have, or one.
  let copies: Int
  /// Bytes from one integer to the next. In a per-CPU map that is 8, however small they are.
  private let stride: Int

  /// - Parameter cpus: how many CPUs have a value of their own; nil if there is one for all.
  init(size: Int = 8, cpus: Int? = nil) {
    self.size = size
    copies = cpus ?? 1
    stride = cpus == nil ? size : 8
  }

  /// Bytes of a row's values.
  var rowSize: Int { stride * copies }

  /// A row is one integer as user space wants it: there is nothing to add up.
  var isOneWord: Bool { copies == 1 && size == 8 }

  /// What a row's integers add up to.
  func sum(ofRow row: Int, in values: RawSpan) -> UInt64 {
    var sum: UInt64 = 0
    for copy in 0..<copies {
      let offset = row * rowSize + copy * stride
      // The load is checked against the span's end, and any bits are an integer.
      sum = Saturating.sum(
        sum,
        size == 4
          ? UInt64(values.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
          : values.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    return sum
  }
}
