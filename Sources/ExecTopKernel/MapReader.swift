import CLibBPF
import Glibc

/// Reads a hash map in chunks: by batch where the kernel can (Linux 5.6), otherwise key by key.
struct MapReader {
  private let descriptor: Int32
  private let keySize: Int
  private let layout: ValueLayout
  private var hasBatch = true
  private var keys: [UInt8]
  /// What the kernel writes: values as `layout` has them, one row behind the other.
  private var values: [UInt64]
  /// One sum a row, where that is not what the kernel writes.
  private var sums: [UInt64]

  /// Rows of a chunk. More gain no speed (measured at 16,384 rows) and cost memory.
  static let chunk = 256

  /// - Parameter descriptor: a hash map with such keys and values. It must outlive the reader.
  init(descriptor: Int32, keySize: Int, layout: ValueLayout = ValueLayout()) {
    self.descriptor = descriptor
    self.keySize = keySize
    self.layout = layout
    keys = Array(repeating: 0, count: keySize * MapReader.chunk)
    values = Array(repeating: 0, count: (MapReader.chunk * layout.rowSize + 7) / 8)
    sums = layout.isWords ? [] : Array(repeating: 0, count: MapReader.chunk)
  }

  enum Walk {
    case look
    /// Deletes what it reads. Exact only while nobody adds to the map.
    case take
  }

  /// Hands every row to `body`, in chunks: keys one behind the other, and their values.
  ///
  /// A row that was there before the walk and is not deleted meanwhile is handed over once; one that comes meanwhile
  /// may be.
  mutating func walk(_ walk: Walk, _ body: (RawSpan, Span<UInt64>) -> Void) throws(KernelError) {
    if hasBatch {
      guard try !walkByBatch(walk, body) else { return }
      hasBatch = false
    }
    try walkByKey(walk, body)
  }

  /// False, before any row was read, if the kernel has no batch operations for this map.
  private mutating func walkByBatch(_ walk: Walk, _ body: (RawSpan, Span<UInt64>) -> Void) throws(KernelError) -> Bool {
    // A hash map's token is the number of a bucket, 32 bits (kernel/bpf/hashtab.c).
    var token: UInt32 = 0
    var isFirst = true
    while true {
      var count = UInt32(MapReader.chunk)
      // The arrays hold `count` keys and values, and stay where they are for the call.
      let status = keys.withUnsafeMutableBytes { keys in
        values.withUnsafeMutableBytes { values in
          withUnsafeMutablePointer(to: &token) { token in
            let operation = walk == .look ? bpf_map_lookup_batch : bpf_map_lookup_and_delete_batch
            return operation(
              descriptor, isFirst ? nil : token, token, keys.baseAddress, values.baseAddress, &count, nil)
          }
        }
      }
      let isLast = status == -ENOENT
      guard status == 0 || isLast else {
        let isRefused = status == -EINVAL || status == -MapReader.notSupported
        if isFirst, isRefused { return false }
        throw KernelError("read a BPF map", errno: status)
      }
      if count > 0 {
        handOver(Int(count), to: body)
      }
      if isLast { return true }
      isFirst = false
    }
  }

  /// ENOTSUPP, which the kernel returns and user space has no name for (include/linux/errno.h).
  private static let notSupported: Int32 = 524

  private mutating func walkByKey(_ walk: Walk, _ body: (RawSpan, Span<UInt64>) -> Void) throws(KernelError) {
    var key = [UInt8](repeating: 0, count: keySize)
    var isFirst = true
    var row = 0
    while true {
      // One key in, the next one out; both arrays hold a key and stay where they are for the call.
      let status = keys.withUnsafeMutableBytes { keys in
        key.withUnsafeBytes { key in
          bpf_map_get_next_key(
            descriptor, isFirst ? nil : key.baseAddress, keys.baseAddress.map { $0 + row * keySize })
        }
      }
      guard status == 0 else {
        guard status == -ENOENT else { throw KernelError("read a BPF map", errno: status) }
        break
      }
      key.withUnsafeMutableBytes { key in
        keys.withUnsafeBytes {
          key.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[(row * keySize)...].prefix(keySize)))
        }
      }
      isFirst = false
      let found = key.withUnsafeBytes { key in
        values.withUnsafeMutableBytes { values in
          bpf_map_lookup_elem(descriptor, key.baseAddress, values.baseAddress.map { $0 + row * layout.rowSize })
        }
      }
      // Deleted since: not a row.
      guard found == 0 else { continue }
      row += 1
      if row == MapReader.chunk {
        handOver(row, to: body)
        row = 0
      }
    }
    if row > 0 { handOver(row, to: body) }
    if walk == .take { try deleteAll() }
  }

  /// Gives the first rows of the buffers to `body`.
  private mutating func handOver(_ rows: Int, to body: (RawSpan, Span<UInt64>) -> Void) {
    if !layout.isWords {
      for row in 0..<rows {
        let sum = layout.sum(ofRow: row, in: values.span.bytes)
        sums[row] = sum
      }
    }
    body(
      keys.span.bytes.extracting(first: rows * keySize),
      (layout.isWords ? values : sums).span.extracting(first: rows * layout.figures))
  }

  private func deleteAll() throws(KernelError) {
    var key = [UInt8](repeating: 0, count: keySize)
    while key.withUnsafeMutableBytes({ bpf_map_get_next_key(descriptor, nil, $0.baseAddress) }) == 0 {
      try delete(key)
    }
  }

  /// Deletes rows. Exact only while nobody adds to the map. A row that somebody else has deleted is passed over.
  ///
  /// - Parameter keys: one behind the other.
  func delete(_ keys: [UInt8]) throws(KernelError) {
    var start = 0
    while start < keys.count {
      var count = UInt32((keys.count - start) / keySize)
      // `count` keys stand in the array from `start` on, and it stays where it is for the call.
      let status = keys.withUnsafeBytes { keys in
        let first = keys.baseAddress.map { $0 + start }
        return hasBatch ? bpf_map_delete_batch(descriptor, first, &count, nil) : bpf_map_delete_elem(descriptor, first)
      }
      guard status == 0 || status == -ENOENT else { throw KernelError("delete from a BPF map", errno: status) }
      var passed = 1
      if hasBatch {
        // It tells how many it has deleted before it ended; the one after those is not there.
        passed = status == 0 ? Int(count) : Int(count) + 1
      }
      start += passed * keySize
    }
  }
}
