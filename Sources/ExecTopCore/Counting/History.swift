/// Execs of each path in each of the last 60 seconds.
///
/// Kept as one column a second, each as long as there are paths: a second in which a path was not run costs a zero, and
/// a new second costs no look at the rows.
public struct History: Equatable, Sendable {
  /// How many seconds are kept.
  public static let seconds = 60

  /// A ring: the column of second `s` is at `s % seconds`.
  private var columns: [[UInt32]] = Array(repeating: [], count: History.seconds)
  /// The newest second that has a column.
  private var newest: Int?
  private var oldest = 0

  public init() {}

  /// Adds a path's execs to the second in which they were seen. Time must not go back.
  mutating func add(_ execs: UInt64, of id: PathID, at second: Int) {
    let slot = second % History.seconds
    if columns[slot].count <= id {
      columns[slot] += repeatElement(0, count: id + 1 - columns[slot].count)
    }
    let sum = UInt64(columns[slot][id]) &+ execs
    columns[slot][id] = UInt32(clamping: sum)
  }

  /// Begins the column of a second, and those of the seconds that were passed over.
  mutating func advance(to second: Int) {
    guard let last = newest else {
      newest = second
      oldest = second
      return
    }
    guard second > last else { return }
    for passed in max(last + 1, second - History.seconds + 1)...second {
      columns[passed % History.seconds].removeAll(keepingCapacity: true)
    }
    newest = second
  }

  /// A path has gone into `(other)`, and so does what its number held: it is not that of the next path.
  mutating func fold(_ id: PathID) {
    for slot in columns.indices where id < columns[slot].count {
      let sum = UInt64(columns[slot][.other]) + UInt64(columns[slot][id])
      columns[slot][.other] = UInt32(clamping: sum)
      columns[slot][id] = 0
    }
  }

  /// Execs in each second, oldest first; nil for seconds before the first snapshot.
  public func values(of id: PathID, last count: Int = History.seconds) -> [UInt64?] {
    seconds(last: count).map { second in
      guard let second else { return nil }
      let column = columns[second % History.seconds]
      return id < column.count ? UInt64(column[id]) : 0
    }
  }

  /// Execs of all paths in each second, oldest first; nil for seconds before the first snapshot.
  public func totals(last count: Int = History.seconds) -> [UInt64?] {
    seconds(last: count).map { second in
      second.map { columns[$0 % History.seconds].reduce(0) { $0 + UInt64($1) } }
    }
  }

  private func seconds(last count: Int) -> [Int?] {
    guard let newest else { return Array(repeating: nil, count: count) }
    return ((newest - count + 1)...newest).map { $0 >= max(oldest, newest - History.seconds + 1) ? $0 : nil }
  }
}
