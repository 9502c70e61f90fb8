import ExecTopCounting
import HeapModule

/// Rows and the order in which they stand, sorted only as far as somebody has asked: of thousands, a screen shows some
/// dozens.
public struct Ranking: Sendable {
  /// The first rows, in order: as many as `sort` was asked for.
  public private(set) var rows: [PathID] = []
  private let ranks: Unsorted
  private let isInverted: Bool

  private enum Unsorted: Sendable {
    case figures([Rank<Double, PathID>])
    case paths([Rank<Path, PathID>])
  }

  package init(figures: [Rank<Double, PathID>], isInverted: Bool) {
    ranks = .figures(figures)
    self.isInverted = isInverted
  }

  init(paths: [Rank<Path, PathID>], isInverted: Bool) {
    ranks = .paths(paths)
    self.isInverted = isInverted
  }

  /// How many rows there are, sorted or not.
  public var count: Int {
    switch ranks {
    case .figures(let ranks): ranks.count
    case .paths(let ranks): ranks.count
    }
  }

  /// All rows, in no order.
  package var unsorted: [PathID] {
    switch ranks {
    case .figures(let ranks): ranks.map(\.item)
    case .paths(let ranks): ranks.map(\.item)
    }
  }

  /// The place of a row among all. Nil if it is none of them.
  func place(of id: PathID) -> Int? {
    switch ranks {
    case .figures(let ranks): place(of: id, in: ranks)
    case .paths(let ranks): place(of: id, in: ranks)
    }
  }

  private func place<Key>(of id: PathID, in ranks: [Rank<Key, PathID>]) -> Int? {
    guard let rank = ranks.first(where: { $0.item == id }) else { return nil }
    return ranks.count { isInverted ? rank < $0 : $0 < rank }
  }

  /// Makes `rows` at least so many, or all there are.
  mutating func sort(through wanted: Int) {
    guard wanted > rows.count, rows.count < count else { return }
    switch ranks {
    case .figures(let ranks): rows = first(wanted, of: ranks)
    case .paths(let ranks): rows = first(wanted, of: ranks)
    }
  }

  private func first<Key>(_ wanted: Int, of ranks: [Rank<Key, PathID>]) -> [PathID] {
    guard wanted < ranks.count / 4 else {
      return ranks.sorted(by: isInverted ? (>) : (<)).prefix(wanted).map(\.item)
    }
    // Nearly all of the others are told from the first ones by one comparison with the last of these.
    var best = Heap(ranks.prefix(wanted))
    for rank in ranks.dropFirst(wanted) {
      if isInverted {
        if let last = best.min, last < rank { best.replaceMin(with: rank) }
      } else {
        if let last = best.max, rank < last { best.replaceMax(with: rank) }
      }
    }
    return best.unordered.sorted(by: isInverted ? (>) : (<)).map(\.item)
  }
}

/// What decides where something stands: the least key first; of equal ones the one with the most execs, then the least
/// item.
package struct Rank<Key: Comparable & Sendable, Item: Comparable & Sendable>: Comparable, Sendable {
  var key: Key
  var count: UInt64
  var item: Item

  package static func < (left: Rank, right: Rank) -> Bool {
    if left.key != right.key { return left.key < right.key }
    if left.count != right.count { return left.count > right.count }
    return left.item < right.item
  }
}

/// By slots, which keys got in the order in which they came.
extension ID: Comparable {
  public static func < (left: ID, right: ID) -> Bool { left.slot < right.slot }
}
