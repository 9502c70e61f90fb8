import ExecTopText

/// Execs of each path in one second.
///
/// A byte a path, for most run a few times a second if at all; what does not fit in a byte stands beside.
struct HistoryColumn: Equatable, Sendable {
  /// By slot; `large` if the figure stands in `larger`. Empty as long as no path was run.
  private var small: [UInt8] = []
  private var larger: [Int: UInt32] = [:]

  private static let large = UInt8.max

  subscript(slot: Int) -> UInt64 {
    guard slot < small.count else { return 0 }
    return small[slot] == HistoryColumn.large ? UInt64(larger[slot] ?? 0) : UInt64(small[slot])
  }

  /// The sum over these slots.
  func sum(of slots: [Int]) -> UInt64 { slots.reduce(0) { Saturating.sum($0, self[$1]) } }

  /// The sum over the slots that are marked with the highest byte, not with 0: quicker where they are many.
  func sum(ofMarked marks: [UInt8]) -> UInt64 {
    // No sum of bytes comes near the highest figure.
    var sum = zip(small, marks).reduce(into: UInt64(0)) { $0 &+= UInt64($1.0 & $1.1) }
    for (slot, execs) in larger where slot < marks.count && marks[slot] > 0 {
      sum = Saturating.sum(sum - UInt64(HistoryColumn.large), UInt64(execs))
    }
    return sum
  }

  /// - Parameter slotCount: how many slots there are, at least: room is made for all of them at once.
  mutating func add(_ execs: UInt64, of slot: Int, slotCount: Int) {
    if small.count <= slot {
      small.reserveCapacity(max(slotCount, slot + 1))
      small += repeatElement(0, count: max(slotCount, slot + 1) - small.count)
    }
    set(Saturating.sum(self[slot], execs), of: slot)
  }

  /// Moves what a slot holds to the row in which its figures stand since.
  mutating func fold(_ fold: Fold) {
    guard fold.from < small.count, small[fold.from] > 0 else { return }
    if let into = fold.into {
      small.grow(to: into + 1, with: 0)
      set(Saturating.sum(self[into], self[fold.from]), of: into)
    }
    set(0, of: fold.from)
  }

  /// Begins another second, in the same memory.
  mutating func clear() {
    small.removeAll(keepingCapacity: true)
    if !larger.isEmpty { larger = [:] }
  }

  private mutating func set(_ execs: UInt64, of slot: Int) {
    if small[slot] == HistoryColumn.large { larger[slot] = nil }
    if execs < UInt64(HistoryColumn.large) {
      small[slot] = UInt8(execs)
    } else {
      small[slot] = HistoryColumn.large
      larger[slot] = UInt32(clamping: execs)
    }
  }
}
