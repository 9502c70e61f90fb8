import ExecTopCounting
import ExecTopText

/// All that had been counted by an interval of a recording, and what a tally of all intervals up to it knows: a replay
/// can go on from there without reading what came before.
public struct Checkpoint: Equatable, Sendable {
  /// Since counting began, of every row, with the places of all keys and the names of all users and units.
  var rows = RecordedRows()
  var paths: [OfPath] = []
  var failures: [OfFailure] = []
  var launches: [OfLaunch] = []
  /// Launches of paths that had lost their rows by then. Such a path can have come back, as another row.
  var launchesOfOther: [Int64] = []
  var totalPeak = 0.0

  // As in `TallyPast`, with the numbers that keys have in the recording.

  struct OfPath: Equatable, Sendable {
    var path: Int64
    var row: TallyPast.Seen
    var counted: TallyPast.Seen
    var peak: Double
  }

  struct OfFailure: Equatable, Sendable {
    var path: Int64
    var error: Int32
    var counted: TallyPast.Seen
  }

  struct OfLaunch: Equatable, Sendable {
    var launch: Int64
    var last: Seconds
  }

  /// For how long after a checkpoint what is made of it does not know the last minute yet, in seconds.
  public static let memory = Tally.memory
}

// MARK: - As bytes

extension Checkpoint {
  private static let form: UInt64 = 1

  public var bytes: [UInt8] {
    var packed = PackedBytes()
    packed.append(Self.form)
    packed.append(totalPeak)
    for places in [rows.pathPlaces, rows.launchPlaces] {
      packed.append(places) {
        $0.append(signed: Int64($1.row))
        $0.append(signed: $1.key)
      }
    }
    packed.append(rows.execs) {
      $0.append(signed: $1.path)
      $0.append(signed: $1.count)
    }
    packed.append(rows.failures) {
      $0.append(signed: $1.path)
      $0.append(signed: Int64($1.error))
      $0.append(signed: $1.count)
    }
    packed.append(rows.uses) {
      $0.append(signed: $1.launch)
      $0.append($1.figures) { $0.append(signed: $1) }
    }
    packed.append(rows.endings) {
      $0.append(signed: $1.path)
      $0.append(signed: Int64($1.status))
      $0.append(signed: Int64($1.bucket))
      $0.append(signed: $1.count)
    }
    packed.append(rows.users.sorted { $0.key < $1.key }) {
      $0.append(signed: Int64($1.key))
      $0.append($1.value.map { Array($0.utf8) }.map { [$0] } ?? []) { $0.append($1) }
    }
    packed.append(rows.units.sorted { $0.key < $1.key }) {
      $0.append($1.key)
      $0.append($1.value.map { [$0.bytes] } ?? []) { $0.append($1) }
    }
    appendPast(to: &packed)
    return packed.bytes
  }

  private func appendPast(to packed: inout PackedBytes) {
    func append(_ seen: TallyPast.Seen, to packed: inout PackedBytes) {
      packed.append(seen.first)
      packed.append(seen.last)
    }
    packed.append(paths) {
      $0.append(signed: $1.path)
      append($1.row, to: &$0)
      append($1.counted, to: &$0)
      $0.append($1.peak)
    }
    packed.append(failures) {
      $0.append(signed: $1.path)
      $0.append(signed: Int64($1.error))
      append($1.counted, to: &$0)
    }
    packed.append(launches) {
      $0.append(signed: $1.launch)
      $0.append($1.last)
    }
    packed.append(launchesOfOther) { $0.append(signed: $1) }
  }

  /// - Throws: `RecordingFault` where these are no checkpoint's.
  public init(_ bytes: [UInt8]) throws(RecordingFault) {
    var packed = PackedReader(bytes)
    guard try packed.number() == Self.form else { throw RecordingFault("a checkpoint has an unknown form") }
    totalPeak = max(0, try packed.figure())
    rows.pathPlaces = try packed.rows(Self.place)
    rows.launchPlaces = try packed.rows(Self.place)
    rows.execs = try packed.rows { packed throws(RecordingFault) in
      RecordedRows.Execs(path: try packed.signed(), count: try packed.signed())
    }
    rows.failures = try packed.rows { packed throws(RecordingFault) in
      RecordedRows.Failures(
        path: try packed.signed(), error: try packed.integer(Int32.self), count: try packed.signed())
    }
    rows.uses = try packed.rows { packed throws(RecordingFault) in
      RecordedRows.Uses(
        launch: try packed.signed(),
        figures: try packed.rows { packed throws(RecordingFault) in try packed.signed() })
    }
    rows.endings = try packed.rows { packed throws(RecordingFault) in
      RecordedRows.Endings(
        path: try packed.signed(), status: try packed.integer(Int32.self), bucket: try packed.integer(Int32.self),
        count: try packed.signed())
    }
    let users = try packed.rows { packed throws(RecordingFault) in
      (try packed.integer(UInt32.self), try Self.name(&packed))
    }
    for (user, name) in users { rows.users[user] = .some(name.map { String(decoding: $0, as: UTF8.self) }) }
    let units = try packed.rows { packed throws(RecordingFault) in (try packed.number(), try Self.name(&packed)) }
    for (unit, name) in units { rows.units[unit] = .some(name.map { Path($0) }) }
    paths = try packed.rows { packed throws(RecordingFault) in
      OfPath(
        path: try packed.signed(), row: try Self.seen(&packed), counted: try Self.seen(&packed),
        peak: max(0, try packed.figure()))
    }
    failures = try packed.rows { packed throws(RecordingFault) in
      OfFailure(path: try packed.signed(), error: try packed.integer(Int32.self), counted: try Self.seen(&packed))
    }
    launches = try packed.rows { packed throws(RecordingFault) in
      OfLaunch(launch: try packed.signed(), last: try packed.figure())
    }
    launchesOfOther = try packed.rows { packed throws(RecordingFault) in try packed.signed() }
    guard packed.isAtEnd else { throw RecordingFault("a checkpoint cannot be read") }
  }

  private static func place(_ packed: inout PackedReader) throws(RecordingFault) -> RecordedRows.Place {
    RecordedRows.Place(row: try packed.integer(Int32.self), key: try packed.signed())
  }

  private static func seen(_ packed: inout PackedReader) throws(RecordingFault) -> TallyPast.Seen {
    TallyPast.Seen(first: try packed.figure(), last: try packed.figure())
  }

  /// Nil where there is none.
  private static func name(_ packed: inout PackedReader) throws(RecordingFault) -> [UInt8]? {
    try packed.rows { packed throws(RecordingFault) in try packed.text() }.first
  }
}
