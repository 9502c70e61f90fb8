import ExecTopCounting
import ExecTopRecording
import ExecTopText

/// The form of a recording. README describes it, under "Recordings".
enum Schema {
  /// `PRAGMA application_id`: "exec".
  static let application: Int64 = 0x6578_6563
  /// `PRAGMA user_version`: raised with every change that an older exectop would read wrongly.
  static let version: Int64 = 1

  /// The columns of a launch's figures, in the order of `UseFigure`.
  static let figures = UseFigure.allCases.map(name(of:))

  static func name(of figure: UseFigure) -> String {
    switch figure {
    case .execs: "execs"
    case .failed: "failed"
    case .searches: "searches"
    case .cpu: "cpu"
    case .wall: "wall"
    case .majorFaults: "major_faults"
    case .errors: "errors"
    case .longest: "longest"
    case .resident: "resident"
    case .running: "running"
    case .runningCPU: "running_cpu"
    }
  }

  /// Why execs have no row, by the names that records have for it.
  static let reasons = Reason.allCases.map(\.rawValue)

  /// The columns of an interval behind those that all have.
  static let totals =
    ["series", "execs", "failed"] + reasons + [
      "failed_without_errno", "unaccounted", "begun", "under_way", "map_rows", "cpus", "cpu_machine",
      "cpu_interrupts", "cpu_steal", "cpu_unread", "notice", "gap",
    ]

  static var creation: String {
    """
    CREATE TABLE session (id INTEGER PRIMARY KEY, began INTEGER NOT NULL, began_seconds REAL NOT NULL, ended INTEGER,
      mode TEXT NOT NULL, capacity INTEGER, counts_from_zero INTEGER NOT NULL);
    CREATE TABLE interval (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, kind INTEGER NOT NULL,
      time INTEGER NOT NULL, seconds REAL NOT NULL, \(totals.joined(separator: ", ")));
    CREATE INDEX interval_of_session ON interval (session, id);
    CREATE TABLE path (id INTEGER PRIMARY KEY, path TEXT NOT NULL, bytes BLOB, cut INTEGER NOT NULL,
      UNIQUE (path, cut));
    CREATE TABLE launch (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, number INTEGER NOT NULL,
      parent INTEGER NOT NULL, path INTEGER NOT NULL, user INTEGER, unit INTEGER, UNIQUE (session, number));
    CREATE TABLE execs (interval INTEGER NOT NULL, path INTEGER NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (interval, path)) WITHOUT ROWID;
    CREATE TABLE failures (interval INTEGER NOT NULL, path INTEGER NOT NULL, errno INTEGER NOT NULL,
      count INTEGER NOT NULL, PRIMARY KEY (interval, path, errno)) WITHOUT ROWID;
    CREATE TABLE uses (interval INTEGER NOT NULL, launch INTEGER NOT NULL,
      \(figures.map { "\($0) INTEGER NOT NULL" }.joined(separator: ", ")),
      PRIMARY KEY (interval, launch)) WITHOUT ROWID;
    CREATE TABLE endings (interval INTEGER NOT NULL, path INTEGER NOT NULL, status INTEGER NOT NULL,
      bucket INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (interval, path, status, bucket)) WITHOUT ROWID;
    CREATE TABLE path_row (interval INTEGER NOT NULL, row INTEGER NOT NULL, path INTEGER NOT NULL,
      PRIMARY KEY (interval, row)) WITHOUT ROWID;
    CREATE TABLE launch_row (interval INTEGER NOT NULL, row INTEGER NOT NULL, launch INTEGER NOT NULL,
      PRIMARY KEY (interval, row)) WITHOUT ROWID;
    CREATE TABLE user_name (interval INTEGER NOT NULL, session INTEGER NOT NULL, user INTEGER NOT NULL, name TEXT,
      PRIMARY KEY (interval, user)) WITHOUT ROWID;
    CREATE INDEX name_of_user ON user_name (session, user, interval);
    CREATE TABLE unit_name (interval INTEGER NOT NULL, session INTEGER NOT NULL, unit INTEGER NOT NULL, name TEXT,
      bytes BLOB, PRIMARY KEY (interval, unit)) WITHOUT ROWID;
    CREATE INDEX name_of_unit ON unit_name (session, unit, interval);
    CREATE TABLE errno (errno INTEGER PRIMARY KEY, name TEXT NOT NULL);
    \(checkpoints)
    \(views)
    \(reservedPaths)
    \(errorNames)
    PRAGMA user_version = \(version);
    PRAGMA application_id = \(application);
    """
  }

  /// All that had been counted by some intervals, for those who replay (`Checkpoint`). A recording can lack it, and
  /// nothing else refers to it.
  static let checkpoints =
    "CREATE TABLE IF NOT EXISTS checkpoint (interval INTEGER PRIMARY KEY, state BLOB NOT NULL);"

  /// What queries are made of: times as text in UTC, names instead of numbers, CPU time in seconds. Nothing in them comes
  /// from before the oldest interval that is kept.
  private static let views = """
    CREATE VIEW total AS SELECT datetime(i.time / 1000, 'unixepoch') AS time, i.session, i.seconds - s.began_seconds
        AS elapsed, i.execs, i.failed, i.gap
      FROM interval i JOIN session s ON s.id = i.session WHERE i.kind = 0;
    CREATE VIEW ran AS SELECT datetime(i.time / 1000, 'unixepoch') AS time, p.path, e.count AS execs
      FROM interval i JOIN execs e ON e.interval = i.id JOIN path p ON p.id = e.path WHERE i.kind = 0;
    CREATE VIEW failure AS SELECT datetime(i.time / 1000, 'unixepoch') AS time, p.path,
        coalesce(n.name, 'E' || f.errno) AS error, f.count AS failed
      FROM interval i JOIN failures f ON f.interval = i.id JOIN path p ON p.id = f.path
        LEFT JOIN errno n ON n.errno = f.errno WHERE i.kind = 0;
    CREATE VIEW used AS SELECT datetime(i.time / 1000, 'unixepoch') AS time, l.id AS launch, p.path,
        coalesce((SELECT name FROM user_name n WHERE n.session = l.session AND n.user = l.user
          ORDER BY n.interval DESC LIMIT 1), l.user) AS user,
        (SELECT name FROM unit_name n WHERE n.session = l.session AND n.unit = l.unit
          ORDER BY n.interval DESC LIMIT 1) AS unit,
        u.execs, u.failed, u.searches, u.cpu / 1e9 AS cpu, u.errors, u.longest / 1e9 AS longest, u.resident, u.running
      FROM interval i JOIN uses u ON u.interval = i.id JOIN launch l ON l.id = u.launch JOIN path p ON p.id = l.path
      WHERE i.kind = 0;
    CREATE VIEW chain AS WITH RECURSIVE up (launch, session, parent, chain, depth) AS (
        SELECT l.id, l.session, l.parent, p.path, 1 FROM launch l JOIN path p ON p.id = l.path
        UNION ALL
        SELECT up.launch, l.session, l.parent, p.path || ' > ' || up.chain, up.depth + 1
          FROM up JOIN launch l ON l.session = up.session AND l.number = up.parent JOIN path p ON p.id = l.path
          WHERE up.parent <> 0 AND up.depth < 64)
      SELECT launch, chain FROM up u
        WHERE depth = (SELECT max(depth) FROM up WHERE up.launch = u.launch);
    """

  private static var reservedPaths: String {
    ReservedNumber.allCases.map { "INSERT INTO path VALUES (\($0.rawValue), '\($0.name)', NULL, -1);" }
      .joined(separator: "\n")
  }

  private static var errorNames: String {
    // The highest one that has a name is 516.
    (Int32(0)..<600).map { ($0, ErrorName.of($0)) }.filter { $0.1 != "E\($0.0)" }
      .map { "INSERT INTO errno VALUES (\($0.0), '\($0.1)');" }.joined(separator: "\n")
  }
}
