/// Which key has which row.
///
/// A row is a slot and the generation of the key that stands in it. Slots are used again, so that memory stays flat
/// however many keys come and go; a pair of slot and generation is never given to another key.
public struct ID<Key>: Hashable, Sendable {
  /// The place of the key's figures in arrays.
  public let slot: Int32
  let generation: UInt32

  init(slot: Int, generation: UInt32) {
    self.slot = Int32(truncatingIfNeeded: slot)
    self.generation = generation
  }

  /// The row `(other)` of a family that has one: into it go the keys that have no row of their own any more.
  public static var other: ID { ID(slot: 0, generation: 0) }

  /// The slot as an index.
  package var index: Int { Int(slot) }
}

/// What a path goes by.
public typealias PathID = ID<Path>

/// The keys of a family by their ids. A copy shares its memory as long as no key comes or goes.
public struct Identities<Key: Hashable & Sendable>: Sendable {
  /// By slot. A slot that is free holds the key that it had last.
  private(set) var keys = Chunked<Key>()
  /// By slot: how often a key has got it or lost it, so an odd one is that of a free slot.
  private(set) var generations: [UInt32] = []

  package init() {}

  /// How many slots there are, free ones among them.
  var count: Int { keys.count }

  /// Whether this key still has its row.
  func contains(_ id: ID<Key>) -> Bool {
    id.index < generations.count && generations[id.index] == id.generation
  }

  /// The row in which a key's figures stand now: its own, or that of `(other)`.
  package func current(_ id: ID<Key>) -> ID<Key> { contains(id) ? id : .other }

  /// Whether a key has this slot.
  func isUsed(_ slot: Int) -> Bool { generations[slot] & 1 == 0 }

  func id(at slot: Int) -> ID<Key> { ID(slot: slot, generation: generations[slot]) }

  /// Gives a key a new slot, or one that is free.
  mutating func add(_ key: Key, free slot: Int?) -> Int {
    if let slot {
      keys[slot] = key
      generations[slot] += 1
      return slot
    }
    keys.append(key)
    generations.append(0)
    return keys.count - 1
  }

  /// Gives a key a certain slot, which must be free. Those between it and the last one are free from then on.
  mutating func add(_ key: Key, at slot: Int) {
    while keys.count <= slot {
      keys.append(key)
      generations.append(1)
    }
    keys[slot] = key
    generations[slot] += 1
  }

  /// Takes a key's row away.
  ///
  /// - Returns: whether the slot can have another key. One whose generations are used up cannot.
  mutating func retire(_ slot: Int) -> Bool {
    generations[slot] += 1
    return generations[slot] < UInt32.max - 1
  }

  /// The same rows. Where slots have the same generations their keys are the same, as long as both come from one ledger.
  func isSame(as other: Identities) -> Bool { generations == other.generations }
}
