import ExecTopText

/// Figures by key: taken from a map in the order of its walk, moved out of the map into memory, and folded together.
///
/// As long as nothing is inserted into a map its walk has the same order each time, so a row is known again by comparing
/// its key with the one that was at its place before; only where that fails is a key hashed.
struct Family<Key: FamilyKey>: Sendable {
  private(set) var identities = Identities<Key>()
  /// Figures a key. The first one is its count.
  let width: Int
  private let hasOther: Bool
  private var slots: [Key: Int32] = [:]
  /// Slots without a key.
  private var free: [Int32] = []

  /// By slot, `width` figures each: what the map holds, `Sums.absent` where it has no row.
  private var inMap: [UInt64] = []
  /// By slot, `width` figures each: what was moved out of the map.
  private var moved: [UInt64] = []
  /// What is known now, unless something has changed since it was asked for.
  private var known: Sums<Key>?

  /// Slots in the order of the last walk, and of this one so far.
  private var lastOrder: [Int32] = []
  private var order: [Int32] = []
  /// By slot: its place in the last walk, or already in this one; -1 for a key not walked over yet.
  private var place: [Int32] = []
  /// Where in `lastOrder` the next key is expected.
  private var cursor = 0

  /// How many rows there were after the last search for the coldest, and whether rows have been moved since.
  private var countAtSearch = 0
  private var hasMovedSinceSearch = false

  /// - Parameters:
  ///   - width: figures a key.
  ///   - other: the name of the row `(other)`, if the family folds its coldest keys. A key of that name has a row of its
  ///     own. Without it keys are folded only as what they refer to is.
  init(width: Int = 1, other: Key? = nil) {
    self.width = width
    hasOther = other != nil
    if let other { _ = add(other) }
  }

  /// Rows, `(other)` among them.
  var count: Int { slots.count + (hasOther ? 1 : 0) }

  /// Rows that the last walk over the map found.
  var walkedCount: Int { order.count }

  mutating func id(of key: Key) -> ID<Key> {
    let slot = slot(of: key)
    return identities.id(at: slot)
  }

  private mutating func slot(of key: Key) -> Int {
    if let slot = slots[key] { return Int(slot) }
    let slot = add(key)
    slots[key] = Int32(truncatingIfNeeded: slot)
    return slot
  }

  private mutating func add(_ key: Key) -> Int {
    known = nil
    let slot = identities.add(key, free: free.popLast().map(Int.init))
    if slot == place.count {
      place.append(-1)
      inMap.grow(to: (slot + 1) * width, with: Sums<Key>.absent)
      moved.grow(to: (slot + 1) * width, with: 0)
    }
    return slot
  }
}

// MARK: - Reading a map

extension Family {
  /// Starts a walk over the whole map.
  mutating func beginWalk() {
    known = nil
    for index in inMap.indices { inMap[index] = Sums<Key>.absent }
    swap(&lastOrder, &order)
    order.removeAll(keepingCapacity: true)
    cursor = 0
  }

  /// Takes the next rows of the walk.
  ///
  /// - Parameters:
  ///   - keys: the map's keys, of `keySize` bytes each.
  ///   - values: `width` figures a row.
  ///   - isKey: whether these bytes are the expected key.
  ///   - key: the key that these bytes are; asked only where they are not the expected one.
  mutating func read(
    keys: RawSpan, keySize: Int, values: Span<UInt64>, isKey: (Key, RawSpan) -> Bool, key: (RawSpan) -> Key
  ) {
    for row in 0..<values.count / width {
      let bytes = keys.extracting(droppingFirst: row * keySize).extracting(first: keySize)
      let slot: Int
      if cursor < lastOrder.count, isKey(identities.keys[Int(lastOrder[cursor])], bytes) {
        slot = Int(lastOrder[cursor])
        cursor += 1
      } else {
        slot = find(key(bytes))
      }
      walk(slot)
      for figure in 0..<width { inMap[slot * width + figure] = min(values[row * width + figure], Saturating.most) }
    }
  }

  /// Takes the next row of a walk over rows that are no bytes.
  mutating func read(_ key: Key, figures: [UInt64]) {
    let slot = find(key)
    walk(slot)
    for figure in 0..<width { inMap[slot * width + figure] = min(figures[figure], Saturating.most) }
  }

  /// The slot of a key that was not expected.
  private mutating func find(_ key: Key) -> Int {
    let slot = slot(of: key)
    // A key that was there before: the ones between are gone. A new key: the expected one comes after it.
    if place[slot] >= 0 { cursor = Int(place[slot]) + 1 }
    return slot
  }

  /// The next row of the walk has this slot.
  private mutating func walk(_ slot: Int) {
    place[slot] = Int32(truncatingIfNeeded: order.count)
    order.append(Int32(truncatingIfNeeded: slot))
  }

  /// Takes rows that have just been deleted from the map.
  mutating func move(keys: RawSpan, keySize: Int, values: Span<UInt64>, key: (RawSpan) -> Key) {
    hasMovedSinceSearch = true
    known = nil
    for row in 0..<values.count / width {
      let slot = slot(of: key(keys.extracting(droppingFirst: row * keySize).extracting(first: keySize)))
      for figure in 0..<width {
        let index = slot * width + figure
        moved[index] = Saturating.sum(moved[index], values[row * width + figure])
      }
    }
  }

  /// All that has been counted, by now.
  var sums: Sums<Key> {
    mutating get {
      if let known { return known }
      var figures = moved
      for index in figures.indices where inMap[index] != Sums<Key>.absent || moved[index] == 0 {
        figures[index] =
          inMap[index] == Sums<Key>.absent ? Sums<Key>.absent : Saturating.sum(moved[index], inMap[index])
      }
      if width > 1 { completeRows(of: &figures) }
      // (other) is there from the beginning.
      if hasOther { for index in 0..<width where figures[index] == Sums<Key>.absent { figures[index] = 0 } }
      let sums = Sums(identities: identities, figures: figures, width: width, hasOther: hasOther)
      known = sums
      return sums
    }
  }

  /// A row that is there has all of its figures.
  private func completeRows(of figures: inout [UInt64]) {
    for row in stride(from: 0, to: figures.count, by: width) {
      let indices = row..<row + width
      guard indices.contains(where: { figures[$0] != Sums<Key>.absent }) else { continue }
      for index in indices where figures[index] == Sums<Key>.absent { figures[index] = 0 }
    }
  }

  /// Begins from zero: the counters that were read up to now are no more. Keys keep their ids.
  mutating func restart() {
    beginWalk()
    for index in moved.indices { moved[index] = 0 }
  }
}

// MARK: - Folding

extension Family {
  /// Keeps the number of rows bounded: the keys with the lowest counts that are no longer in the map go into `(other)`.
  ///
  /// A tenth more than needed go, so that this is not done each time. Where too few can go, it is tried again only
  /// after a tenth more have come or some have been moved out of the map.
  ///
  /// - Parameter held: slots that must keep their keys. Asked only if something is to go.
  /// - Returns: whether keys have gone.
  mutating func foldColdest(beyond limit: Int, held: () -> Set<Int32>) -> Bool {
    guard count > limit, hasMovedSinceSearch || count > countAtSearch + limit / 10 else { return false }
    let excess = count - limit * 9 / 10
    let held = held()
    // Some have gone from a foreign map altogether: they hold nothing but their slot.
    let candidates = slots.values.filter { !isInMap(Int($0)) && !held.contains($0) }
    let coldest = candidates.sorted { (count(movedOf: $0), $0) < (count(movedOf: $1), $1) }.prefix(excess)
    for slot in coldest { fold(Int(slot), into: 0) }
    countAtSearch = count
    hasMovedSinceSearch = false
    return !coldest.isEmpty
  }

  private func count(movedOf slot: Int32) -> UInt64 { moved[Int(slot) * width] }

  private func isInMap(_ slot: Int) -> Bool { inMap[slot * width] != Sums<Key>.absent }

  /// Hands over the keys that have a row in the map.
  func forEachInMap(_ body: (Key) -> Void) {
    for slot in identities.keys.indices where isInMap(slot) { body(identities.keys[slot]) }
  }

  /// Merges the rows whose keys refer to what has gone into `(other)`.
  mutating func follow(_ referents: Key.Referents) {
    for slot in identities.keys.indices where identities.isUsed(slot) {
      let target = identities.keys[slot].following(referents)
      if target != identities.keys[slot] { fold(slot, into: self.slot(of: target)) }
    }
  }

  /// Adds one row's figures to another's and takes its key away.
  private mutating func fold(_ slot: Int, into target: Int) {
    known = nil
    for figure in 0..<width {
      let (from, into) = (slot * width + figure, target * width + figure)
      moved[into] = Saturating.sum(moved[into], moved[from])
      // A row that is still in its map is read under its new key at the next walk.
      if inMap[from] != Sums<Key>.absent {
        inMap[into] = Saturating.sum(inMap.figure(at: into), inMap[from])
      }
      moved[from] = 0
      inMap[from] = Sums<Key>.absent
    }
    slots[identities.keys[slot]] = nil
    place[slot] = -1
    if identities.retire(slot) { free.append(Int32(truncatingIfNeeded: slot)) }
  }
}
