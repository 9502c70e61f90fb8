import CLinux
import Glibc

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

// What the tests build their inputs from.

// MARK: - Maps as the kernel holds them

/// The rows of a map in the order of a walk. A key is a path, or a path's number with what is counted apart of it.
struct MapRows {
  var keys: [UInt8] = []
  var values: [UInt64] = []
  /// Figures a row.
  private var width = 1

  static let pathKeySize = 256

  /// That of a ledger for which none was chosen.
  static let hash = PathHash(key: .known)

  init(paths: [(path: Path, count: UInt64)]) {
    for row in paths {
      keys += MapRows.padded(row.path)
      values.append(row.count)
    }
  }

  /// struct failure_key.
  init(failures: [(path: Path, launch: UInt64, error: Int32, count: UInt64)]) {
    for row in failures {
      append(MapRows.hash.number(of: row.path))
      append(row.launch, row.error, 0)
      values.append(row.count)
    }
  }

  /// struct ending_key.
  init(endings: [(owner: UInt64, status: Int32, wall: UInt8, count: UInt64)]) {
    for row in endings {
      append(row.owner, row.status, Int32(row.wall))
      values.append(row.count)
    }
  }

  /// struct exec_launch by its number.
  init(launches: [(launch: Launch, owner: UInt64, figures: [UseFigure: UInt64])]) {
    width = UseFigure.inMap.count + 4
    for row in launches {
      withUnsafeBytes(of: row.launch.number.littleEndian) { keys += $0 }
      values += UseFigure.inMap.map { row.figures[$0] ?? 0 }
      values += [row.launch.parent, row.owner, row.launch.group, UInt64(row.launch.user)]
    }
  }

  /// Likewise, of launches of which nothing but the owner is known.
  init(uses: [(owner: UInt64, figures: [UseFigure: UInt64])]) {
    self.init(
      launches: uses.map {
        (Launch(number: $0.owner, parent: 0, owner: .noPath, user: 0, group: 0), owner: $0.owner, figures: $0.figures)
      })
  }

  static func padded(_ path: Path) -> [UInt8] {
    path.bytes + Array(repeating: 0, count: pathKeySize - path.bytes.count)
  }

  private mutating func append(_ number: UInt64, _ words: Int32...) {
    withUnsafeBytes(of: number.littleEndian) { keys += $0 }
    for word in words { withUnsafeBytes(of: word.littleEndian) { keys += $0 } }
  }

  /// Hands the rows over in chunks of at most `size`.
  func inChunks(of size: Int, _ body: (RawSpan, Span<UInt64>) -> Void) {
    let count = values.count / width
    let keySize = count == 0 ? 0 : keys.count / count
    for start in stride(from: 0, to: count, by: size) {
      let rows = start..<(size < count - start ? start + size : count)
      body(
        keys.span.bytes.extracting((rows.lowerBound * keySize)..<(rows.upperBound * keySize)),
        values.span.extracting((rows.lowerBound * width)..<(rows.upperBound * width)))
    }
  }
}

extension Ledger {
  /// One sample: the paths, then the failures, then the end of the walk.
  mutating func sample(
    _ paths: KeyValuePairs<String, UInt64>, failures: [(String, Int32, UInt64)] = [], at time: Seconds = 1,
    execsBefore: UInt64? = nil, unattributed: Unattributed = [:], chunk: Int = .max
  ) -> Snapshot {
    beginWalk()
    MapRows(paths: paths.map { (Path($0.key), $0.value) }).inChunks(of: chunk) {
      readPaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
    }
    MapRows(failures: failures.map { (Path($0.0), 0, $0.1, $0.2) }).inChunks(of: chunk) {
      readFailures(keys: $0, values: $1)
    }
    return snapshot(
      at: time, execsBefore: execsBefore, failed: failures.reduce(0) { Saturating.sum($0, $1.2) },
      unattributed: unattributed)
  }

  /// Rows leave the maps for user space.
  mutating func move(_ paths: KeyValuePairs<String, UInt64>, failures: [(String, Int32, UInt64)] = []) {
    MapRows(paths: paths.map { (Path($0.key), $0.value) }).inChunks(of: .max) {
      movePaths(keys: $0, keySize: MapRows.pathKeySize, values: $1)
    }
    MapRows(failures: failures.map { (Path($0.0), 0, $0.1, $0.2) }).inChunks(of: .max) {
      moveFailures(keys: $0, values: $1)
    }
  }
}

// MARK: - Snapshots by path

/// Makes snapshots of what is said by path.
struct Snapshots {
  var ledger = Ledger()

  /// A snapshot of these counts. A path that is not named has no row in it.
  mutating func at(
    _ time: Seconds, _ counts: KeyValuePairs<String, UInt64> = [:], failures: [(String, Int32, UInt64)] = [],
    totals: Totals? = nil, uses: UsesSaid? = nil
  ) -> Snapshot {
    at(
      time, rows: counts.map { (Path($0.key), $0.value) }, failures: failures.map { (Path($0.0), $0.1, $0.2) },
      totals: totals, uses: uses)
  }

  mutating func at(
    _ time: Seconds, rows: [(Path, UInt64)], failures: [(Path, Int32, UInt64)] = [], totals: Totals? = nil,
    uses: UsesSaid? = nil
  ) -> Snapshot {
    ledger.beginWalk()
    for (path, count) in rows { ledger.read(path, count: count) }
    for (path, error, count) in failures { ledger.read(path, error: error, count: count) }
    if let uses { ledger.read(uses) }
    var snapshot = ledger.snapshot(
      at: time, execsBefore: nil, failed: failures.reduce(0) { Saturating.sum($0, $1.2) }, unattributed: [:],
      machine: uses?.machine)
    if let totals { snapshot.totals = totals }
    return snapshot
  }
}

/// What processes are said to have used by an instant since counting began. Times in milliseconds.
struct UsesSaid {
  struct Row {
    var path: String
    /// Of those that have ended.
    var ended: UInt64 = 0
    var running: UInt64 = 0
    /// Of those that run.
    var runningCPU: UInt64 = 0
    /// A status word of wait(2), how many ended so, and how long each took.
    var endings: [(status: Int32, count: UInt64, wall: Double)] = []
    var majorFaults: UInt64 = 0
    /// Bytes.
    var resident: UInt64 = 0
  }

  var rows: [Row] = []
  /// Of owners that are no path.
  var others: [(launch: Launch, cpu: UInt64)] = []
  var machine = MachineCPU(busy: 0, interrupts: 0, steal: 0, cpus: 2)

  init(_ rows: [Row] = [], others: [(launch: Launch, cpu: UInt64)] = [], busy: UInt64? = nil) {
    self.rows = rows
    self.others = others
    machine.busy = busy.map { $0 * 1_000_000 }
  }
}

extension Ledger {
  fileprivate mutating func read(_ uses: UsesSaid) {
    func nanoseconds(_ milliseconds: Double) -> UInt64 { UInt64(milliseconds * 1e6) }
    for row in uses.rows {
      let launch = launch(of: Path(row.path))
      let known = row.endings.filter { $0.wall >= 0 }
      read(
        launch,
        [
          .cpu: row.ended * 1_000_000, .majorFaults: row.majorFaults, .resident: row.resident,
          .wall: known.reduce(0) { $0 + nanoseconds($1.wall) * $1.count },
          .longest: known.map { nanoseconds($0.wall) }.max() ?? 0,
        ])
      if row.running > 0 { readRunning(launch, count: row.running, cpu: row.runningCPU * 1_000_000) }
      for ending in row.endings {
        let wall = ending.wall < 0 ? WallBucket.unknown : WallBucket(holding: nanoseconds(ending.wall))
        read(Ending(owner: launch.owner, status: ExitStatus(word: ending.status), wall: wall), count: ending.count)
      }
    }
    for (launch, cpu) in uses.others { read(launch, [.cpu: cpu * 1_000_000]) }
  }
}

extension Query {
  /// The rows to show, with a filter that has said nothing yet.
  func rows(of tally: Tally, limit: Int = .max) -> [PathID] {
    var decisions = Decisions()
    return rows(of: tally, decisions: &decisions, limit: limit)
  }

  func ranking(of tally: Tally) -> Ranking {
    var decisions = Decisions()
    return ranking(of: tally, decisions: &decisions)
  }
}

extension Filter {
  /// What it says of a path with the usual budget.
  func decide(_ path: Path) -> Decision {
    var budget = FilterBudget()
    return decide(path, within: &budget)
  }
}

extension Tally {
  /// Takes snapshots of counts by path at 1 s, 2 s, and so on; counting began at 0 s.
  static func of(_ samples: KeyValuePairs<String, UInt64>..., countsFromZero: Bool = true) -> Tally {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: countsFromZero)
    for (index, counts) in samples.enumerated() { tally.apply(snapshots.at(Seconds(index + 1), counts)) }
    return tally
  }

  /// The id of a path; one that nothing has if it has none.
  func id(_ path: String) -> PathID {
    let rows = latest.paths.identities
    if path == "(other)" { return .other }
    return rows.keys.indices.dropFirst().first { rows.isUsed($0) && rows.keys[$0] == Path(path) }.map(rows.id)
      ?? ID(slot: 9999, generation: 0)
  }

  func count(_ path: String) -> UInt64 { count(of: id(path)) }
  func delta(_ path: String) -> UInt64? { delta(of: id(path)) }
  func rate(_ path: String) -> Double? { rate(of: id(path)) }
  func peak(_ path: String) -> Double? { peak(of: id(path)) }

  /// Failed execs of a path by errno.
  func errors(_ path: String) -> [Int32: UInt64] {
    Dictionary(uniqueKeysWithValues: (errors(of: id(path)) ?? []).map { ($0.error, $0.count) })
  }

  /// How many slots there are for paths, free ones among them.
  var slotCount: Int { latest.paths.identities.count }

  /// Every row that is shown, by path.
  var table: [String: UInt64] {
    Dictionary(uniqueKeysWithValues: rows.map { (name(of: $0) { _ in true }.string, count(of: $0)) })
  }

  /// Execs in rows and those with a reason instead, and those lost: all of them.
  var accounted: UInt64 {
    rows.reduce(0) { $0 + count(of: $1) } + totals.unattributed.sum + totals.unaccounted
  }
}

// MARK: - The dashboard

/// A dashboard that is fed by hand.
struct Board {
  var state: AppState
  var snapshots = Snapshots()
  /// What the last event asked the loop to do.
  var effects: [Effect] = []
  private var time = 0.0

  init(
    _ counts: KeyValuePairs<String, UInt64>..., mode: Mode = .attempts, capacity: Int? = 16_384,
    query: Query = Query(), rows: Int = 24, columns: Int = 80, table: ColumnTable = .standard
  ) {
    var choices = Choices(table: table)
    choices.sort = query.sort
    choices.isInverted = query.isInverted
    state = AppState(
      mode: mode, capacity: capacity, countsFromZero: true, choices: choices, filter: query.filter,
      size: Size(rows: rows, columns: columns), began: 0, table: table)
    while state.query.outcome != query.outcome { press(.text("o")) }
    for counts in counts { sample(counts) }
  }

  /// A second later, or so many.
  mutating func sample(
    _ counts: KeyValuePairs<String, UInt64>, failures: [(String, Int32, UInt64)] = [], totals: Totals? = nil,
    uses: UsesSaid? = nil, after seconds: Seconds = 1
  ) {
    time += seconds
    effects = state.handle(
      .snapshot(snapshots.at(time, counts, failures: failures, totals: totals, uses: uses)))
  }

  /// Presses keys.
  mutating func press(_ keys: Key...) {
    for key in keys { effects = state.handle(.key(key)) }
  }

  /// Types characters.
  mutating func type(_ text: String) {
    for scalar in text.unicodeScalars { press(.character(scalar)) }
  }

  mutating func mouse(_ action: MouseAction, row: Int, column: Int = 0) {
    press(.mouse(action, Position(row: row, column: column)))
  }

  mutating func resize(rows: Int, columns: Int) {
    effects = state.handle(.resized(Size(rows: rows, columns: columns)))
  }

  /// The paths that are listed, in order.
  var listed: [String] {
    var listing = state.listing
    listing.sort(through: listing.count)
    return (0..<listing.count).map { name(listing.id(at: $0)) }
  }

  var selected: String? { state.selection.map(name) }

  private func name(_ id: RowID) -> String {
    switch id {
    case .path(let id): state.tally.name(of: id) { _ in true }.string
    case .directory(let bytes): SafeText(bytes).string
    case .launch, .user, .unit:
      state.decisions.tree.map { RowKeys(tree: $0).name(of: id).safe { _ in true }.string } ?? ""
    }
  }

  var grid: Grid { Screen.render(state, glyphs: .utf8) }

  /// The rows of the screen as text.
  var lines: [String] { grid.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}

extension Screen {
  /// A first frame.
  static func render(_ state: AppState, glyphs: Glyphs) -> Grid {
    var screen = Screen(glyphs: glyphs)
    return screen.render(state)
  }
}

extension Glyphs {
  /// A terminal with UTF-8, with the widths of the C library.
  static let utf8: Glyphs = {
    setlocale(LC_CTYPE, "C.UTF-8")
    return Glyphs(isUnicode: true) { Int(wcwidth(wchar_t(bitPattern: $0.value))) }
  }()

  /// A terminal that shows ASCII alone.
  static let ascii = Glyphs(isUnicode: false) { _ in 1 }
}

extension Key {
  static func text(_ scalar: Unicode.Scalar) -> Key { .character(scalar) }
}
