import ExecTopCounting
import ExecTopRecording
import ExecTopText

/// What is written again and again.
final class Statements {
  let session: Statement
  let checkpoint: Statement
  var keys: StoredKeys
  private let interval: Statement
  private let execs: Statement
  private let failures: Statement
  private let uses: Statement
  private let endings: Statement
  private let pathRow: Statement
  private let launchRow: Statement
  private let userName: Statement
  private let unitName: Statement

  init(_ database: Database) throws(StoreError) {
    func insert(_ table: String, _ columns: Int) throws(StoreError) -> Statement {
      let places = Array(repeating: "?", count: columns).joined(separator: ", ")
      return try database.prepare("INSERT OR REPLACE INTO \(table) VALUES (\(places))")
    }
    session = try database.prepare(
      "INSERT INTO session (began, began_seconds, mode, capacity, counts_from_zero) VALUES (?, ?, ?, ?, ?)")
    checkpoint = try insert("checkpoint", 2)
    interval = try insert("interval", 5 + Schema.totals.count)
    execs = try insert("execs", 3)
    failures = try insert("failures", 4)
    uses = try insert("uses", 2 + Schema.figures.count)
    endings = try insert("endings", 5)
    pathRow = try insert("path_row", 3)
    launchRow = try insert("launch_row", 3)
    userName = try insert("user_name", 4)
    unitName = try insert("unit_name", 5)
    keys = try StoredKeys(database)
  }

  func write(_ written: RecordedInterval, id: Int64, session: Int64) throws(StoreError) {
    try interval.run(Statements.values(of: written, id: id, session: session))
    let rows = written.rows
    for row in rows.pathPlaces { try pathRow.run(integers: [id, Int64(row.row), row.key]) }
    for row in rows.launchPlaces { try launchRow.run(integers: [id, Int64(row.row), row.key]) }
    for row in rows.execs { try execs.run(integers: [id, row.path, row.count]) }
    for row in rows.failures { try failures.run(integers: [id, row.path, Int64(row.error), row.count]) }
    for row in rows.uses { try uses.run(integers: [id, row.launch] + row.figures) }
    for row in rows.endings {
      try endings.run(integers: [id, row.path, Int64(row.status), Int64(row.bucket), row.count])
    }
    for (user, name) in rows.users {
      let safe = name.map { SafeText(Array($0.utf8)).string }
      try userName.run([.integer(id), .integer(session), .integer(Int64(user)), Statement.Value(safe)])
    }
    for (unit, name) in rows.units {
      let text = name.map { StoredText($0.bytes) }
      try unitName.run([
        .integer(id), .integer(session), Statement.Value(unit), Statement.Value(text?.text), text?.bytes ?? .null,
      ])
    }
  }

  private static func values(of interval: RecordedInterval, id: Int64, session: Int64) -> [Statement.Value] {
    let fixed: [Statement.Value] = [
      .integer(id), .integer(session), .integer(interval.kind.rawValue), .integer(interval.wallTime.milliseconds),
      .real(interval.time),
    ]
    // What only prepares an interval has no sums.
    guard interval.kind == .interval || interval.kind == .base else {
      return fixed + Schema.totals.map { _ in .null }
    }
    let (totals, machine) = (interval.totals, interval.machine)
    return fixed + [.integer(Int64(interval.series)), Statement.Value(totals.execs), Statement.Value(totals.failed)]
      + totals.unattributed.all.map { Statement.Value($0.count) } + [
        Statement.Value(totals.failedWithoutErrno), Statement.Value(totals.unaccounted), Statement.Value(totals.begun),
        Statement.Value(totals.underWay), Statement.Value(interval.mapRows),
        // Nothing is known of processes: null. Of the CPUs, though it is of processes: none.
        machine.map { .integer(Int64($0.cpus ?? 0)) } ?? .null,
        Statement.Value(machine?.busy), Statement.Value(machine?.interrupts), Statement.Value(machine?.steal),
        Statement.Value(machine?.unread), Statement.Value(interval.notice), Statement.Value(interval.gap),
      ]
  }
}

/// Bytes from outside as a recording keeps them: as they are shown, and themselves where that differs.
struct StoredText {
  let text: String
  let bytes: Statement.Value

  init(_ bytes: [UInt8]) {
    let safe = SafeText(bytes)
    text = safe.string
    self.bytes = safe.isFaithful ? .null : .blob(bytes)
  }
}

/// The numbers of paths and launches in a recording.
struct StoredKeys: RecordedKeys {
  var session: Int64 = 0
  private let database: Database
  private let findPath: Statement
  private let addPath: Statement
  private let findLaunch: Statement
  private let addLaunch: Statement

  init(_ database: Database) throws(StoreError) {
    self.database = database
    findPath = try database.prepare("SELECT id FROM path WHERE path = ? AND cut = ?")
    addPath = try database.prepare("INSERT INTO path (path, bytes, cut) VALUES (?, ?, ?)")
    findLaunch = try database.prepare("SELECT id FROM launch WHERE session = ? AND number = ?")
    addLaunch = try database.prepare(
      "INSERT INTO launch (session, number, parent, path, user, unit) VALUES (?, ?, ?, ?, ?, ?)")
  }

  func number(of path: Path) throws -> Int64 {
    let stored = StoredText(path.bytes)
    let cut: Statement.Value = .integer(path.isCut ? 1 : 0)
    try findPath.bind([.text(stored.text), cut])
    defer { findPath.reset() }
    if try findPath.step() { return findPath.integer(0) }
    try addPath.run([.text(stored.text), stored.bytes, cut])
    return database.lastRow
  }

  func number(of launch: RecordedLaunch) throws -> Int64 {
    try findLaunch.bind([.integer(session), Statement.Value(launch.number)])
    defer { findLaunch.reset() }
    if try findLaunch.step() { return findLaunch.integer(0) }
    try addLaunch.run([
      .integer(session), Statement.Value(launch.number), Statement.Value(launch.parent), .integer(launch.path),
      launch.user == Launch.unknownUser ? .null : .integer(Int64(launch.user)),
      launch.group == 0 ? .null : Statement.Value(launch.group),
    ])
    return database.lastRow
  }
}
