/// The rows of a family by the row of another one to which their keys refer.
struct RowIndex: Sendable {
  /// By the slot referred to: the first of the rows. -1 ends.
  private var first: [Int32] = []
  /// By row: the next one of the same slot. -1 ends.
  private var next: [Int32] = []

  init() {}

  /// - Parameters:
  ///   - identities: the rows.
  ///   - referred: the rows to which they refer.
  ///   - reference: to which one a key does. Nil: to none.
  init<Key, Referred>(
    of identities: Identities<Key>, by referred: Identities<Referred>, _ reference: (Key) -> ID<Referred>?
  ) {
    first = Array(repeating: -1, count: referred.count)
    next = Array(repeating: -1, count: identities.count)
    for (row, key) in identities.keys.enumerated() {
      guard identities.isUsed(row), let id = reference(key), referred.contains(id) else { continue }
      next[row] = first[id.index]
      first[id.index] = Int32(truncatingIfNeeded: row)
    }
  }

  /// Hands over the slots of the rows that refer to a slot.
  func forEach(of slot: Int, _ body: (Int) -> Void) {
    var row = slot < first.count ? Int(first[slot]) : -1
    while row >= 0 {
      body(row)
      row = Int(next[row])
    }
  }
}
