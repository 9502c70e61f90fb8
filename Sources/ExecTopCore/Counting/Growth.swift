extension Sums {
  /// The rows, for keys that refer to them.
  package var rows: Identities<Key> { identities }

  /// Hands over the rows whose figure is another than in an earlier snapshot of the same series, with what they have
  /// more. What stood in rows that have lost their keys since counts as part of the rows into which it went, so all of
  /// it together is what the sum over all rows has more. A figure that fell has less than nothing more.
  ///
  /// - Parameters:
  ///   - figure: which of a row's figures.
  ///   - before: that snapshot's. Nil: all there is has come since.
  ///   - referents: the rows to which keys refer now.
  package func forEachGrowth(
    of figure: Int = 0, since before: Sums?, referents: Key.Referents, _ body: (ID<Key>, Key, Int64) -> Void
  ) {
    if let before, isSame(as: before) { return }
    var then = before?.figures ?? []
    let folds = before.map { self.folds(since: $0, referents: referents) } ?? []
    if !folds.isEmpty { then.apply(folds, kinds: kinds) }
    let width = width
    for row in 0..<identities.count {
      let index = row * width + figure
      let (now, was) = (figures.figure(at: index), then.figure(at: index))
      guard now != was else { continue }
      let growth = now > was ? Int64(clamping: now - was) : -Int64(clamping: was - now)
      body(identities.id(at: row), identities.keys[row], growth)
    }
  }
}
