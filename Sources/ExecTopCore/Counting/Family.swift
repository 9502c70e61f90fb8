/// Figures by key: taken from a map in the order of its walk, moved out of the map into memory, and folded together.
///
/// As long as nothing is inserted into a map its walk has the same order each time, so a row is known again by comparing
/// its key with the one that was at its place before; only where that fails is a key hashed.
struct Family<Key: FamilyKey>: Sendable {
  private(set) var identities = Identities<Key>()
  /// What its figures are.
  let kinds: [FigureKind]
  /// The figures whose sum says how cold a key is.
  private let coldFigures: [Int]
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
  /// What was known last, where something lags.
  private var latest: [UInt64] = []

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
  ///   - kinds: what the figures of a key are.
  ///   - coldFigures: those of which the coldest keys have the least.
  ///   - other: the name of the row `(other)`, if the family folds its coldest keys. A key of that name has a row of its
  ///     own. Without it keys are folded only as what they refer to is.
  init(_ kinds: [FigureKind] = [.counter], coldFigures: [Int] = [0], other: Key? = nil) {
    self.kinds = kinds
    self.coldFigures = coldFigures
    hasOther = other != nil
    if let other { _ = add(other) }
  }

  /// Figures a key.
  var width: Int { kinds.count }

  /// Rows, `(other)` among them.
  var count: Int { slots.count + (hasOther ? 1 : 0) }

  /// Rows that the last walk over the map found.
  var walkedCount: Int { order.count }

  mutating func id(of key: Key) -> ID<Key> {
    let slot = slot(of: key)
    return identities.id(at: slot)
  }

  func contains(_ key: Key) -> Bool { slots[key] != nil }

  private mutating func slot(of key: Key) -> Int {
    if let slot = slots[key] { return Int(slot) }
    let slot = add(key)
    slots[key] = Int32(truncatingIfNeeded: slot)
    return slot
  }

  private mutating func add(_ key: Key, reusesSlots: Bool = true) -> Int {
    known = nil
    let slot = identities.add(key, free: reusesSlots ? free.popLast().map(Int.init) : nil)
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
  ///
  /// - Parameter apart: a figure that another map holds. It stays as it is.
  mutating func beginWalk(apart: Int? = nil) {
    known = nil
    for row in stride(from: 0, to: inMap.count, by: width) {
      for figure in 0..<width where figure != apart { inMap[row + figure] = Sums<Key>.absent }
    }
    swap(&lastOrder, &order)
    order.removeAll(keepingCapacity: true)
    cursor = 0
  }

  /// Starts a walk over the map that holds one of the figures.
  mutating func beginWalk(over figure: Int) {
    known = nil
    for index in stride(from: figure, to: inMap.count, by: width) { inMap[index] = Sums<Key>.absent }
  }

  /// Takes the next rows of the walk.
  ///
  /// - Parameters:
  ///   - keys: the map's keys, of `keySize` bytes each.
  ///   - values: the first figures of each row, so many as the map holds, and what else it holds.
  ///   - shape: how these stand there.
  ///   - isKey: whether these bytes are the expected key.
  ///   - key: the key that these bytes, and the values, are; asked only where they are not the expected one. Nil: the row
  ///     is left out.
  mutating func read(
    keys: RawSpan, keySize: Int, values: Span<UInt64>, shape: RowShape = RowShape(),
    isKey: (Key, RawSpan) -> Bool, key: (RawSpan, Span<UInt64>) -> Key?
  ) {
    let width = width
    for row in 0..<values.count / shape.words {
      let bytes = keys.extracting(droppingFirst: row * keySize).extracting(first: keySize)
      let slot: Int
      if cursor < lastOrder.count, isKey(identities.keys[Int(lastOrder[cursor])], bytes) {
        slot = Int(lastOrder[cursor])
        cursor += 1
      } else {
        guard let key = key(bytes, values.extracting(shape.range(of: row))) else { continue }
        slot = find(key)
      }
      walk(slot)
      for (word, figure) in shape.figures.enumerated() {
        inMap[slot * width + figure] = min(values[row * shape.words + word], Saturating.most)
      }
    }
  }

  /// Adds to a figure of what has been read in this walk.
  mutating func add(_ value: UInt64, to figure: Int = 0, of key: Key) {
    add(value, to: figure, ofSlot: slot(of: key))
  }

  /// Likewise, if the key has a row.
  mutating func add(_ value: UInt64, to figure: Int, ofKnown key: Key) {
    if let slot = slots[key] { add(value, to: figure, ofSlot: Int(slot)) }
  }

  private mutating func add(_ value: UInt64, to figure: Int, ofSlot slot: Int) {
    known = nil
    let index = slot * width + figure
    inMap[index] = Saturating.sum(inMap.figure(at: index), value)
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
  mutating func move(
    keys: RawSpan, keySize: Int, values: Span<UInt64>, shape: RowShape = RowShape(),
    key: (RawSpan, Span<UInt64>) -> Key
  ) {
    hasMovedSinceSearch = true
    known = nil
    for row in 0..<values.count / shape.words {
      let bytes = keys.extracting(droppingFirst: row * keySize).extracting(first: keySize)
      let slot = slot(of: key(bytes, values.extracting(shape.range(of: row))))
      for (word, figure) in shape.figures.enumerated() {
        move(values[row * shape.words + word], to: figure, ofSlot: slot)
      }
    }
  }

  /// Takes a figure that has just been deleted from a map.
  mutating func move(_ value: UInt64, to figure: Int = 0, of key: Key) {
    hasMovedSinceSearch = true
    known = nil
    move(value, to: figure, ofSlot: slot(of: key))
  }

  private mutating func move(_ value: UInt64, to figure: Int, ofSlot slot: Int) {
    let index = slot * width + figure
    moved[index] = kinds[figure].merged(moved[index], min(value, Saturating.most))
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
      if kinds != [.counter] { completeRows(of: &figures) }
      // (other) is there from the beginning.
      if hasOther { for index in 0..<width where figures[index] == Sums<Key>.absent { figures[index] = 0 } }
      let sums = Sums(identities: identities, figures: figures, kinds: kinds, hasOther: hasOther)
      known = sums
      return sums
    }
  }

  /// A row that is there has all of its figures, each as its kind has it.
  private mutating func completeRows(of figures: inout [UInt64]) {
    let width = width
    latest.grow(to: figures.count, with: Sums<Key>.absent)
    for row in stride(from: 0, to: figures.count, by: width) {
      // What lags is still there where its row was not found this time.
      let isThere = (0..<width).contains {
        figures[row + $0] != Sums<Key>.absent || kinds[$0] == .laggingCounter && latest.figure(at: row + $0) > 0
      }
      guard isThere else { continue }
      for (figure, kind) in kinds.enumerated() {
        let index = row + figure
        switch kind {
        case .counter: figures[index] = figures.figure(at: index)
        case .laggingCounter: figures[index] = max(figures.figure(at: index), latest.figure(at: index))
        case .maximum: figures[index] = max(moved[index], inMap.figure(at: index))
        case .gauge: figures[index] = inMap.figure(at: index)
        }
      }
    }
    latest = figures
  }

  /// Begins from zero: the counters that were read up to now are no more. Keys keep their ids.
  mutating func restart() {
    beginWalk()
    for index in moved.indices { moved[index] = 0 }
    latest = []
  }
}

// MARK: - Folding

extension Family {
  /// Keeps the number of rows bounded: the keys with the lowest first figure that are no longer in the map go into
  /// `(other)`, or into coarser keys where the family has none.
  ///
  /// A tenth more than needed go, so that this is not done each time. Where too few can go, it is tried again only
  /// after a tenth more have come or some have been moved out of the map.
  ///
  /// - Parameters:
  ///   - held: slots that must keep their keys, of those with a key. Asked only if something is to go.
  ///   - gone: is handed what goes.
  /// - Returns: whether keys have gone.
  mutating func foldColdest(
    beyond limit: Int, held: ([Key: Int32]) -> Set<Int32> = { _ in [] },
    gone: (ID<Key>, Key) -> Void = { _, _ in }
  ) -> Bool {
    guard count > limit, hasMovedSinceSearch || count > countAtSearch + limit / 10 else { return false }
    let excess = count - limit * 9 / 10
    let held = held(slots)
    // Some have gone from a foreign map altogether: they hold nothing but their slot.
    let candidates = slots.values.filter {
      !isInMap(Int($0)) && !held.contains($0) && (hasOther || identities.keys[Int($0)].coarser != nil)
    }
    let coldest = candidates.map { (rank(of: $0), $0) }.sorted { $0 < $1 }.prefix(excess).map(\.1)
    for slot in coldest {
      gone(identities.id(at: Int(slot)), identities.keys[Int(slot)])
      let coarser = hasOther ? nil : identities.keys[Int(slot)].coarser
      fold(Int(slot), into: coarser.map { self.slot(of: $0) } ?? 0)
    }
    countAtSearch = count
    hasMovedSinceSearch = false
    return !coldest.isEmpty
  }

  /// The least goes first; what holds others already, after all that does not.
  private func rank(of slot: Int32) -> UInt64 {
    let sum = coldFigures.reduce(0) { Saturating.sum($0, moved[Int(slot) * width + $1]) }
    return identities.keys[Int(slot)].isCoarse ? .max : sum
  }

  private func isInMap(_ slot: Int) -> Bool { inMap[slot * width] != Sums<Key>.absent }

  /// Hands over the keys that have a row in the map.
  func forEachInMap(_ body: (Key) -> Void) {
    for slot in identities.keys.indices where isInMap(slot) { body(identities.keys[slot]) }
  }

  /// Merges the rows whose keys refer to what has gone into `(other)`.
  mutating func follow(_ referents: Key.Referents) {
    for slot in identities.keys.indices where identities.isUsed(slot) {
      let target = identities.keys[slot].following(referents)
      guard target != identities.keys[slot] else { continue }
      // The name of `(other)` is no key of `slots`.
      fold(slot, into: hasOther && target == identities.keys[0] ? 0 : self.slot(of: target))
    }
  }

  /// Gives a key that refers to something else now, and is equal all the same, a row with another id: so whoever knows
  /// the row by its id finds its figures in the new one.
  mutating func renew(_ key: Key) {
    guard let old = slots[key].map(Int.init) else { return }
    let expected = place[old]
    // No slot that another row has lost: of two that take each other's place, figures could not be moved one by one.
    let slot = add(key, reusesSlots: false)
    fold(old, into: slot)
    slots[key] = Int32(truncatingIfNeeded: slot)
    // Walks find it where they expected the old one.
    guard expected >= 0 else { return }
    place[slot] = expected
    let index = Int(expected)
    if index < order.count, Int(order[index]) == old {
      order[index] = Int32(truncatingIfNeeded: slot)
    } else if index < lastOrder.count, Int(lastOrder[index]) == old {
      lastOrder[index] = Int32(truncatingIfNeeded: slot)
    }
  }

  /// The key that is equal to this one, as it has its row. Nil if it has none.
  func known(_ key: Key) -> Key? { slots[key].map { identities.keys[Int($0)] } }

  /// Adds one row's figures to another's and takes its key away.
  private mutating func fold(_ slot: Int, into target: Int) {
    known = nil
    for figure in 0..<width {
      let (from, into) = (slot * width + figure, target * width + figure)
      moved[into] = kinds[figure].merged(moved[into], moved[from])
      // A row that is still in its map is read under its new key at the next walk.
      if inMap[from] != Sums<Key>.absent {
        inMap[into] = kinds[figure].merged(inMap.figure(at: into), inMap[from])
      }
      moved[from] = 0
      inMap[from] = Sums<Key>.absent
    }
    if !latest.isEmpty { latest.apply([Fold(from: slot, into: target)], kinds: kinds) }
    slots[identities.keys[slot]] = nil
    place[slot] = -1
    if identities.retire(slot) { free.append(Int32(truncatingIfNeeded: slot)) }
  }
}

/// How a map's values stand behind one another.
struct RowShape {
  /// The first words of a row are these figures of its key.
  var figures = [0]
  /// Words of a row.
  var words = 1

  func range(of row: Int) -> Range<Int> { row * words..<(row + 1) * words }
}
