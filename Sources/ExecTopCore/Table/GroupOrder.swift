import ExecTopCounting

/// The order in which launches that stand together are shown: by the figure of the sort column; equal ones by count, then
/// by name. What is equal in all of that keeps its place.
struct GroupOrder: Sendable {
  /// By group, as `Value.rank`. Empty where they stand by name.
  private let keys: [Double]
  private let counts: [UInt64]
  private let names: [RowName]
  private let isInverted: Bool

  /// - Parameter sums: the figures to sort by, by group.
  init(of groups: LaunchGroups, _ sums: [LaunchSums], by query: Query, in tally: Tally) {
    let isByName = query.sort.order == .name
    let sort = query.sort
    keys = isByName ? [] : sums.indices.map { sort.value(of: sums[$0], in: tally).rank }
    counts = isByName ? [] : sums.indices.map { sums[$0].count }
    names = groups.names
    isInverted = query.isInverted
  }

  /// The first groups, in order: so many, or all there are.
  func first(_ wanted: Int, of groups: [Int]) -> [Int] {
    guard wanted <= GroupOrder.mostInserted, wanted < groups.count / 4 else {
      return Array(groups.sorted { precedes($0, $1) }.prefix(wanted))
    }
    guard wanted > 0 else { return [] }
    // Nearly all of the others are told from the first ones by one comparison with the last of these.
    var first: [Int] = []
    first.reserveCapacity(wanted + 1)
    for group in groups {
      if first.count == wanted, let last = first.last, !precedes(group, last) { continue }
      var (low, high) = (0, first.count)
      while low < high {
        let middle = (low + high) / 2
        if precedes(group, first[middle]) { high = middle } else { low = middle + 1 }
      }
      first.insert(group, at: low)
      if first.count > wanted { first.removeLast() }
    }
    return first
  }

  /// Whether one stands before another, which it is not.
  func isBefore(_ left: Int, _ right: Int) -> Bool {
    precedes(left, right) || !precedes(right, left) && left < right
  }

  /// Beyond it sorting all is quicker.
  private static let mostInserted = 256

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    isInverted ? isLess(right, left) : isLess(left, right)
  }

  private func isLess(_ left: Int, _ right: Int) -> Bool {
    if !keys.isEmpty {
      if keys[left] != keys[right] { return keys[left] < keys[right] }
      if counts[left] != counts[right] { return counts[left] > counts[right] }
    }
    return names[left].bytes.lexicographicallyPrecedes(names[right].bytes)
  }
}
