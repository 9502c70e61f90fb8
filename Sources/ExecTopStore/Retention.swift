import ExecTopCounting
import ExecTopRecording
import ExecTopText

/// How much of the past a recording keeps. This is the one place where anything of it goes: the oldest intervals, whose
/// changes are added up in the base of their session first, and sessions of which no interval is left, whose sums are added
/// to those of session 0.
public struct Retention: Sendable {
  /// Seconds. Nil: all.
  public var age: Seconds?
  /// Bytes. Nil: all.
  public var size: Int64?
  /// Launches of sessions that are gone that are kept apart.
  var launchLimit: Int64 = 32_768
  private var writes = 0
  /// Paths and launches that there were when it was last looked which of them nothing refers to any more.
  private var keysKept: Int64?

  public init(age: Seconds? = nil, size: Int64? = nil) {
    self.age = age
    self.size = size
  }

  /// Looked at only so often: most of the time there is nothing to do.
  private static let every = 16
  /// Intervals that go at a time, so that nothing waits for long.
  private static let mostAtOnce: Int64 = 2000

  /// - Parameters:
  ///   - session: the one that is being written, of which the last interval stays.
  mutating func apply(to database: Database, now: WallTime, session: Int64, last: Int64) throws {
    guard age != nil || size != nil else { return }
    writes += 1
    guard writes % Self.every == 0 else { return }
    guard let end = try ageEnd(database, now) ?? sizeEnd(database) else { return }
    try database.transaction {
      try forget(through: min(end, last - 1), in: database, current: session)
      try dropUnusedKeys(database)
    }
  }

  /// The last interval that is too old. Not each by itself, but a fiftieth of all at a time.
  private func ageEnd(_ database: Database, _ now: WallTime) throws -> Int64? {
    guard let age else { return nil }
    let oldest = now.milliseconds - Int64(age * 1000)
    let first = try database.number(
      "SELECT coalesce((SELECT time FROM interval WHERE kind = 0 ORDER BY id LIMIT 1), 0)")
    guard first > 0, first < oldest - Int64(age * 20) else { return nil }
    let end = try database.number(
      """
      SELECT coalesce(max(id), 0) FROM (SELECT id, time FROM interval WHERE kind = 0 ORDER BY id LIMIT \(Self.mostAtOnce))
        WHERE time < \(oldest)
      """)
    return end > 0 ? end : nil
  }

  /// A twentieth of the intervals, where the file has grown too large. What goes leaves room in it that is used again.
  private func sizeEnd(_ database: Database) throws -> Int64? {
    guard let size else { return nil }
    let pages = try database.number("PRAGMA page_count") - database.number("PRAGMA freelist_count")
    // Room for what comes until the next look, and for the log beside the file.
    guard pages * (try database.number("PRAGMA page_size")) > size / 20 * 19 else { return nil }
    let count = try database.number("SELECT count(*) FROM interval WHERE kind = 0")
    // More than have come since the last look.
    let going = min(Self.mostAtOnce, max(count / 20, 2 * Int64(Self.every)))
    let end = try database.number(
      "SELECT coalesce(max(id), 0) FROM (SELECT id FROM interval WHERE kind = 0 ORDER BY id LIMIT \(going))")
    return end > 0 ? end : nil
  }

  // MARK: Adding up

  private func forget(through end: Int64, in database: Database, current: Int64) throws {
    try database.run("DELETE FROM checkpoint WHERE interval <= \(end)")
    let sessions = try database.numbers("SELECT DISTINCT session FROM interval WHERE id <= \(end) AND session > 0")
    for session in sessions {
      let base = try database.number("SELECT min(id) FROM interval WHERE session = \(session)")
      let last = try database.number(
        "SELECT coalesce(max(id), 0) FROM interval WHERE session = \(session) AND kind = 0 AND id <= \(end)")
      if last > base { try addUp(session, base: base, through: last, in: database) }
      let left = try database.number("SELECT count(*) FROM interval WHERE session = \(session) AND kind = 0")
      if left == 0, session != current { try close(session, base: base, in: database) }
    }
  }

  /// Adds the changes up to an interval to the base of their session.
  private func addUp(_ session: Int64, base: Int64, through last: Int64, in database: Database) throws {
    let span = "interval > \(base) AND interval <= \(last)"
    let restart = try database.number(
      "SELECT coalesce(max(id), 0) FROM interval WHERE session = \(session) AND kind = \(kind(.restart)) AND id <= \(last)"
    )
    if restart > 0 {
      for table in ["execs", "failures", "endings", "uses"] {
        try database.run("DELETE FROM \(table) WHERE interval >= \(base) AND interval < \(restart)")
      }
    }
    // Whose place is free again.
    let gone = try database.numbers(
      "SELECT id FROM interval WHERE session = \(session) AND kind = \(kind(.gone)) AND id <= \(last) ORDER BY id")
    for interval in gone {
      for (places, key, changes) in [("path_row", "path", "execs"), ("launch_row", "launch", "uses")] {
        try database.run(
          """
          DELETE FROM \(places) WHERE interval >= \(base) AND interval < \(interval)
            AND \(key) IN (SELECT \(key) FROM \(changes) WHERE interval = \(interval))
          """)
      }
    }
    for (table, keys) in [("execs", "path"), ("failures", "path, errno"), ("endings", "path, status, bucket")] {
      try database.run(
        """
        INSERT INTO \(table) SELECT \(base), \(keys), sum(count) FROM \(table) WHERE \(span) GROUP BY \(keys)
          ON CONFLICT DO UPDATE SET count = count + excluded.count;
        DELETE FROM \(table) WHERE \(span);
        DELETE FROM \(table) WHERE interval = \(base) AND count = 0;
        """)
    }
    try addUpUses(base: base, span, in: database)
    for (table, columns) in [
      ("path_row", "row, path"), ("launch_row", "row, launch"), ("user_name", "session, user, name"),
      ("unit_name", "session, unit, name, bytes"),
    ] {
      // The last one of a key, or of a row, is what holds.
      try database.run(
        """
        INSERT OR REPLACE INTO \(table) SELECT \(base), \(columns) FROM \(table) WHERE \(span) ORDER BY interval;
        DELETE FROM \(table) WHERE \(span);
        """)
    }
    let columns = (["time", "seconds"] + Schema.totals.filter { $0 != "notice" && $0 != "gap" }).joined(separator: ", ")
    try database.run(
      """
      UPDATE interval SET (\(columns)) = (SELECT \(columns) FROM interval WHERE id = \(last)) WHERE id = \(base);
      DELETE FROM interval WHERE id > \(base) AND id <= \(last);
      """)
  }

  private func addUpUses(base: Int64, _ span: String, in database: Database) throws {
    let sums = UseFigure.allCases.filter(\.kind.isSum).map(Schema.name)
    let latest = UseFigure.allCases.filter { !$0.kind.isSum }.map(Schema.name)
    let all = Schema.figures
    let added = all.map { sums.contains($0) ? "sum(\($0)) AS \($0)" : $0 }.joined(separator: ", ")
    // With max, the columns beside it are those of the row that has it.
    try database.run(
      """
      INSERT INTO uses SELECT \(base), launch, \(all.joined(separator: ", ")) FROM
        (SELECT launch, \(added), max(interval) FROM uses WHERE \(span) GROUP BY launch) WHERE true
        ON CONFLICT DO UPDATE SET \(sums.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")),
          \(latest.map { "\($0) = excluded.\($0)" }.joined(separator: ", "));
      DELETE FROM uses WHERE \(span);
      DELETE FROM uses WHERE interval = \(base) AND \(all.map { "\($0) = 0" }.joined(separator: " AND "));
      """)
  }

  private func kind(_ kind: RecordedInterval.Kind) -> Int64 { kind.rawValue }

  /// Adds what is left of a session to session 0, and removes it.
  private func close(_ session: Int64, base: Int64, in database: Database) throws {
    let totals =
      ["execs", "failed"] + Schema.reasons + ["failed_without_errno", "unaccounted", "begun", "cpu_machine"]
    try database.run(
      """
      INSERT OR IGNORE INTO interval (id, session, kind, time, seconds) VALUES (0, 0, \(kind(.base)), 0, 0);
      UPDATE interval SET time = (SELECT time FROM interval WHERE id = \(base)),
        \(totals.map { "\($0) = coalesce(\($0), 0) + coalesce((SELECT \($0) FROM interval WHERE id = \(base)), 0)" }
          .joined(separator: ", ")) WHERE id = 0;
      """)
    for (table, keys) in [("execs", "path"), ("failures", "path, errno"), ("endings", "path, status, bucket")] {
      try database.run(
        """
        INSERT INTO \(table) SELECT 0, \(keys), count FROM \(table) WHERE interval = \(base)
          ON CONFLICT DO UPDATE SET count = count + excluded.count;
        DELETE FROM \(table) WHERE interval = \(base);
        """)
    }
    var closed = try ClosedSession(session, base: base, in: database)
    try closed.close(limit: launchLimit)
    try database.run(
      """
      DELETE FROM uses WHERE interval = \(base);
      DELETE FROM path_row WHERE interval = \(base);
      DELETE FROM launch_row WHERE interval = \(base);
      DELETE FROM user_name WHERE session = \(session);
      DELETE FROM unit_name WHERE session = \(session);
      DELETE FROM launch WHERE session = \(session);
      DELETE FROM interval WHERE id = \(base);
      DELETE FROM session WHERE id = \(session);
      """)
  }

  // MARK: Keys

  /// Removes paths and launches to which nothing refers any more, once there are twice as many as were kept the last time.
  private mutating func dropUnusedKeys(_ database: Database) throws {
    let count = "SELECT (SELECT count(*) FROM path) + (SELECT count(*) FROM launch)"
    let keys = try database.number(count)
    guard keys > 2 * (keysKept ?? 10_000) else { return }
    try database.run(
      """
      DELETE FROM launch WHERE id NOT IN (SELECT launch FROM uses UNION SELECT launch FROM launch_row)
        AND (session, number) NOT IN (SELECT session, parent FROM launch);
      DELETE FROM path WHERE id > 0 AND id NOT IN (SELECT path FROM execs UNION SELECT path FROM failures
        UNION SELECT path FROM endings UNION SELECT path FROM launch UNION SELECT path FROM path_row);
      """)
    keysKept = max(10_000, try database.number(count))
  }
}

extension Database {
  /// What a query gives that gives one number a row.
  func numbers(_ sql: String) throws(StoreError) -> [Int64] {
    let statement = try prepare(sql, "read")
    var numbers: [Int64] = []
    while try statement.step() { numbers.append(statement.integer(0)) }
    return numbers
  }
}
