import CExecCount
import CLibBPF
import ExecTopCounting
import ExecTopText
import Glibc

/// Tells of single execs, by programs that are there only as long as this is (bpf/exec_event.bpf.c).
final class ExecEventFeed {
  private let programs: AttachedObject
  /// struct exec_watch.
  private let variables: MappedMemory
  private let ring: RingBufferReader
  private let records: EventRecords
  private let hash: PathHash

  /// - Parameters:
  ///   - hashKey: that of the numbers of paths.
  ///   - processes: the map exec_processes.
  ///   - names: the programs that tell.
  /// - Throws: `KernelError`; nothing is left in the kernel then.
  convenience init(
    hashKey: HashKey, processes: Int32, programs names: [String] = ExecEventFeed.programs
  ) throws(KernelError) {
    let opened = try OpenedObject(bytes: [UInt8](hexadecimal: execEventObject), name: "exectop_events")
    try opened.reuse(processes, as: "exec_processes")
    try opened.setConstant(hashKey.words, section: ".rodata.key")
    let loaded = try opened.load()
    let variables = try MappedMemory(
      descriptor: try loaded.fileDescriptor(ofMap: ".bss"), size: MemoryLayout<exec_watch>.size,
      "the BPF programs' variables")
    let records = EventRecords()
    let ring = try RingBufferReader(descriptor: try loaded.fileDescriptor(ofMap: "exec_events"), into: records)
    let programs = try loaded.attach(names)
    self.init(programs: programs, variables: variables, ring: ring, records: records, hash: PathHash(key: hashKey))
  }

  /// Those of bpf/exec_event.bpf.c.
  static let programs = ["tell_exec_ran", "tell_execve_failed", "tell_execveat_failed", "tell_end_of_process"]

  /// Apart from what throws: see ExecCounter.
  private init(
    programs: consuming AttachedObject, variables: consuming MappedMemory, ring: consuming RingBufferReader,
    records: EventRecords, hash: PathHash
  ) {
    self.programs = programs
    self.variables = variables
    self.ring = ring
    self.records = records
    self.hash = hash
  }

  /// Readable when much waits.
  var fileDescriptor: Int32 { ring.fileDescriptor }

  func watch(_ watch: ExecWatch) {
    // Until the first path is said, all are told: what came meanwhile is taken and dropped.
    let number: UInt64 = if case .path(let path) = watch { hash.number(of: path) } else { 0 }
    // Within exec_watch, whose fields are aligned words.
    variables.start.storeBytes(
      of: number, toByteOffset: MemoryLayout<exec_watch>.offset(of: \.path) ?? 0, as: UInt64.self)
    _ = take()
  }

  func take() -> ExecEvents {
    ring.consume()
    defer { records.events.removeAll(keepingCapacity: true) }
    return ExecEvents(records.events, lost: variables.start.load(as: exec_watch.self).lost)
  }
}

/// Reads the ring buffer into the records of a feed, which must outlive it. It ends with this.
private struct RingBufferReader: ~Copyable {
  private let ring: OpaquePointer

  init(descriptor: Int32, into records: EventRecords) throws(KernelError) {
    let ring = ring_buffer__new(
      descriptor,
      { context, record, size in
        guard let context, let record else { return 0 }
        // The context is the records of the feed. The kernel's record has `size` bytes and stays until this returns.
        Unmanaged<EventRecords>.fromOpaque(context).takeUnretainedValue()
          .add(UnsafeRawBufferPointer(start: record, count: size))
        return 0
      }, Unmanaged.passUnretained(records).toOpaque(), nil)
    guard let ring else { throw KernelError("open the ring buffer", errno: errno, log: LibBPFLog.complaint) }
    self.ring = ring
  }

  deinit {
    ring_buffer__free(ring)
  }

  var fileDescriptor: Int32 { ring_buffer__epoll_fd(ring) }

  func consume() { ring_buffer__consume(ring) }
}

/// What the ring buffer has handed over.
private final class EventRecords {
  var events: [ExecEvent] = []

  func add(_ record: UnsafeRawBufferPointer) {
    guard record.count >= MemoryLayout<exec_event_head>.size else { return }
    // Any bits are integers; the ring buffer's records are aligned to eight bytes.
    let head = record.loadUnaligned(as: exec_event_head.self)
    let what: ExecEvent.What =
      switch head.kind {
      case UInt32(EXEC_EVENT_RAN.rawValue): .ran
      case UInt32(EXEC_EVENT_FAILED.rawValue): .failed(-head.result)
      default: head.result == EXEC_EVENT_REPLACED ? .replaced : .ended(ExitStatus(word: head.result))
      }
    var event = ExecEvent(
      what, of: ExecEvent.ProcessKey(id: head.process, start: head.start), at: Seconds(head.time) / 1e9,
      launch: head.launch, user: head.user)
    if record.count >= MemoryLayout<exec_event>.size { addDetails(of: record, to: &event) }
    events.append(event)
  }

  private func addDetails(of record: UnsafeRawBufferPointer, to event: inout ExecEvent) {
    func bytes(at field: PartialKeyPath<exec_event>, _ count: UInt32, atMost most: Int32) -> [UInt8] {
      let offset = MemoryLayout<exec_event>.offset(of: field) ?? 0
      // `most` is the size of the field at least, and the record holds all fields.
      return Array(record[offset..<offset + min(Int(count), Int(most))])
    }
    func number(at field: PartialKeyPath<exec_event>) -> UInt32 {
      record.loadUnaligned(fromByteOffset: MemoryLayout<exec_event>.offset(of: field) ?? 0, as: UInt32.self)
    }
    event.path = Path(bytes(at: \.path, UInt32(EXEC_PATH_SIZE), atMost: EXEC_PATH_SIZE).prefix { $0 != 0 })
    event.arguments = ExecEvent.Arguments(
      bytes(at: \.arguments, number(at: \.arguments_kept), atMost: EXEC_ARGUMENTS_SIZE + EXEC_ARGUMENT_SIZE),
      isCut: number(at: \.arguments_cut) != 0)
    event.directory = ExecEvent.Directory(
      names: bytes(at: \.directory, number(at: \.directory_kept), atMost: EXEC_DIRECTORY_SIZE + EXEC_NAME_SIZE),
      isCut: number(at: \.directory_cut) != 0)
    let interpreter = bytes(at: \.interpreter, UInt32(EXEC_PATH_SIZE), atMost: EXEC_PATH_SIZE).prefix { $0 != 0 }
    if !interpreter.isEmpty { event.interpreter = Path(interpreter) }
  }
}
