import ExecTopText

/// A line of the kernel's trace_pipe.
///
/// Its text is worth what the writer of a trace can be trusted with: a process chooses its own name, and a path with a
/// newline in it makes a second line, of any form.
public struct TraceLine: Equatable, Sendable {
  /// As it came, without the newline: at most `TraceLine.keptBytes`.
  public let bytes: [UInt8]
  /// The line was longer than what is kept of it.
  public let isCut: Bool
  /// Nil if the line has another form than the kernel's.
  public let fields: Fields?

  /// What the kernel says of an event, in front of its text.
  public struct Fields: Equatable, Sendable {
    /// By the trace's clock: seconds, since about the boot.
    public var time: Seconds
    public var cpu: Int
    /// The task: a thread's id, in the initial pid namespace.
    public var pid: Int
    /// Printed by a BPF program: the event bpf_trace_printk.
    public var isPrintk: Bool
    fileprivate var process: Range<Int>
    fileprivate var message: Range<Int>
  }

  /// Four times what a bpf_printk line can take; other events may be longer.
  public static let keptBytes = 4096

  /// - Parameters:
  ///   - bytes: without the newline.
  ///   - isCut: they are the beginning of a longer line.
  public init(_ bytes: [UInt8], isCut: Bool = false) {
    self.bytes = bytes
    self.isCut = isCut
    fields = Fields(bytes)
  }

  /// The name of the task, at most 15 bytes; blanks at its beginning are lost. Empty for a line without fields.
  public var process: ArraySlice<UInt8> { bytes[fields?.process ?? 0..<0] }

  /// What was printed; of events other than bpf_printk, with the event's name. The whole line where it has no fields.
  public var message: ArraySlice<UInt8> { bytes[fields?.message ?? 0..<bytes.count] }

  /// The path, if the line has the form of those that exectop's own programs print: `execve: PATH`.
  ///
  /// The trace names the task that made the exec and not the program that printed it, so lines of the same form from
  /// others, such as a second exectop, cannot be told from ours.
  public var ownPath: ArraySlice<UInt8>? {
    guard let fields, fields.isPrintk, message.starts(with: TraceLine.ownMark) else { return nil }
    return message.dropFirst(TraceLine.ownMark.count)
  }

  private static let ownMark = Array("execve: ".utf8)
}

// MARK: - The form of a line

extension TraceLine.Fields {
  /// Reads what print_trace_fmt in the kernel's kernel/trace/trace.c writes:
  ///
  ///     "%16s-%-7d (%7d) [%03d] d..31 %5lu.%06lu: NAME: TEXT"
  ///
  /// with the thread group's id and the flags only where the options record-tgid and irq-info ask for them.
  fileprivate init?(_ line: [UInt8]) {
    // A name is at most 15 bytes of anything, brackets and hyphens too, padded to 16: the hyphen behind it has a fixed
    // place. Other places are for lines that have lost their padding.
    for hyphen in stride(from: min(16, line.count - 1), to: 0, by: -1) where line[hyphen] == UInt8(ascii: "-") {
      if let fields = Self(line, hyphen: hyphen) {
        self = fields
        return
      }
    }
    return nil
  }

  private init?(_ line: [UInt8], hyphen: Int) {
    var reader = Reader(line: line, place: hyphen + 1)
    guard let pid = reader.number(), reader.blanks() > 0 else { return nil }
    if reader.skip("(") {
      while reader.byte.map({ $0 != UInt8(ascii: ")") }) ?? false { reader.place += 1 }
      guard reader.skip(")"), reader.blanks() > 0 else { return nil }
    }
    guard reader.skip("["), let cpu = reader.number(), reader.skip("]"), reader.blanks() > 0 else { return nil }
    if let time = reader.time() {
      self.time = time
    } else {
      reader.word()
      guard reader.blanks() > 0, let time = reader.time() else { return nil }
      self.time = time
    }
    self.pid = pid
    self.cpu = cpu
    process = (line[..<hyphen].firstIndex { $0 != UInt8(ascii: " ") } ?? hyphen)..<hyphen
    let printk = Self.printkNames.first { line[reader.place...].starts(with: $0) }
    isPrintk = printk != nil
    message = (reader.place + (printk?.count ?? 0))..<line.count
  }

  /// The event's name, and those under which it stands before Linux 5.9.
  private static let printkNames = ["bpf_trace_printk: ", "0: ", "0x00000001: "].map { Array($0.utf8) }
}

/// Goes through a line.
private struct Reader {
  let line: [UInt8]
  var place: Int

  var byte: UInt8? { place < line.count ? line[place] : nil }

  /// - Returns: how many blanks were passed.
  mutating func blanks() -> Int {
    let start = place
    while byte == UInt8(ascii: " ") { place += 1 }
    return place - start
  }

  mutating func word() {
    while let byte, byte != UInt8(ascii: " ") { place += 1 }
  }

  mutating func number() -> Int? {
    let start = place
    while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
    return Int(String(decoding: line[start..<place], as: UTF8.self))
  }

  /// `12345.678901: `, or a plain number from a clock that counts something else. Passes nothing if it is none.
  mutating func time() -> Seconds? {
    let start = place
    if let whole = number() {
      if skip(": ") { return Seconds(whole) }
      let point = place
      if skip("."), let fraction = number(), skip(": ") {
        var scale = 1.0
        for _ in 0..<(place - point - 3) { scale *= 10 }
        return Seconds(whole) + Seconds(fraction) / scale
      }
    }
    place = start
    return nil
  }

  mutating func skip(_ text: StaticString) -> Bool {
    // A literal's bytes live as long as the program; the buffer is read within the closure alone.
    let isThere = text.withUTF8Buffer { line[place...].starts(with: $0) }
    if isThere { place += text.utf8CodeUnitCount }
    return isThere
  }
}
