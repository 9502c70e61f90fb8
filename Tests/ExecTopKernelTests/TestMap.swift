import CLibBPF
import Glibc
import TestSupport

/// A map of a test's own, which ends with it.
final class TestMap {
  let id: UInt32
  let descriptor: Int32
  private let type: UInt32
  private let keySize: Int
  private let valueSize: Int

  /// - Parameter name: libbpf cuts it as the kernel wants it.
  init(type: UInt32, keySize: Int, valueSize: Int, entries: UInt32 = 64, name: String? = nil) throws {
    let kernelName = name.map { String($0.prefix(15)) }
    descriptor = bpf_map_create(
      bpf_map_type(rawValue: type), kernelName, UInt32(keySize), UInt32(valueSize), entries, nil)
    guard descriptor >= 0 else { throw TestFailure("create a map: \(descriptor)") }
    var information = bpf_map_info()
    var size = UInt32(MemoryLayout<bpf_map_info>.size)
    guard bpf_obj_get_info_by_fd(descriptor, &information, &size) == 0 else {
      throw TestFailure("ask for the map's id")
    }
    id = information.id
    self.type = type
    self.keySize = keySize
    self.valueSize = valueSize
  }

  deinit {
    close(descriptor)
  }

  var isPerCPU: Bool {
    [BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_LRU_PERCPU_HASH].contains { $0.rawValue == type }
  }

  /// Sets the value of a key, on every CPU.
  func set(_ key: String, _ value: UInt64) throws {
    try set(bytes: Array(key.utf8), value)
  }

  func set(bytes: [UInt8], _ value: UInt64) throws {
    let key = padded(bytes)
    // One word a CPU; of a value of 4 bytes the low half alone counts (little-endian, as BPF's other users here).
    let junk: UInt64 = valueSize == 4 && isPerCPU ? 0xdead_beef << 32 : 0
    let values = [UInt64](repeating: value | junk, count: isPerCPU ? Int(libbpf_num_possible_cpus()) : 1)
    guard bpf_map_update_elem(descriptor, key, values, 0) == 0 else { throw TestFailure("update: errno \(errno)") }
  }

  func delete(_ key: String) throws {
    guard bpf_map_delete_elem(descriptor, padded(Array(key.utf8))) == 0 else {
      throw TestFailure("delete: errno \(errno)")
    }
  }

  private func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + [UInt8](repeating: 0, count: keySize - bytes.count)
  }
}
