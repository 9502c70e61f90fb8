import ExecTopCounting
import ExecTopRecording
import ExecTopText

extension RecordingReader {
  /// What was executed, by key.
  ///
  /// - Parameter span: only intervals that ended in it, in civil time; nil for all that the recording holds, the sums of
  ///   what it no longer keeps among it.
  public func account(by key: ExecSums.Key, in span: ClosedRange<Int64>?) throws -> ExecSums {
    var account = ExecSums()
    // What is told apart of times ends with the interval in which it came.
    let condition =
      span.map { "i.kind = 0 AND i.time > \($0.lowerBound) AND i.time <= \($0.upperBound)" } ?? "i.kind IN (0, 1)"
    try readTimes(into: &account, span)
    try each("SELECT sum(count) FROM interval i JOIN execs e ON e.interval = i.id WHERE \(condition)") {
      account.total.execs = $0.counted(0)
    }
    try each("SELECT sum(count) FROM interval i JOIN failures e ON e.interval = i.id WHERE \(condition)") {
      account.total.failed = $0.counted(0)
    }
    try each("SELECT sum(cpu) FROM interval i JOIN uses u ON u.interval = i.id WHERE \(condition)") {
      account.total.cpu = $0.isNull(0) ? nil : $0.counted(0)
    }
    if key == .path {
      try readPaths(into: &account, condition)
    } else {
      account.lacksKey = account.total.cpu == nil
      try readLaunches(into: &account, condition, by: key)
    }
    return account
  }

  /// The first and the last interval.
  private func readTimes(into account: inout ExecSums, _ span: ClosedRange<Int64>?) throws {
    let condition = span.map { " AND time > \($0.lowerBound) AND time <= \($0.upperBound)" } ?? ""
    try each(
      """
      SELECT coalesce((SELECT max(p.time) FROM interval p WHERE p.id < f.first AND p.kind IN (0, 1)), f.begins), f.ends
        FROM (SELECT min(id) AS first, min(time) AS begins, max(time) AS ends FROM interval WHERE kind = 0\(condition)) f
        WHERE f.first IS NOT NULL
      """
    ) { row in
      account.began = try self.wallTime(row.integer(0))
      account.ended = try self.wallTime(row.integer(1))
    }
  }

  // What is no program, as the kernel's threads, is in no row of paths: its CPU time is in the total.

  private func readPaths(into account: inout ExecSums, _ condition: String) throws {
    try each(
      """
      SELECT p.path, sum(e.count) FROM interval i JOIN execs e ON e.interval = i.id JOIN path p ON p.id = e.path
        WHERE \(condition) GROUP BY e.path
      """
    ) { account.add(ExecSums.Figures(execs: $0.counted(1)), to: [$0.safeText(0)]) }
    try each(
      """
      SELECT p.path, sum(e.count) FROM interval i JOIN failures e ON e.interval = i.id JOIN path p ON p.id = e.path
        WHERE \(condition) GROUP BY e.path
      """
    ) { account.add(ExecSums.Figures(failed: $0.counted(1)), to: [$0.safeText(0)]) }
    try each(
      """
      SELECT p.path, sum(u.cpu) FROM interval i JOIN uses u ON u.interval = i.id JOIN launch l ON l.id = u.launch
        JOIN path p ON p.id = l.path WHERE \(condition) AND l.path >= 0 GROUP BY l.path
      """
    ) { account.add(ExecSums.Figures(cpu: $0.counted(1)), to: [$0.safeText(0)]) }
    account.completeRows()
  }

  private func readLaunches(into account: inout ExecSums, _ condition: String, by key: ExecSums.Key) throws {
    var names = LaunchRows()
    try each("SELECT l.id, l.session, l.number, l.parent, p.path FROM launch l JOIN path p ON p.id = l.path") { row in
      names.add(
        row.integer(0), number: LaunchRows.Number(session: row.integer(1), number: row.integer(2)),
        parent: row.integer(3), path: row.safeText(4))
    }
    // What it was called last.
    func last(_ column: String) -> String {
      let (table, number) = key == .user ? ("user_name", "user") : ("unit_name", "unit")
      return "(SELECT \(column) FROM \(table) n WHERE n.session = l.session AND n.\(number) = l.\(number) "
        + "ORDER BY n.interval DESC LIMIT 1)"
    }
    try each(
      """
      SELECT u.launch, sum(u.execs), sum(u.failed), sum(u.cpu), l.path, l.user, l.unit, \(last("name")),
          \(key == .user ? "NULL" : last("bytes"))
        FROM interval i JOIN uses u ON u.interval = i.id JOIN launch l ON l.id = u.launch
        WHERE \(condition) GROUP BY u.launch
      """
    ) { row in
      let figures = ExecSums.Figures(
        execs: Saturating.sum(row.counted(1), row.counted(2)), failed: row.counted(2), cpu: row.counted(3))
      let name =
        switch key {
        case .path, .launches: names.chain(of: row.integer(0))
        case .user: [row.user]
        case .unit: [row.unit]
        }
      account.add(figures, to: name)
    }
  }

  private func each(_ sql: String, _ body: (Statement) throws -> Void) throws {
    let statement = try database.prepare(sql, "read")
    while try statement.step() { try body(statement) }
  }
}

/// Who launched what, to name whole chains.
private struct LaunchRows {
  struct Number: Hashable {
    var session: Int64
    var number: Int64
  }

  private struct Row {
    var parent: Number
    var path: String
  }

  private var rows: [Number: Row] = [:]
  private var numbers: [Int64: Number] = [:]

  /// Chains are cut there: one that is longer is of a damaged file, or of a loop that execs itself.
  private static let longest = 64

  mutating func add(_ id: Int64, number: Number, parent: Int64, path: String) {
    numbers[id] = number
    rows[number] = Row(parent: Number(session: number.session, number: parent), path: path)
  }

  /// The paths from the outermost launcher on.
  func chain(of id: Int64) -> [String] {
    var chain: [String] = []
    var number = numbers[id]
    while let at = number, let row = rows[at], chain.count < LaunchRows.longest {
      chain.append(row.path)
      number = row.parent.number == 0 ? nil : row.parent
    }
    return chain.reversed()
  }
}

extension Statement {
  /// A sum of changes. One that is negative is of counters that fell.
  fileprivate func counted(_ column: Int) -> UInt64 { UInt64(max(0, integer(column))) }

  /// What should be safe already, of a file that anyone can have made.
  fileprivate func safeText(_ column: Int) -> String { SafeText(typed: text(column)).string }

  // Of a launch: its path, user and unit, and the name of one of these with its bytes, from column 4 on; as they are
  // called on the screen.

  private var isKernel: Bool { integer(4) == ReservedNumber.kernelThreads.rawValue }

  fileprivate var user: String {
    isKernel ? SafeText.kernel : !isNull(7) ? safeText(7) : isNull(5) ? Format.unknown : text(5)
  }

  fileprivate var unit: String {
    if isKernel { return SafeText.kernel }
    if isNull(6) { return Format.unknown }
    let unit = isNull(7) ? Unit.gone(figure(6)) : Unit(of: Path(isNull(8) ? bytes(7) : bytes(8)))
    return SafeText(unit.bytes).string
  }
}
