/// What differs between two instants of one family: what a recording keeps.
///
/// Sums are told as what came on top, everything else as it is now (`FigureKind.isSum`). So what came over any stretch of
/// time is the sum of its changes, and the sums over all of them are the figures.
package struct FamilyChanges<Key: FamilyKey> {
  package struct Row {
    package var id: ID<Key>
    package var key: Key
    package var figures: [Int64]
  }

  /// Keys that are new, those of which there are no figures too.
  package private(set) var keys: [(id: ID<Key>, key: Key)] = []
  /// Keys that have lost their row: their sums are taken away again.
  package private(set) var gone: [Row] = []
  /// Where these figures stand since.
  package private(set) var moved: [Row] = []
  /// Rows of which nothing is found any more. Their keys keep them.
  package private(set) var vanished: [Row] = []
  /// Rows that are new, or of which a figure differs.
  package private(set) var changed: [Row] = []

  /// - Parameters:
  ///   - before: nil at the beginning, and where all begins from zero.
  ///   - now: a later instant of the same ledger.
  package init(from before: Sums<Key>?, to now: Sums<Key>, referents: Key.Referents) {
    var then = before?.figures ?? []
    if let before {
      let folds = now.folds(since: before, referents: referents)
      if !folds.isEmpty {
        then.apply(folds, kinds: now.kinds)
        takeFolds(folds, from: before, as: then, to: now)
      }
    }
    takeKeys(of: now.identities, since: before?.identities)
    guard then != now.figures else { return }
    let width = now.width
    then.grow(to: now.figures.count, with: Sums<Key>.absent)
    for slot in 0..<now.identities.count {
      let figures = slot * width..<(slot + 1) * width
      if then[figures] == now.figures[figures] { continue }
      let isThere = now.figures[figures.lowerBound] != Sums<Key>.absent
      let row = Row(
        id: now.identities.id(at: slot), key: now.identities.keys[slot],
        figures: Self.changes(from: then[figures], to: now.figures[figures], now.kinds))
      if isThere { changed.append(row) } else { vanished.append(row) }
    }
  }

  private mutating func takeKeys(of now: Identities<Key>, since before: Identities<Key>?) {
    if let before, now.isSame(as: before) { return }
    for slot in 0..<now.count where now.isUsed(slot) {
      let id = now.id(at: slot)
      if before?.contains(id) != true { keys.append((id, now.keys[slot])) }
    }
  }

  private mutating func takeFolds(_ folds: [Fold], from before: Sums<Key>, as then: [UInt64], to now: Sums<Key>) {
    let width = now.width
    func figures(_ slot: Int) -> Range<Int> { slot * width..<(slot + 1) * width }
    var targets: Set<Int> = []
    for fold in folds {
      let was = before.figures[figures(fold.from)]
      gone.append(
        Row(
          id: before.identities.id(at: fold.from), key: before.identities.keys[fold.from],
          figures: Self.changes(from: was, to: was.map { _ in Sums<Key>.absent }[...], now.kinds)))
      if let into = fold.into { targets.insert(into) }
    }
    var earlier = before.figures
    earlier.grow(to: then.count, with: Sums<Key>.absent)
    for slot in targets.sorted() {
      moved.append(
        Row(
          id: now.identities.id(at: slot), key: now.identities.keys[slot],
          figures: Self.changes(from: earlier[figures(slot)], to: then[figures(slot)], now.kinds)))
    }
  }

  private static func changes(
    from then: ArraySlice<UInt64>, to now: ArraySlice<UInt64>, _ kinds: [FigureKind]
  ) -> [Int64] {
    func known(_ figure: UInt64) -> UInt64 { figure == Sums<Key>.absent ? 0 : figure }
    var changes: [Int64] = []
    changes.reserveCapacity(kinds.count)
    for ((then, now), kind) in zip(zip(then, now), kinds) {
      changes.append(Int64(bitPattern: kind.isSum ? known(now) &- known(then) : known(now)))
    }
    return changes
  }
}
