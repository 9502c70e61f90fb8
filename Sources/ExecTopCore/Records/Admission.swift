import ExecTopCounting

/// Which keys have a place of their own: the first ones, once and for all. All others share one.
///
/// A key that loses its row, and comes back with another one, has the place that it had.
struct Admission<Key: FamilyKey>: Sendable {
  /// So many at most.
  let limit: Int
  /// By place, from 1 on. The place 0 is that of all others.
  private(set) var keys: [Key] = []
  private var places: [Key: Int] = [:]
  /// By slot of the rows: which one was there last, and its place.
  private var known: [(id: ID<Key>, place: Int)?] = []

  static var others: Int { 0 }

  init(limit: Int) {
    self.limit = limit
  }

  /// A key that has none yet can be given a place.
  var hasRoom: Bool { keys.count < limit }

  /// The key of a place; nil of that of all others.
  func key(at place: Int) -> Key? { place == Self.others ? nil : keys[place - 1] }

  /// The place of a row.
  mutating func place(of id: ID<Key>, in rows: Sums<Key>) -> Int {
    // The row (other) has a name, and there can be a key that is the same.
    guard id != .other else { return Self.others }
    if id.index < known.count, let known = known[id.index], known.id == id { return known.place }
    let place = rows.key(of: id).flatMap { places[$0] } ?? Self.others
    remember(place, of: id)
    return place
  }

  /// Gives the next free place to a row that has none.
  mutating func admit(_ id: ID<Key>, in rows: Sums<Key>) {
    guard hasRoom, place(of: id, in: rows) == Self.others, let key = rows.key(of: id) else { return }
    keys.append(key)
    places[key] = keys.count
    remember(keys.count, of: id)
  }

  private mutating func remember(_ place: Int, of id: ID<Key>) {
    known.grow(to: id.index + 1, with: nil)
    known[id.index] = (id, place)
  }
}
