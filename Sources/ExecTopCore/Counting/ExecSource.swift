import ExecTopText

/// Something that counts execs: the BPF programs, a map that something else fills, an invented workload.
public protocol ExecSource: AnyObject {
  /// What it is, for the screen and the records.
  var mode: Mode { get }

  /// Entries of the map, or nil where there is no such bound.
  var capacity: Int? { get }

  /// Counts from zero: its first rates are known.
  var countsFromZero: Bool { get }

  /// When counting began, on the clock of its snapshots. Nil: when it was asked first.
  var began: Seconds? { get }

  /// It gives what was recorded, one snapshot each time it is asked: times are those of the recording.
  var isRecorded: Bool { get }

  /// Nothing new comes any more.
  var hasEnded: Bool { get }

  /// Becomes readable when `relieve` should be called before the next sample. Nil if that never happens.
  var pressureDescriptor: Int32? { get }

  /// Has the kernel keep the time that its BPF programs take, or no longer. Nothing happens where it has none.
  func timePrograms(_ isWanted: Bool)

  /// Nanoseconds that its BPF programs have taken while that was kept. Nil where it is not kept.
  var programTime: UInt64? { get }

  /// What has been counted by now. A source owns one `Ledger` for as long as it counts, and makes all its snapshots with
  /// it; any of them may be left out or taken twice.
  ///
  /// - Parameter time: now, on the monotonic clock.
  func sample(at time: Seconds) throws -> Snapshot

  /// Tells of single execs from now on; nil: of none any more.
  ///
  /// - Returns: whether it can.
  func watch(_ watch: ExecWatch?) throws -> Bool

  /// Becomes readable when `takeEvents` should be called before the next sample. Nil if that never happens.
  var eventDescriptor: Int32? { get }

  /// What has been told since the last call.
  func takeEvents() -> ExecEvents

  /// Makes room in a map that is filling up. Changes nothing that a sample shows.
  func relieve() throws
}

extension ExecSource {
  public func timePrograms(_ isWanted: Bool) {}
  public var programTime: UInt64? { nil }
  public func watch(_ watch: ExecWatch?) throws -> Bool { false }
  public var eventDescriptor: Int32? { nil }
  public func takeEvents() -> ExecEvents { ExecEvents() }
  public var began: Seconds? { nil }
  public var isRecorded: Bool { false }
  public var hasEnded: Bool { false }
}

/// What is counted.
public enum Mode: String, Sendable {
  /// Every attempt, successful or not, by exectop's own programs.
  case attempts
  /// Successful execs only.
  case light
  /// What the tutorial's program counts at the entry; the totals are exact.
  case tutorial
  /// Whatever fills the map.
  case map
  /// An invented workload.
  case demo

  /// Failed execs are counted too.
  public var seesFailures: Bool { sees(.failures) }

  /// Something that not every mode counts can be known there.
  public func sees(_ part: Part) -> Bool {
    switch (self, part) {
    case (.attempts, _), (.demo, _): true
    case (.light, _), (.tutorial, _), (.map, _): false
    }
  }

  /// What not every mode counts. The raw value says it in words.
  public enum Part: String, Sendable {
    case failures
    /// What processes use, and how they end.
    case uses = "what processes use"
  }
}
