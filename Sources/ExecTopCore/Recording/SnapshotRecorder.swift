import ExecTopCounting
import ExecTopText

/// Tells snapshots of one source as changes: `Replayer` makes the same snapshots of them again.
public struct SnapshotRecorder: Sendable {
  /// The last one that has been written. Nil at the beginning.
  public private(set) var written: Snapshot?
  private var encoded: Snapshot?
  /// Numbers of keys, by the slots of their rows.
  private var pathNumbers: [Numbered<Path>?] = []
  private var launchNumbers: [Numbered<Launch>?] = []
  /// What whoever replays all that has been written knows by now. Nil where no session has begun.
  private var tally: Tally?
  /// What has come since the last checkpoint, and what is being written.
  private var behind = Amount()
  private var encodedAmount = Amount()

  private struct Amount {
    var intervals = 0
    var rows = 0
  }

  private struct Numbered<Key>: Sendable {
    var id: ID<Key>
    var number: Int64
  }

  public init() {}

  /// What has been encoded is in the recording.
  public mutating func didWrite() {
    if let encoded {
      written = encoded
      tally?.apply(encoded)
    }
    encoded = nil
    behind.intervals += encodedAmount.intervals
    behind.rows += encodedAmount.rows
    encodedAmount = Amount()
  }

  /// A session begins: whoever replays it begins with nothing.
  public mutating func beginSession(began: Seconds, countsFromZero: Bool) {
    tally = Tally(began: began, countsFromZero: countsFromZero)
    behind = Amount()
  }

  /// What has been encoded is not in the recording, nor may be what it referred to.
  public mutating func didLose() {
    encoded = nil
    encodedAmount = Amount()
    pathNumbers = []
    launchNumbers = []
  }

  /// What has changed up to a snapshot since the one written last.
  ///
  /// - Parameters:
  ///   - wallTime: its civil time.
  ///   - keys: what gives numbers.
  /// - Returns: what is to be written, in this order, all or nothing. The last one is that of the snapshot.
  public mutating func encode(
    _ snapshot: Snapshot, at wallTime: WallTime, keys: inout some RecordedKeys
  ) throws -> [RecordedInterval] {
    encoded = snapshot
    let intervals = try encode(from: written, to: snapshot, wallTime, kind: .interval, &keys)
    encodedAmount = Amount(intervals: 1, rows: intervals.reduce(0) { $0 + $1.rows.count })
    return intervals
  }

  /// All that had been counted by the snapshot that was written last: with what another recording begins. Its places are
  /// told again in what follows.
  public mutating func base(at wallTime: WallTime, keys: inout some RecordedKeys) throws -> [RecordedInterval] {
    guard let written else { return [] }
    didLose()
    return try encode(from: nil, to: written, wallTime, kind: .base, &keys)
  }

  /// A checkpoint at the snapshot that was written last, where it is time for one: reading what came since the one
  /// before takes as long as reading some of them.
  ///
  /// - Returns: nil where it is not yet.
  public mutating func checkpoint(keys: inout some RecordedKeys) throws -> Checkpoint? {
    guard let written, let tally, tally.isBetweenIntervals, behind.intervals >= Self.fewestIntervals,
      behind.rows + Self.rowsOfAnInterval * behind.intervals >= Self.factor * written.rowCount
    else { return nil }
    behind = Amount()
    // A copy: what it looks up is told to nobody.
    var copy = self
    return try copy.makeCheckpoint(of: written, tally.past, &keys)
  }

  /// Between two checkpoints: ten minutes, of one interval a second.
  static let fewestIntervals = 600
  /// Reading an interval takes as long as reading so many rows.
  private static let rowsOfAnInterval = 8
  private static let factor = 3

  private mutating func makeCheckpoint(
    of written: Snapshot, _ past: TallyPast, _ keys: inout some RecordedKeys
  ) throws -> Checkpoint {
    var checkpoint = Checkpoint()
    let base = try encode(from: nil, to: written, WallTime(milliseconds: 0), kind: .base, &keys)
    checkpoint.rows = base[base.count - 1].rows
    let place = KeyPlace(paths: written.paths, tellsPlaces: false)
    func number(_ id: PathID) throws -> Int64 { try self.number(of: id, at: place, &checkpoint.rows, &keys) }
    checkpoint.rows.pathPlaces = try written.paths.keyIDs.filter { $0 != .other }.map {
      RecordedRows.Place(row: $0.slot, key: try number($0))
    }
    checkpoint.totalPeak = past.totalPeak
    checkpoint.paths = try past.paths.map {
      Checkpoint.OfPath(path: try number($0.id), row: $0.row, counted: $0.counted, peak: $0.peak)
    }
    checkpoint.failures = try past.failures.compactMap { past in
      guard let key = written.failures.key(of: past.id) else { return nil }
      return Checkpoint.OfFailure(path: try number(key.path), error: key.error, counted: past.counted)
    }
    guard let launches = written.uses?.launches else { return checkpoint }
    func number(_ id: ID<Launch>) throws -> Int64? {
      guard let key = launches.key(of: id) else { return nil }
      return try self.number(of: key, id, at: place, &checkpoint.rows, &keys)
    }
    checkpoint.rows.launchPlaces = try launches.keyIDs.compactMap { id in
      try number(id).map { RecordedRows.Place(row: id.slot, key: $0) }
    }
    checkpoint.launchesOfOther = try launches.keyIDs.compactMap { id in
      guard let path = launches.key(of: id)?.owner.path, path == .other || written.paths.key(of: path) == nil else {
        return nil
      }
      return try number(id)
    }
    checkpoint.launches = try past.launches.compactMap { past in
      try number(past.id).map { Checkpoint.OfLaunch(launch: $0, last: past.last) }
    }
    return checkpoint
  }

  private mutating func encode(
    from written: Snapshot?, to now: Snapshot, _ wallTime: WallTime, kind: RecordedInterval.Kind,
    _ keys: inout some RecordedKeys
  ) throws -> [RecordedInterval] {
    let isAnew = written.map { $0.series != now.series } ?? false
    let before = isAnew ? nil : written
    func interval(_ kind: RecordedInterval.Kind) -> RecordedInterval {
      RecordedInterval(kind: kind, wallTime: wallTime, time: now.time)
    }
    var (gone, moved, vanished) = (interval(.gone), interval(.moved), interval(.vanished))
    var last = interval(kind)
    last.series = now.series
    last.totals = now.totals
    last.machine = now.uses?.machine
    last.mapRows = now.mapRows
    last.notice = now.notice

    let paths = FamilyChanges(from: before?.paths, to: now.paths, referents: ())
    let failures = FamilyChanges(from: before?.failures, to: now.failures, referents: now.paths.identities)
    let launches = now.uses.map { FamilyChanges(from: before?.uses?.launches, to: $0.launches, referents: ()) }
    let endings = now.uses.map {
      FamilyChanges(from: before?.uses?.endings, to: $0.endings, referents: now.paths.identities)
    }

    // What has gone refers to what there was before, and is looked up while its numbers are still known.
    let then = KeyPlace(paths: before?.paths ?? now.paths, tellsPlaces: false)
    try take(
      failures.gone, endings?.gone ?? [], launches?.gone ?? [], paths.gone, at: then, into: &gone.rows, &keys)
    let place = KeyPlace(paths: now.paths, tellsPlaces: true)
    try take(
      failures.moved, endings?.moved ?? [], launches?.moved ?? [], paths.moved, at: place, into: &moved.rows, &keys)
    try take(
      failures.vanished, endings?.vanished ?? [], launches?.vanished ?? [], paths.vanished, at: place,
      into: &vanished.rows, &keys)
    // Those of which there is nothing yet are what others were launched by.
    for (id, _) in paths.keys { _ = try number(of: id, at: place, &last.rows, &keys) }
    for (id, launch) in launches?.keys ?? [] { _ = try number(of: launch, id, at: place, &last.rows, &keys) }
    try take(
      failures.changed, endings?.changed ?? [], launches?.changed ?? [], paths.changed, at: place, into: &last.rows,
      &keys)
    takeNames(of: now, before: before, into: &last.rows)
    return (isAnew ? [interval(.restart)] : []) + [gone, moved, vanished].filter { !$0.rows.isEmpty } + [last]
  }

  /// Where the ids of keys are looked up.
  private struct KeyPlace {
    var paths: Sums<Path>
    /// The places of keys that are new are told.
    var tellsPlaces: Bool
  }

  private mutating func take(
    _ failures: [FamilyChanges<Failure>.Row], _ endings: [FamilyChanges<Ending>.Row],
    _ launches: [FamilyChanges<Launch>.Row], _ paths: [FamilyChanges<Path>.Row], at place: KeyPlace,
    into rows: inout RecordedRows, _ keys: inout some RecordedKeys
  ) throws {
    // The paths first: theirs are the places in the order of the walk.
    for row in paths {
      let path = try number(of: row.id, at: place, &rows, &keys)
      rows.execs.append(RecordedRows.Execs(path: path, count: row.figures[0]))
    }
    for row in failures {
      let path = try number(of: row.key.path, at: place, &rows, &keys)
      rows.failures.append(RecordedRows.Failures(path: path, error: row.key.error, count: row.figures[0]))
    }
    for row in launches {
      let launch = try number(of: row.key, row.id, at: place, &rows, &keys)
      rows.uses.append(RecordedRows.Uses(launch: launch, figures: row.figures))
    }
    for row in endings {
      let path = try number(of: row.key.owner, at: place, &rows, &keys)
      rows.endings.append(
        RecordedRows.Endings(
          path: path, status: row.key.status.word, bucket: Int32(row.key.wall.number), count: row.figures[0]))
    }
  }

  private mutating func number(
    of id: PathID, at place: KeyPlace, _ rows: inout RecordedRows, _ keys: inout some RecordedKeys
  ) throws -> Int64 {
    guard id != .other, let path = place.paths.key(of: id) else { return ReservedNumber.other.rawValue }
    let slot = Int(id.slot)
    if slot < pathNumbers.count, let known = pathNumbers[slot], known.id == id { return known.number }
    let number = try keys.number(of: path)
    pathNumbers.grow(to: slot + 1, with: nil)
    pathNumbers[slot] = Numbered(id: id, number: number)
    if place.tellsPlaces { rows.pathPlaces.append(RecordedRows.Place(row: id.slot, key: number)) }
    return number
  }

  private mutating func number(
    of owner: Owner, at place: KeyPlace, _ rows: inout RecordedRows, _ keys: inout some RecordedKeys
  ) throws -> Int64 {
    guard let path = owner.path else { return ReservedNumber(owner).rawValue }
    return try number(of: path, at: place, &rows, &keys)
  }

  private mutating func number(
    of launch: Launch, _ id: ID<Launch>, at place: KeyPlace, _ rows: inout RecordedRows, _ keys: inout some RecordedKeys
  ) throws -> Int64 {
    let slot = Int(id.slot)
    if slot < launchNumbers.count, let known = launchNumbers[slot], known.id == id { return known.number }
    let path = try number(of: launch.owner, at: place, &rows, &keys)
    let number = try keys.number(
      of: RecordedLaunch(
        number: launch.number, parent: launch.parent, path: path, user: launch.user, group: launch.group))
    launchNumbers.grow(to: slot + 1, with: nil)
    launchNumbers[slot] = Numbered(id: id, number: number)
    if place.tellsPlaces { rows.launchPlaces.append(RecordedRows.Place(row: id.slot, key: number)) }
    return number
  }

  private func takeNames(of now: Snapshot, before: Snapshot?, into rows: inout RecordedRows) {
    let names = now.uses?.names ?? LaunchNames()
    let then = before?.uses?.names ?? LaunchNames()
    guard names != then else { return }
    for (user, name) in names.users where then.users[user] != name { rows.users[user] = name }
    for (group, path) in names.groups where then.groups[group] != path { rows.units[group] = path }
    for user in then.users.keys where names.users[user] == nil { rows.users[user] = .some(nil) }
    for group in then.groups.keys where names.groups[group] == nil { rows.units[group] = .some(nil) }
  }
}

extension Snapshot {
  /// Rows of all families.
  fileprivate var rowCount: Int {
    paths.slotCount + failures.slotCount + (uses.map { $0.launches.slotCount + $0.endings.slotCount } ?? 0)
  }
}
