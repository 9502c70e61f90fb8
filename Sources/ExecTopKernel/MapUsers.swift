import CLibBPF
import Glibc

/// The BPF programs that use a map.
///
/// A map lives on for whoever has it open, exectop among them, when its owner has ended. What the kernel does tell is
/// whether any program that uses it is still there.
struct MapUsers {
  private let map: UInt32
  private var programs: [UInt32] = []
  private var hadPrograms = false

  /// - Parameter map: the map's id.
  init(ofMap map: UInt32) {
    self.map = map
  }

  /// What is to be said where no program uses the map. Nil while one does.
  mutating func notice() -> String? {
    // A program uses the same maps as long as it lives.
    if programs.contains(where: MapUsers.exists) { return nil }
    programs = MapUsers.programs(using: map)
    if !programs.isEmpty {
      hadPrograms = true
      return nil
    }
    return hadPrograms ? "no program uses it any more: its owner has ended" : "no program uses it"
  }

  private static func exists(_ program: UInt32) -> Bool {
    let descriptor = bpf_prog_get_fd_by_id(program)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }

  private static func programs(using map: UInt32) -> [UInt32] {
    var users: [UInt32] = []
    var program: UInt32 = 0
    while bpf_prog_get_next_id(program, &program) == 0 {
      let descriptor = bpf_prog_get_fd_by_id(program)
      // It has ended since.
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if maps(of: descriptor).contains(map) { users.append(program) }
    }
    return users
  }

  private static func maps(of program: Int32) -> ArraySlice<UInt32> {
    // A program can use no more (MAX_USED_MAPS in linux/bpf_verifier.h).
    var ids = [UInt32](repeating: 0, count: 64)
    var information = bpf_prog_info()
    var size = UInt32(MemoryLayout<bpf_prog_info>.size)
    let status = ids.withUnsafeMutableBufferPointer { ids in
      // The kernel writes at most nr_map_ids numbers there, during the call.
      information.map_ids = UInt64(UInt(bitPattern: ids.baseAddress))
      information.nr_map_ids = UInt32(ids.count)
      return bpf_obj_get_info_by_fd(program, &information, &size)
    }
    return status == 0 ? ids.prefix(Int(information.nr_map_ids)) : []
  }
}
