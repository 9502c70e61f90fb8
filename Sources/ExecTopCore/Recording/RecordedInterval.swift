import ExecTopCounting
import ExecTopText

/// What is written of one snapshot, or in preparation of it: what has changed since the one written before.
///
/// Keys stand here by numbers that the recording gives them: see `RecordedKeys`.
public struct RecordedInterval: Equatable, Sendable {
  /// What it tells. The raw values stand in files.
  public enum Kind: Int64, Sendable {
    /// What came over an interval. Everything that is said of stretches of time is made of these alone.
    case interval = 0
    /// What came before the recording, or before the oldest interval that is kept.
    case base = 1
    /// Keys that have lost their rows: what they had is taken away again.
    case gone = 2
    /// Where that stands since.
    case moved = 3
    /// Rows of which nothing is found any more.
    case vanished = 4
    /// All counters have begun from zero.
    case restart = 5
  }

  public var kind: Kind
  /// Of the snapshot.
  public var wallTime: WallTime
  /// Of the snapshot, on the monotonic clock of the session.
  public var time: Seconds
  public var series = 0
  /// Since counting began, and so is the time of the machine.
  public var totals = Totals()
  /// Nil where nothing is known of processes.
  public var machine: MachineCPU?
  public var mapRows: Int?
  public var notice: String?
  /// Why there is nothing of the time before it.
  public var gap: String?
  public var rows = RecordedRows()

  public init(kind: Kind, wallTime: WallTime, time: Seconds) {
    self.kind = kind
    self.wallTime = wallTime
    self.time = time
  }
}

/// The changes of all families.
public struct RecordedRows: Equatable, Sendable {
  /// Execs of a path.
  public struct Execs: Equatable, Sendable {
    public var path: Int64
    public var count: Int64

    public init(path: Int64, count: Int64) {
      self.path = path
      self.count = count
    }
  }

  public struct Failures: Equatable, Sendable {
    public var path: Int64
    /// The errno.
    public var error: Int32
    public var count: Int64

    public init(path: Int64, error: Int32, count: Int64) {
      self.path = path
      self.error = error
      self.count = count
    }
  }

  public struct Uses: Equatable, Sendable {
    public var launch: Int64
    /// Those of `UseFigure`, in its order.
    public var figures: [Int64]

    public init(launch: Int64, figures: [Int64]) {
      self.launch = launch
      self.figures = figures
    }
  }

  public struct Endings: Equatable, Sendable {
    /// The number of a path, or of what stands for another owner.
    public var path: Int64
    /// As wait(2) tells it.
    public var status: Int32
    /// The number of a `WallBucket`.
    public var bucket: Int32
    public var count: Int64

    public init(path: Int64, status: Int32, bucket: Int32, count: Int64) {
      self.path = path
      self.status = status
      self.bucket = bucket
      self.count = count
    }
  }

  /// The row that a key has: of rows that are equal in all else, the first one comes first.
  public struct Place: Equatable, Sendable {
    public var row: Int32
    public var key: Int64

    public init(row: Int32, key: Int64) {
      self.row = row
      self.key = key
    }
  }

  public var execs: [Execs] = []
  public var failures: [Failures] = []
  public var uses: [Uses] = []
  public var endings: [Endings] = []
  public var pathPlaces: [Place] = []
  public var launchPlaces: [Place] = []
  /// Names that are new. Nil: it has none any more.
  public var users: [UInt32: String?] = [:]
  public var units: [UInt64: Path?] = [:]

  public init() {}

  var isEmpty: Bool { self == RecordedRows() }

  /// How many there are of all kinds.
  var count: Int {
    execs.count + failures.count + uses.count + endings.count + pathPlaces.count + launchPlaces.count + users.count
      + units.count
  }
}

/// A launch as a recording keeps it.
public struct RecordedLaunch: Hashable, Sendable {
  public var number: UInt64
  /// The launcher's number; 0 where there is none, or where that is not known.
  public var parent: UInt64
  /// The number of the path, or of what stands for another owner.
  public var path: Int64
  public var user: UInt32
  public var group: UInt64

  public init(number: UInt64, parent: UInt64, path: Int64, user: UInt32, group: UInt64) {
    self.number = number
    self.parent = parent
    self.path = path
    self.user = user
    self.group = group
  }
}

/// Numbers of what is no path that has a name of its own. They stand in files.
public enum ReservedNumber: Int64, CaseIterable, Sendable {
  /// The row into which the coldest paths go.
  case other = 0
  case kernelThreads = -1
  case noPath = -2
  case noSlot = -3
  case mapFull = -4

  /// As what it stands in the recording's table of paths.
  public var name: String {
    switch self {
    case .other: SafeText.other
    case .kernelThreads: SafeText.kernel
    case .noPath: SafeText.noPath
    case .noSlot: SafeText.noSlot
    case .mapFull: SafeText.mapFull
    }
  }

  init(_ owner: Owner) {
    switch owner {
    case .path: self = .other
    case .kernelThreads: self = .kernelThreads
    case .noPath: self = .noPath
    case .noSlot: self = .noSlot
    case .mapFull: self = .mapFull
    }
  }

  var owner: Owner {
    switch self {
    case .other: .path(.other)
    case .kernelThreads: .kernelThreads
    case .noPath: .noPath
    case .noSlot: .noSlot
    case .mapFull: .mapFull
    }
  }
}

/// Gives keys their numbers in a recording, where each stands once.
public protocol RecordedKeys {
  /// Greater than 0.
  mutating func number(of path: Path) throws -> Int64
  mutating func number(of launch: RecordedLaunch) throws -> Int64
}

/// Tells what the numbers mean.
public protocol RecordedNames {
  /// - Parameter number: greater than 0.
  mutating func path(_ number: Int64) throws -> Path
  mutating func launch(_ number: Int64) throws -> RecordedLaunch
}

/// What no recording of exectop's own can hold.
public struct RecordingFault: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
