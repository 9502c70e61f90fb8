import CLibBPF
import CLinux
import Glibc
import SystemPackage

/// A map that something else has made, open for reading only.
struct KernelMap: ~Copyable {
  let descriptor: Int32
  let information: bpf_map_info

  private init(descriptor: Int32, information: bpf_map_info) {
    self.descriptor = descriptor
    self.information = information
  }

  deinit {
    close(descriptor)
  }

  /// As messages call it: its name, if it has one, and its id.
  var description: String {
    let name = information.mapName
    return (name.isEmpty ? "map" : "map \(name)") + " (id \(information.id))"
  }

  /// The kernel gives the information of a program or a link just as readily.
  private var isMap: Bool {
    linkTarget("/proc/self/fd/\(descriptor)") == Array("anon_inode:bpf-map".utf8)
  }
}

// MARK: - Opening

extension KernelMap {
  /// - Throws: `KernelError` if there is no such map, or more than one.
  static func open(_ place: MapPlace) throws(KernelError) -> KernelMap {
    switch place {
    case .id(let id): try open(id: id)
    case .name(let name): try open(id: id(ofName: name))
    case .pinned(let path): try open(pinned: path)
    }
  }

  private static let remedy = "bpftool map lists the maps there are"

  private static func open(id: UInt32) throws(KernelError) -> KernelMap {
    let operation = "open the map id=\(id)"
    var options = bpf_get_fd_by_id_opts()
    options.sz = optionsSize(of: options, through: \.open_flags)
    options.open_flags = UInt32(BPF_F_RDONLY)
    let descriptor = bpf_map_get_fd_by_id_opts(id, &options)
    guard descriptor != -ENOENT else {
      throw KernelError(.lacksFeature, operation, reason: "there is no such map", remedy: remedy)
    }
    return try adopt(descriptor, operation)
  }

  private static func open(pinned path: String) throws(KernelError) -> KernelMap {
    let operation = "open the map pinned=\(path)"
    var status = statfs()
    guard statfs(path, &status) == 0 else {
      let errno = Errno(rawValue: errno)
      guard errno != .permissionDenied else { throw KernelError(operation, errno: errno.rawValue) }
      throw KernelError(.inputOutput, operation, reason: errno.description)
    }
    // bpf_obj_get gives EACCES for any other file, and for a directory, as if privilege were missing.
    guard Int64(status.f_type) == Int64(BPF_FS_MAGIC) else {
      throw KernelError(.inputOutput, operation, reason: "it is not on a bpf file system")
    }
    var file = stat()
    guard lstat(path, &file) != 0 || file.st_mode & S_IFMT != S_IFDIR else {
      throw KernelError(.inputOutput, operation, reason: "it is a directory")
    }
    var options = bpf_obj_get_opts()
    options.sz = optionsSize(of: options, through: \.file_flags)
    options.file_flags = UInt32(BPF_F_RDONLY)
    let map = try adopt(bpf_obj_get_opts(path, &options), operation)
    guard map.isMap else { throw KernelError(.inputOutput, operation, reason: "what is pinned there is no map") }
    return map
  }

  /// Takes over a descriptor as libbpf returns it, or a negative errno.
  private static func adopt(_ descriptor: Int32, _ operation: String) throws(KernelError) -> KernelMap {
    guard descriptor >= 0 else { throw KernelError(operation, errno: descriptor) }
    var information = bpf_map_info()
    var size = UInt32(MemoryLayout<bpf_map_info>.size)
    let status = bpf_obj_get_info_by_fd(descriptor, &information, &size)
    guard status == 0 else {
      close(descriptor)
      throw KernelError(operation, errno: status)
    }
    return KernelMap(descriptor: descriptor, information: information)
  }

  /// The id of the one map that has this name.
  private static func id(ofName name: String) throws(KernelError) -> UInt32 {
    let operation = "find the map name=\(name)"
    let wanted = kernelName(of: name)
    var found: [UInt32] = []
    var id: UInt32 = 0
    while true {
      let status = bpf_map_get_next_id(id, &id)
      if status == -ENOENT { break }
      guard status == 0 else { throw KernelError(operation, errno: status) }
      // A map that ends meanwhile, or that may not be read, is none to show.
      if let map = try? open(id: id), map.information.mapName == wanted { found.append(id) }
    }
    guard let first = found.first else {
      throw KernelError(.lacksFeature, operation, reason: "no map has this name", remedy: remedy)
    }
    guard found.count == 1 else {
      let ids = found.map { "id=\($0)" }.joined(separator: ", ")
      throw KernelError(
        .lacksFeature, operation, reason: "\(found.count) maps have this name: \(ids)", remedy: "choose one by its id")
    }
    return first
  }

  /// The name under which the kernel knows a map: bpftrace writes AT_ for @, and the kernel keeps 15 bytes.
  private static func kernelName(of name: String) -> String {
    let plain = name.hasPrefix("@") ? "AT_" + name.dropFirst() : name
    return String(decoding: plain.utf8.prefix(Int(BPF_OBJ_NAME_LEN) - 1), as: UTF8.self)
  }
}

extension bpf_map_info {
  /// The kernel's name of the map; empty if it has none.
  var mapName: String {
    withUnsafeBytes(of: name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
