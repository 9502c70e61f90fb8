/// The figures of one family, made again of what `FamilyChanges` told: its rows have the places that they had then.
package struct RecordedFamily<Key: FamilyKey>: Sendable {
  package private(set) var identities = Identities<Key>()
  private let kinds: [FigureKind]
  private let hasOther: Bool
  private var figures: [UInt64] = []
  private var slots: [Key: Int32] = [:]
  /// Slots without a key. Not those of a family whose places were recorded.
  private var free: [Int32] = []

  package init(_ kinds: [FigureKind] = [.counter], other: Key? = nil) {
    self.kinds = kinds
    hasOther = other != nil
    guard let other else { return }
    _ = identities.add(other, free: nil)
    figures = kinds.map { _ in 0 }
  }

  /// By now.
  package var sums: Sums<Key> {
    Sums(identities: identities, figures: figures, kinds: kinds, hasOther: hasOther)
  }

  /// Gives a key the place that it had. False if another one has that place, as in no recording of exectop's own.
  package mutating func place(_ key: Key, at slot: Int) -> Bool {
    if let known = slots[key] { return Int(known) == slot }
    guard (0..<Self.mostPlaces).contains(slot), slot >= identities.count || !identities.isUsed(slot) else {
      return false
    }
    add(key, at: slot)
    return true
  }

  /// The id of a key, which gets one where it has none.
  package mutating func id(of key: Key) -> ID<Key> {
    let slot = slot(of: key)
    return identities.id(at: slot)
  }

  /// The id of a key. Nil where it has none.
  package func known(_ key: Key) -> ID<Key>? { slots[key].map { identities.id(at: Int($0)) } }

  package mutating func change(_ key: Key, by changes: [Int64]) {
    change(slot(of: key), by: changes)
  }

  /// The change of the row `(other)`.
  package mutating func changeOther(by changes: [Int64]) {
    if hasOther { change(0, by: changes) }
  }

  private mutating func change(_ slot: Int, by changes: [Int64]) {
    for (figure, kind) in kinds.enumerated() where figure < changes.count {
      let index = slot * kinds.count + figure
      let change = UInt64(bitPattern: changes[figure])
      figures[index] = min(kind.isSum ? figures.figure(at: index) &+ change : change, Saturating.most)
    }
  }

  /// The key has lost its row.
  package mutating func remove(_ key: Key) {
    guard let slot = slots.removeValue(forKey: key) else { return }
    clear(Int(slot))
    if identities.retire(Int(slot)) { free.append(slot) }
  }

  /// Nothing is found of the key any more.
  package mutating func vanish(_ key: Key) {
    if let slot = slots[key] { clear(Int(slot)) }
  }

  /// All begins from zero. Keys keep their places.
  package mutating func restart() {
    for slot in 0..<identities.count { clear(slot) }
    if hasOther { for index in 0..<kinds.count { figures[index] = 0 } }
  }

  private mutating func clear(_ slot: Int) {
    for index in slot * kinds.count..<(slot + 1) * kinds.count { figures[index] = Sums<Key>.absent }
  }

  private mutating func slot(of key: Key) -> Int {
    if let slot = slots[key] { return Int(slot) }
    // A place that was recorded may have taken a free one.
    while let slot = free.popLast() {
      guard !identities.isUsed(Int(slot)) else { continue }
      add(key, at: Int(slot))
      return Int(slot)
    }
    add(key, at: identities.count)
    return identities.count - 1
  }

  private mutating func add(_ key: Key, at slot: Int) {
    identities.add(key, at: slot)
    slots[key] = Int32(truncatingIfNeeded: slot)
    figures.grow(to: identities.count * kinds.count, with: Sums<Key>.absent)
  }

  /// More than any ledger has: a file cannot make this take memory without end.
  private static var mostPlaces: Int { 1 << 20 }
}
