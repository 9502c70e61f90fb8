import ExecTopText

/// Of which execs a source tells one by one.
public enum ExecWatch: Equatable, Sendable {
  case all
  case path(Path)
}

/// What a source has told of single execs since it was last asked.
public struct ExecEvents: Sendable {
  public var events: [ExecEvent]
  /// How many it could not tell, since it was first asked to tell any.
  public var lost: UInt64

  public init(_ events: [ExecEvent] = [], lost: UInt64 = 0) {
    self.events = events
    self.lost = lost
  }
}

/// An exec, or the end of a process of which one was told.
public struct ExecEvent: Equatable, Sendable {
  public enum What: Equatable, Sendable {
    case ran
    /// The kernel refused it, with this errno.
    case failed(Int32)
    case ended(ExitStatus)
    /// The process has executed another program.
    case replaced
  }

  public var what: What
  public var process: ProcessKey
  /// On the monotonic clock.
  public var time: Seconds
  /// The number of the launch; of an exec that failed, of its launcher.
  public var launch: UInt64
  /// The real user id, as the machine itself has it outside all user namespaces.
  public var user: UInt32
  /// Nil of an end.
  public var path: Path?
  /// Of one that ran, as the kernel has taken them; of one that failed, what the caller's memory held at its end.
  public var arguments = Arguments()
  public var directory = Directory()
  /// Of a script that ran. Nil of any other program.
  public var interpreter: Path?

  public init(_ what: What, of process: ProcessKey, at time: Seconds, launch: UInt64, user: UInt32) {
    self.what = what
    self.process = process
    self.time = time
    self.launch = launch
    self.user = user
  }

  /// Tells a process from a later one with the same id.
  public struct ProcessKey: Hashable, Sendable {
    public var id: Int32
    public var start: UInt64

    public init(id: Int32, start: UInt64) {
      self.id = id
      self.start = start
    }
  }

  /// The program's name and its arguments, in bytes.
  public struct Arguments: Equatable, Sendable {
    /// The last one can be cut.
    public var list: [[UInt8]]
    /// There are more, or there is more of the last one.
    public var isCut: Bool

    public init(_ list: [[UInt8]] = [], isCut: Bool = false) {
      self.list = list
      self.isCut = isCut
    }

    /// - Parameters:
    ///   - bytes: the arguments, each with a NUL behind it, except for one that is cut.
    ///   - isCut: there are more bytes than these.
    public init(_ bytes: some Sequence<UInt8>, isCut: Bool) {
      var list: [[UInt8]] = []
      var argument: [UInt8]? = nil
      for byte in bytes {
        if byte == 0 {
          list.append(argument ?? [])
          argument = nil
        } else {
          argument = (argument ?? []) + [byte]
        }
      }
      if let argument { list.append(argument) }
      self.init(list, isCut: isCut)
    }
  }

  /// Where the process was, from the root of its mount namespace.
  public struct Directory: Equatable, Sendable {
    public var path: [UInt8]
    /// Its beginning is missing.
    public var isCut: Bool

    public init(_ path: [UInt8] = [], isCut: Bool = true) {
      self.path = path
      self.isCut = isCut
    }

    /// - Parameter bytes: the names from it up to the root, each with a NUL behind it.
    public init(names bytes: [UInt8], isCut: Bool) {
      let names = bytes.split(separator: 0).reversed()
      let path = names.flatMap { [UInt8(ascii: "/")] + $0 }
      self.init(path.isEmpty && !isCut ? [UInt8(ascii: "/")] : path, isCut: isCut)
    }
  }
}
