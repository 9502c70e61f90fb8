/// Execs of each path in one second.
///
/// A byte a path, for most run a few times a second if at all; what does not fit in a byte stands beside.
struct HistoryColumn: Equatable, Sendable {
  /// By `PathID`; `large` if the figure stands in `larger`. Empty as long as no path was run.
  private var small: [UInt8] = []
  private var larger: [PathID: UInt32] = [:]

  private static let large = UInt8.max

  subscript(id: PathID) -> UInt64 {
    guard id < small.count else { return 0 }
    return small[id] == HistoryColumn.large ? UInt64(larger[id] ?? 0) : UInt64(small[id])
  }

  /// - Parameter pathCount: how many paths there are, at least: room is made for all of them at once.
  mutating func add(_ execs: UInt64, of id: PathID, pathCount: Int) {
    if small.count <= id {
      small.reserveCapacity(max(pathCount, id + 1))
      small += repeatElement(0, count: max(pathCount, id + 1) - small.count)
    }
    set(Snapshot.sum(self[id], execs), of: id)
  }

  /// Adds a path's execs to those of `(other)`.
  mutating func fold(_ id: PathID) {
    guard id < small.count, small[id] > 0 else { return }
    set(self[.other] + self[id], of: .other)
    set(0, of: id)
  }

  /// Begins another second, in the same memory.
  mutating func clear() {
    small.removeAll(keepingCapacity: true)
    if !larger.isEmpty { larger = [:] }
  }

  private mutating func set(_ execs: UInt64, of id: PathID) {
    if small[id] == HistoryColumn.large { larger[id] = nil }
    if execs < UInt64(HistoryColumn.large) {
      small[id] = UInt8(execs)
    } else {
      small[id] = HistoryColumn.large
      larger[id] = UInt32(clamping: execs)
    }
  }
}
