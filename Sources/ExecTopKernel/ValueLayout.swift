import ExecTopCounting

/// How the kernel writes the value of a map's row: an integer of 4 or 8 bytes, or one for each CPU; or several figures.
struct ValueLayout: Equatable {
  /// Figures a row. More than one are words of 8 bytes.
  let figures: Int
  /// Bytes of an integer.
  let size: Int
  /// Integers a row: the CPUs that this machine can have, or one.
  let copies: Int
  /// Bytes from one integer to the next. In a per-CPU map that is 8, however small they are.
  private let stride: Int

  /// - Parameter cpus: how many CPUs have a value of their own; nil if there is one for all.
  init(size: Int = 8, cpus: Int? = nil) {
    figures = 1
    self.size = size
    copies = cpus ?? 1
    stride = cpus == nil ? size : 8
  }

  /// - Parameter figures: words of 8 bytes a row, each a figure of its own.
  init(figures: Int) {
    self.figures = figures
    (size, copies, stride) = (8, 1, 8)
  }

  /// Bytes of a row's values.
  var rowSize: Int { stride * copies * figures }

  /// A row is as user space wants it: there is nothing to add up.
  var isWords: Bool { copies == 1 && size == 8 }

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
