/// What a family held at one instant: for each row its figures since counting began, never differences.
///
/// It stands alone. Copies share their memory with the ledger that made it and with its neighbours in time, as far as
/// they hold the same.
public struct Sums<Key: FamilyKey>: Sendable {
  package let identities: Identities<Key>
  /// One row behind the other, `width` figures each; `absent` where the key has no row in its map, nor in memory.
  let figures: [UInt64]
  /// What the figures of a row are.
  let kinds: [FigureKind]
  /// Keys without a row of their own stand together in the row `(other)`.
  let hasOther: Bool

  package init(
    identities: Identities<Key> = Identities(), figures: [UInt64] = [], kinds: [FigureKind] = [.counter],
    hasOther: Bool = false
  ) {
    self.identities = identities
    self.figures = figures
    self.kinds = kinds
    self.hasOther = hasOther
  }

  /// Places of rows, free ones among them.
  package var slotCount: Int { identities.count }

  /// Figures a row.
  var width: Int { kinds.count }

  /// Greater than any figure.
  static var absent: UInt64 { .max }

  /// The rows there are.
  public var ids: some Sequence<ID<Key>> {
    (0..<identities.count).lazy.filter { figures[$0 * width] != Self.absent }.map { identities.id(at: $0) }
  }

  /// All keys, with and without a row.
  public var keyIDs: some Sequence<ID<Key>> {
    (0..<identities.count).lazy.filter { identities.isUsed($0) }.map { identities.id(at: $0) }
  }

  /// Keys of one ledger: none has come or gone in between.
  public func hasSameKeys(as other: Sums) -> Bool { identities.isSame(as: other.identities) }

  /// The key of a row; nil if it has lost it. For `(other)`, the name under which that row is shown.
  public func key(of id: ID<Key>) -> Key? { identities.contains(id) ? identities.keys[id.index] : nil }

  /// There are figures in a slot.
  func isRow(_ slot: Int) -> Bool { slot * width < figures.count && figures[slot * width] != Self.absent }

  /// A figure of a row; 0 where there is no such row.
  public func figure(of id: ID<Key>, _ figure: Int = 0) -> UInt64 {
    identities.contains(id) ? figures.figure(at: id.index * width + figure) : 0
  }

  /// A figure, added up over all rows.
  public func total(_ figure: Int = 0) -> UInt64 {
    stride(from: figure, to: figures.count, by: width).reduce(0) { Saturating.sum($0, figures.figure(at: $1)) }
  }

  /// The same figures in the same rows. Arrays that are the same in memory are not looked at.
  func isSame(as other: Sums) -> Bool { figures == other.figures && identities.isSame(as: other.identities) }
}

extension [UInt64] {
  /// The figure at an index; 0 where there is none.
  func figure(at index: Int) -> UInt64 {
    index < count && self[index] != .max ? self[index] : 0
  }
}

/// A row that has lost its key, and the row in which its figures stand since.
struct Fold: Equatable, Sendable {
  var from: Int
  /// Nil if there is no such row.
  var into: Int?
}

extension Sums {
  /// The rows of an earlier instant that have lost their keys since. However many instants are left out between the
  /// two, the figures of each stand in one row now. They can be moved one after the other in this order.
  func folds(since before: Sums, referents: Key.Referents) -> [Fold] {
    guard before.identities.generations != identities.generations else { return [] }
    let (then, now) = (before.identities.generations, identities.generations)
    var folds = zip(then.indices, now).filter { then[$0] != $1 && before.identities.isUsed($0) }.map {
      Fold(from: $0.0, into: hasOther ? 0 : nil)
    }
    guard !hasOther, !folds.isEmpty else { return folds }
    let keys = folds.map { before.identities.keys[$0.from].following(referents) }
    var slots: [Key: Int] = [:]
    // Where instants were left out, a key can have gone into a coarser one more than once.
    let wanted = Set(keys.flatMap { sequence(first: $0, next: \.coarser) })
    let width = width
    for slot in identities.keys.indices where figures[slot * width] != Self.absent {
      if wanted.contains(identities.keys[slot]) { slots[identities.keys[slot]] = slot }
    }
    for (index, key) in keys.enumerated() {
      folds[index].into = sequence(first: key, next: \.coarser).lazy.compactMap { slots[$0] }.first
    }
    return Self.ordered(folds)
  }

  /// A slot that one key has lost and another one has got since is emptied before it is filled.
  private static func ordered(_ folds: [Fold]) -> [Fold] {
    var left = Dictionary(folds.map { ($0.from, $0) }, uniquingKeysWith: { first, _ in first })
    guard folds.contains(where: { fold in fold.into.map { left[$0] != nil } ?? false }) else { return folds }
    var ordered: [Fold] = []
    for fold in folds {
      var chain: [Fold] = []
      var next = left.removeValue(forKey: fold.from)
      while let fold = next {
        chain.append(fold)
        next = fold.into.flatMap { left.removeValue(forKey: $0) }
      }
      ordered += chain.reversed()
    }
    return ordered
  }
}

extension [UInt64] {
  /// Moves the figures of rows that have lost their keys to the rows in which they stand since.
  mutating func apply(_ folds: [Fold], kinds: [FigureKind]) {
    let width = kinds.count
    for fold in folds {
      for (figure, kind) in kinds.enumerated() {
        let from = fold.from * width + figure
        guard from < count, self[from] != .max else { continue }
        if let into = fold.into {
          grow(to: (into + 1) * width, with: 0)
          self[into * width + figure] = kind.merged(self.figure(at: into * width + figure), self[from])
        }
        self[from] = .max
      }
    }
  }
}

extension Array {
  /// Adds elements at the end until there are so many.
  package mutating func grow(to count: Int, with element: Element) {
    if self.count < count { self += repeatElement(element, count: count - self.count) }
  }
}
