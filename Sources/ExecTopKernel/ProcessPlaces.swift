import CExecCount
import CLinux
import ExecTopCounting
import Glibc

/// The programs' table of processes, mapped: where user space says what those run that began before it looked.
struct ProcessPlaces: ~Copyable {
  private let mapped: MappedMemory
  private static let size = MemoryLayout<process_set>.stride * Int(EXEC_PROCESS_SETS)

  /// - Parameter descriptor: the map exec_processes.
  init(descriptor: Int32) throws(KernelError) {
    mapped = try MappedMemory(descriptor: descriptor, size: ProcessPlaces.size, "the table of processes")
  }

  /// Says what a process runs, unless it has ended or run another program meanwhile.
  func adopt(_ record: adoption_record, _ adopted: AdoptedProcess) {
    let set = Int(UInt32(bitPattern: record.group) % UInt32(EXEC_PROCESS_SETS))
    for way in 0..<Int(EXEC_PROCESS_WAYS) {
      // Within `size`, as set and way are below their bounds; and aligned, as all of the table is words of 8 bytes.
      let place = mapped.start + set * MemoryLayout<process_set>.stride + way * MemoryLayout<process>.stride
      let start = place.load(fromByteOffset: MemoryLayout<process>.offset(of: \.start) ?? 0, as: UInt64.self)
      guard start == record.start else { continue }
      // The programs leave each of these at NO_PATH until they say what it is themselves.
      let words: [(offset: Int?, number: UInt64)] = [
        (MemoryLayout<process>.offset(of: \.owner), adopted.owner),
        (MemoryLayout<process>.offset(of: \.launch), adopted.launch),
        (MemoryLayout<process>.offset(of: \.launcher), adopted.launch),
      ]
      for (offset, number) in words {
        let word = place + (offset ?? 0)
        _ = exectop_compare_and_swap(word, UInt64(EXEC_OWNER_NO_PATH.rawValue), number)
      }
    }
  }

  /// The file that a process runs. Nil if it has ended or is a thread of the kernel.
  static func executable(of process: Int32) -> Path? {
    guard let name = linkTarget("/proc/\(process)/exe") else { return nil }
    // The kernel says so behind the name of a file that has been replaced since.
    let mark = Array(" (deleted)".utf8)
    guard name.suffix(mark.count) == mark[...],
      access("/proc/\(process)/root" + String(decoding: name, as: UTF8.self), F_OK) != 0
    else { return Path(name.prefix(Path.keptBytes)) }
    return Path(name.dropLast(mark.count).prefix(Path.keptBytes))
  }
}

/// What a process runs that began before the programs looked.
struct AdoptedProcess {
  var path: Path
  /// The path's number.
  var owner: UInt64
  /// The launch's.
  var launch: UInt64
}
