import ExecTopCounting
import ExecTopRecording

/// Adds what processes used in a session of which no interval is left to the sums of session 0, by launch.
///
/// Launches have other numbers in each session, and so have control groups after each boot. In session 0 they are numbered
/// anew: equal chains of programs, of equal users and of units of equal names, are one launch.
struct ClosedSession {
  private let database: Database
  private let session: Int64
  /// The interval that holds its sums.
  private let base: Int64
  private let find: Statement
  private let add: Statement
  private let move: Statement
  private var launches: [Int64: Row] = [:]
  /// Of the launches of this session, by number: those of session 0.
  private var targets: [Int64: Target] = [:]
  private var units: [Int64: Int64?] = [:]

  private struct Row {
    var parent: Int64
    var path: Int64
    var user: Int64?
    var unit: Int64?
  }

  private struct Target {
    var id: Int64
    var number: Int64
  }

  /// A chain that is longer is of a damaged file.
  private static let longest = 64

  init(_ session: Int64, base: Int64, in database: Database) throws {
    self.database = database
    self.session = session
    self.base = base
    find = try database.prepare(
      "SELECT id, number FROM launch WHERE session = 0 AND parent = ? AND path = ? AND user IS ? AND unit IS ?")
    add = try database.prepare(
      """
      INSERT INTO launch (session, number, parent, path, user, unit)
        SELECT 0, 1 + coalesce(max(number), 0), ?, ?, ?, ? FROM launch WHERE session = 0
      """)
    let columns = UseFigure.allCases.map { figure in
      figure.kind == .gauge ? "0" : Schema.name(of: figure)
    }.joined(separator: ", ")
    let merged = UseFigure.allCases.filter { $0.kind != .gauge }.map { figure in
      let name = Schema.name(of: figure)
      return figure.kind.isSum ? "\(name) = \(name) + excluded.\(name)" : "\(name) = max(\(name), excluded.\(name))"
    }.joined(separator: ", ")
    move = try database.prepare(
      "INSERT INTO uses SELECT 0, ?, \(columns) FROM uses WHERE interval = ? AND launch = ? "
        + "ON CONFLICT DO UPDATE SET \(merged)")
  }

  /// Moves all sums.
  ///
  /// - Parameter limit: of session 0, so many launches are kept apart; the sums of the coldest of the others are kept by
  ///   path alone.
  mutating func close(limit: Int64) throws {
    // To look for a launch by what it is: the form of a recording has no such index.
    try database.run("CREATE INDEX closed_launch ON launch (session, parent, path)")
    let rows = try database.prepare("SELECT number, parent, path, user, unit FROM launch WHERE session = \(session)")
    while try rows.step() {
      launches[rows.integer(0)] = Row(
        parent: rows.integer(1), path: rows.integer(2), user: rows.optionalInteger(3), unit: rows.optionalInteger(4))
    }
    let used = try database.prepare(
      "SELECT l.id, l.number FROM uses u JOIN launch l ON l.id = u.launch WHERE u.interval = \(base)")
    var ids: [(id: Int64, number: Int64)] = []
    while try used.step() { ids.append((used.integer(0), used.integer(1))) }
    for (id, number) in ids where launches[number] != nil {
      let target = try target(of: number, depth: 0)
      try move.run(integers: [target.id, base, id])
    }
    try database.run(
      """
      INSERT OR REPLACE INTO user_name SELECT 0, 0, user, name FROM user_name
        WHERE session = \(session) AND name IS NOT NULL ORDER BY interval
      """)
    try keepFewer(than: limit)
    try database.run("DROP INDEX closed_launch")
  }

  private mutating func target(of number: Int64, depth: Int) throws -> Target {
    if let known = targets[number] { return known }
    guard let row = launches[number] else { return Target(id: 0, number: 0) }
    let hasParent = row.parent != 0 && depth < Self.longest && launches[row.parent] != nil
    let parent = hasParent ? try target(of: row.parent, depth: depth + 1).number : 0
    let target = try launch(
      parent: parent, path: row.path, user: row.user, unit: try row.unit.flatMap { try unit(of: $0) })
    targets[number] = target
    return target
  }

  /// That launch of session 0, which is made where it is not there yet.
  private func launch(parent: Int64, path: Int64, user: Int64?, unit: Int64?) throws -> Target {
    let key = [.integer(parent), .integer(path), Statement.Value(user), Statement.Value(unit)]
    try find.bind(key)
    if try find.step() {
      defer { find.reset() }
      return Target(id: find.integer(0), number: find.integer(1))
    }
    try add.run(key)
    let id = database.lastRow
    return Target(id: id, number: try database.number("SELECT number FROM launch WHERE id = \(id)"))
  }

  /// The number that a control group has in session 0, by its last name. Nil if it has none.
  private mutating func unit(of group: Int64) throws -> Int64? {
    if let known = units[group] { return known }
    let name = "FROM unit_name WHERE session = \(session) AND unit = \(group) AND name IS NOT NULL"
    let found = try database.number(
      """
      SELECT coalesce((SELECT z.unit FROM unit_name z WHERE z.session = 0
        AND z.name = (SELECT name \(name) ORDER BY interval DESC LIMIT 1) LIMIT 1), 0)
      """)
    var unit: Int64? = found
    if found == 0 {
      let next = try database.number("SELECT 1 + coalesce(max(unit), 0) FROM unit_name WHERE session = 0")
      try database.run(
        "INSERT INTO unit_name SELECT 0, 0, \(next), name, bytes \(name) ORDER BY interval DESC LIMIT 1")
      unit = try database.number("SELECT count(*) FROM unit_name WHERE session = 0 AND unit = \(next)") > 0 ? next : nil
    }
    units[group] = .some(unit)
    return unit
  }

  /// The coldest go, of those that launch nothing: their sums are kept by path.
  private func keepFewer(than limit: Int64) throws {
    let apart = "FROM launch WHERE session = 0 AND (parent <> 0 OR user IS NOT NULL OR unit IS NOT NULL)"
    while case let count = try database.number("SELECT count(*) \(apart)"), count > limit {
      let coldest = try database.prepare(
        """
        SELECT l.id, l.path FROM launch l LEFT JOIN uses u ON u.interval = 0 AND u.launch = l.id
          WHERE l.id IN (SELECT id \(apart)) AND l.number NOT IN (SELECT parent FROM launch WHERE session = 0)
          ORDER BY coalesce(u.execs + u.failed, 0) LIMIT \(count - limit / 10 * 9)
        """)
      var going: [(id: Int64, path: Int64)] = []
      while try coldest.step() { going.append((coldest.integer(0), coldest.integer(1))) }
      if going.isEmpty { return }
      for launch in going {
        let target = try self.launch(parent: 0, path: launch.path, user: nil, unit: nil)
        try move.run(integers: [target.id, 0, launch.id])
        try database.run(
          "DELETE FROM uses WHERE interval = 0 AND launch = \(launch.id); DELETE FROM launch WHERE id = \(launch.id)")
      }
    }
  }
}
