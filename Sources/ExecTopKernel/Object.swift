import CLibBPF
import Glibc

/// A BPF object that libbpf has read from memory; nothing of it is in the kernel yet.
///
/// Opened, loaded, attached: each owns the handle and gives it on, so that a use out of order does not compile.
struct OpenedObject: ~Copyable {
  private let object: OpaquePointer

  /// - Throws: `KernelError` if the bytes are not an object that this libbpf can read.
  init(bytes: [UInt8], name: String) throws(KernelError) {
    LibBPFLog.start()
    var options = bpf_object_open_opts()
    options.sz = optionsSize(of: options, through: \.kernel_log_level)
    // libbpf copies both the name and the bytes before it returns.
    let object = name.withCString { name in
      options.object_name = name
      return bytes.withUnsafeBytes { bpf_object__open_mem($0.baseAddress, $0.count, &options) }
    }
    guard let object else {
      throw KernelError("open the BPF object", errno: errno, log: LibBPFLog.complaint)
    }
    self.object = object
  }

  deinit {
    bpf_object__close(object)
  }

  /// Programs of these names alone are loaded.
  func keep(_ names: [String]) {
    let kept = Set(names)
    var program = bpf_object__next_program(object, nil)
    while let current = program {
      bpf_program__set_autoload(current, kept.contains(String(cString: bpf_program__name(current))))
      program = bpf_object__next_program(object, current)
    }
  }

  /// Gives a map another number of entries.
  func setEntries(_ entries: Int, of map: String) throws(KernelError) {
    let error = bpf_map__set_max_entries(bpf_object__find_map_by_name(object, map), UInt32(clamping: entries))
    guard error == 0 else { throw KernelError("size the map \(map)", errno: error) }
  }

  /// Has the programs use a map that is there already.
  func reuse(_ descriptor: Int32, as map: String) throws(KernelError) {
    let error = bpf_map__reuse_fd(bpf_object__find_map_by_name(object, map), descriptor)
    guard error == 0 else { throw KernelError("share the map \(map)", errno: error) }
  }

  /// Sets a constant that is alone in its section.
  func setConstant<Value: BitwiseCopyable>(_ value: Value, section: String) throws(KernelError) {
    try check(withUnsafeBytes(of: value) { set($0, section: section) }, section)
  }

  /// Likewise, one that is an array.
  func setConstant(_ words: [UInt64], section: String) throws(KernelError) {
    try check(words.withUnsafeBytes { set($0, section: section) }, section)
  }

  /// Copies the bytes.
  private func set(_ bytes: UnsafeRawBufferPointer, section: String) -> CInt {
    bpf_map__set_initial_value(bpf_object__find_map_by_name(object, section), bytes.baseAddress, bytes.count)
  }

  private func check(_ error: CInt, _ section: String) throws(KernelError) {
    guard error == 0 else { throw KernelError("set \(section)", errno: error) }
  }

  /// Creates the maps and has the programs verified.
  ///
  /// libbpf raises RLIMIT_MEMLOCK first where the kernel counts BPF memory against it (before Linux 5.11), and goes on
  /// if that is refused.
  consuming func load() throws(KernelError) -> LoadedObject {
    let error = bpf_object__load(object)
    guard error == 0 else {
      _ = consume self
      throw KernelError("load the BPF programs", errno: error, log: LibBPFLog.complaint)
    }
    let loaded = LoadedObject(object: object)
    discard self
    return loaded
  }
}

extension [UInt8] {
  /// The bytes that are written as two hexadecimal digits each, in lower case, as the build writes them.
  init(hexadecimal digits: StaticString) {
    func value(_ digit: UInt8) -> UInt8 { digit < UInt8(ascii: "a") ? digit & 15 : digit & 15 + 9 }
    // The literal's bytes live as long as the program, and every index is below their count.
    self = digits.withUTF8Buffer { digits in
      (0..<digits.count / 2).map { value(digits[2 * $0]) << 4 | value(digits[2 * $0 + 1]) }
    }
  }
}

/// The programs of bpf/exec_count.bpf.c, in the order in which they are attached: ends before beginnings, so that no exec
/// is seen to begin whose end is not.
enum Program: String, CaseIterable {
  case execveEnd = "handle_execve_end"
  case execveatEnd = "handle_execveat_end"
  case ran = "handle_exec_ran"
  /// Its tracepoint exists since Linux 6.10.
  case prepared = "handle_exec_prepared"
  case taskEnd = "handle_task_end"
  case free = "handle_free"
  case fork = "handle_fork"
  case group = "handle_group"
  case execveEntry = "handle_execve_tp"
  case execveatEntry = "handle_execveat_tp"
}

/// The programs of bpf/exec_count.bpf.c that run over all tasks when they are asked to.
enum Iterator: String, CaseIterable {
  case list = "list_processes"
  case adopt = "adopt_processes"
}

/// The program of bpf/exec_count.bpf.c that user space runs itself.
enum CalledProgram: String, CaseIterable {
  case settle = "settle_processes"
}

/// A BPF object whose maps and programs are in the kernel.
struct LoadedObject: ~Copyable {
  private let object: OpaquePointer

  fileprivate init(object: OpaquePointer) {
    self.object = object
  }

  deinit {
    bpf_object__close(object)
  }

  /// The file descriptor of a map. It lives as long as the object.
  func fileDescriptor(ofMap name: String) throws(KernelError) -> Int32 {
    let descriptor = bpf_object__find_map_fd_by_name(object, name)
    guard descriptor >= 0 else { throw KernelError("find the map \(name)", errno: descriptor) }
    return descriptor
  }

  /// A reader of a hash map whose values are so many words. The object must outlive it.
  func reader(ofMap name: String, keySize: Int, figures: Int = 1) throws(KernelError) -> MapReader {
    MapReader(
      descriptor: try fileDescriptor(ofMap: name), keySize: keySize, layout: ValueLayout(figures: figures))
  }

  /// Makes a program ready to run over all tasks. The object must outlive it.
  func iterator(_ name: Iterator) throws(KernelError) -> TaskIterator {
    guard let program = bpf_object__find_program_by_name(object, name.rawValue),
      let link = bpf_program__attach_iter(program, nil)
    else { throw KernelError("attach \(name.rawValue)", errno: errno, log: LibBPFLog.complaint) }
    return TaskIterator(link: link)
  }

  /// The file descriptor of a program. It lives as long as the object.
  func fileDescriptor(of program: CalledProgram) throws(KernelError) -> Int32 {
    guard let handle = bpf_object__find_program_by_name(object, program.rawValue) else {
      throw KernelError("find the program \(program.rawValue)", errno: ENOENT)
    }
    return bpf_program__fd(handle)
  }

  /// Attaches programs, each where its section says.
  consuming func attach(_ programs: [String]) throws(KernelError) -> AttachedObject {
    var links: [OpaquePointer] = []
    for name in programs {
      guard let program = bpf_object__find_program_by_name(object, name),
        let link = bpf_program__attach(program)
      else {
        let error = KernelError(
          "attach \(name)", errno: errno, log: LibBPFLog.complaint)
        for link in links { bpf_link__destroy(link) }
        throw error
      }
      links.append(link)
    }
    return AttachedObject(object: self, links: links)
  }

  /// What the kernel says of a program. Nil if it is not loaded.
  func information(on program: Program) -> ProgramInformation? {
    guard let handle = bpf_object__find_program_by_name(object, program.rawValue) else { return nil }
    let descriptor = bpf_program__fd(handle)
    guard descriptor >= 0 else { return nil }
    var info = bpf_prog_info()
    var size = UInt32(MemoryLayout<bpf_prog_info>.size)
    guard bpf_obj_get_info_by_fd(descriptor, &info, &size) == 0 else { return nil }
    return ProgramInformation(
      id: info.id, skippedRuns: info.recursion_misses, runs: info.run_cnt, runTime: info.run_time_ns)
  }
}

/// What the kernel says of a program (struct bpf_prog_info in linux/bpf.h).
struct ProgramInformation: Equatable {
  var id: UInt32
  /// Runs the kernel skipped because another BPF program was on this CPU: recursion_misses, Linux 5.12.
  var skippedRuns: UInt64
  /// Runs, and nanoseconds they took; counted only while kernel.bpf_stats_enabled.
  var runs: UInt64
  var runTime: UInt64
}

/// A BPF object whose programs run. They are detached when this ends.
struct AttachedObject: ~Copyable {
  let object: LoadedObject
  private let links: [OpaquePointer]

  fileprivate init(object: consuming LoadedObject, links: [OpaquePointer]) {
    self.object = object
    self.links = links
  }

  deinit {
    for link in links { bpf_link__destroy(link) }
  }
}
