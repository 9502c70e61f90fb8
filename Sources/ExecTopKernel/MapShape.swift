import CLibBPF
import Glibc

/// What the keys and the values of a map are, as far as that can be known.
struct MapShape {
  let values: ValueLayout
  let keys: Keys

  enum Keys {
    /// Characters, says the map's BTF.
    case text
    /// Something else, says its BTF, or it is too short for a path.
    case numbers
    /// There is no BTF: each key is to be judged by itself.
    case unknown
  }

  /// - Throws: `KernelError` if exectop cannot show such a map.
  init(_ map: borrowing KernelMap) throws(KernelError) {
    let information = map.information
    let types = information.btf_value_type_id == 0 ? nil : MapTypes(id: information.btf_id)
    guard let type = MapShape.hashTypes[information.type] else {
      let name = libbpf_bpf_map_type_str(bpf_map_type(rawValue: information.type)).map { String(cString: $0) }
      throw MapShape.refusal(map, "its type is \(name ?? "unknown to libbpf")")
    }
    guard [4, 8].contains(information.value_size) else {
      throw MapShape.refusal(map, "its values have \(information.value_size) bytes")
    }
    guard types?.isInteger(information.btf_value_type_id) ?? true else {
      throw MapShape.refusal(map, "its values are no integers")
    }
    var cpus: Int?
    if type.isPerCPU {
      let count = libbpf_num_possible_cpus()
      guard count > 0 else { throw KernelError("count the CPUs", errno: count) }
      cpus = Int(count)
    }
    values = ValueLayout(size: Int(information.value_size), cpus: cpus)
    keys =
      if let types {
        types.isText(information.btf_key_type_id) ? .text : .numbers
      } else {
        // Numbers and addresses are what keys of 8 bytes and less are used for; a letter or two would look like text.
        information.key_size <= 8 ? .numbers : .unknown
      }
  }

  private static let hashTypes: [UInt32: (name: String, isPerCPU: Bool)] = [
    BPF_MAP_TYPE_HASH.rawValue: ("hash", false), BPF_MAP_TYPE_LRU_HASH.rawValue: ("lru_hash", false),
    BPF_MAP_TYPE_PERCPU_HASH.rawValue: ("percpu_hash", true),
    BPF_MAP_TYPE_LRU_PERCPU_HASH.rawValue: ("lru_percpu_hash", true),
  ]

  private static func refusal(_ map: borrowing KernelMap, _ reason: String) -> KernelError {
    let names = hashTypes.values.map(\.name).sorted().joined(separator: ", ")
    return KernelError(
      .lacksFeature, "show the \(map.description)", reason: reason,
      remedy: "maps of these types with integers of 4 or 8 bytes can be shown: \(names)")
  }
}

/// The types that a map's BTF describes.
struct MapTypes: ~Copyable {
  private let types: OpaquePointer

  /// - Returns: nil if the kernel does not give them.
  init?(id: UInt32) {
    guard let types = btf__load_from_kernel_by_id(id) else { return nil }
    self.types = types
  }

  deinit {
    btf__free(types)
  }

  func isInteger(_ type: UInt32) -> Bool {
    kind(resolved(type)) == BTF_KIND_INT
  }

  /// An array of characters, alone or as the only member of a struct.
  func isText(_ type: UInt32) -> Bool {
    guard let type = resolved(type) else { return false }
    // What follows a type of these kinds, in the memory that `types` owns: an array, or as many members as it says.
    switch kind(type) {
    case BTF_KIND_ARRAY:
      let array = UnsafeRawPointer(type + 1).loadUnaligned(as: btf_array.self)
      let element = resolved(array.type)
      return kind(element) == BTF_KIND_INT && element?.pointee.size == 1
    case BTF_KIND_STRUCT where type.pointee.info & 0xffff == 1:
      return isText(UnsafeRawPointer(type + 1).loadUnaligned(as: btf_member.self).type)
    default: return false
    }
  }

  private func kind(_ type: UnsafePointer<btf_type>?) -> Int? {
    type.map { Int($0.pointee.info >> 24 & 0x1f) }
  }

  /// The type behind typedefs and qualifiers.
  private func resolved(_ type: UInt32) -> UnsafePointer<btf_type>? {
    let id = btf__resolve_type(types, type)
    return id > 0 ? btf__type_by_id(types, UInt32(id)) : nil
  }
}
