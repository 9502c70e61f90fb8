/// The rows of one map: a number for each key, what the map holds of it now, and what was moved out of the map before.
struct Rows<Key: Hashable & Sendable>: Sendable {
  /// By number. A retired number keeps its last key until it is given away again.
  private(set) var keys: [Key] = []
  private var indices: [Key: Int] = [:]
  private var retired: [Int] = []
  /// Numbers given away since `takeNew`.
  private var new: [Int] = []

  private var inMap: [UInt64] = []
  private var moved: [UInt64] = []

  /// Numbers in the order of the last walk, and of this one so far.
  private var lastOrder: [Int32] = []
  private var order: [Int32] = []
  /// By number: the place in the last walk, or already in this one; -1 for a number not walked over yet.
  private var place: [Int32] = []
  /// Where in `lastOrder` the next key is expected.
  private var cursor = 0

  /// Keys that have a number.
  var count: Int { indices.count }

  mutating func number(of key: Key) -> Int {
    if let index = indices[key] { return index }
    let index: Int
    if let free = retired.popLast() {
      index = free
      keys[index] = key
    } else {
      index = keys.count
      keys.append(key)
      inMap.append(Snapshot.absent)
      moved.append(0)
      place.append(-1)
    }
    indices[key] = index
    new.append(index)
    return index
  }

  /// Starts a walk over the whole map.
  mutating func beginWalk() {
    for index in inMap.indices { inMap[index] = Snapshot.absent }
    swap(&lastOrder, &order)
    order.removeAll(keepingCapacity: true)
    cursor = 0
  }

  /// Takes the next row of the walk. `isKey` tells whether it is the expected one; `key` makes it where it is not.
  mutating func walk(value: UInt64, isKey: (Key) -> Bool, key: () -> Key) {
    let index: Int
    if cursor < lastOrder.count, isKey(keys[Int(lastOrder[cursor])]) {
      index = Int(lastOrder[cursor])
      cursor += 1
    } else {
      index = number(of: key())
      // A key that was there before: the ones between are gone. A new key: the expected one comes after it.
      if place[index] >= 0 { cursor = Int(place[index]) + 1 }
    }
    place[index] = Int32(truncatingIfNeeded: order.count)
    order.append(Int32(truncatingIfNeeded: index))
    inMap[index] = min(value, Snapshot.most)
  }

  /// Takes a row that has been deleted from the map.
  mutating func move(_ key: Key, value: UInt64) {
    let index = number(of: key)
    moved[index] = Snapshot.sum(moved[index], value)
  }

  /// All that was counted of each key, by number.
  var sums: [UInt64] {
    var sums = moved
    for index in sums.indices where inMap[index] != Snapshot.absent || moved[index] == 0 {
      // A row in the map, or in neither place: absent, which is greater than any sum.
      sums[index] = inMap[index] == Snapshot.absent ? Snapshot.absent : Snapshot.sum(moved[index], inMap[index])
    }
    return sums
  }

  /// The row stands in user space alone.
  func isOutsideMap(_ index: Int) -> Bool { inMap[index] == Snapshot.absent }

  /// The number stands for a key: it is not retired.
  func isUsed(_ index: Int) -> Bool { indices[keys[index]] == index }

  func movedSum(_ index: Int) -> UInt64 { moved[index] }

  /// Adds one row's moved execs to another row and gives its number back. The row must be outside the map.
  mutating func fold(_ index: Int, into target: Int) {
    moved[target] = Snapshot.sum(moved[target], moved[index])
    moved[index] = 0
    indices[keys[index]] = nil
    place[index] = -1
    retired.append(index)
  }

  /// The numbers given away since the last call, oldest first; one that was folded meanwhile is not among them.
  mutating func takeNew() -> [Int] {
    defer { new.removeAll(keepingCapacity: true) }
    // A number can have been given away, taken back and given away again.
    var named: Set<Int> = []
    return new.filter { isUsed($0) && named.insert($0).inserted }
  }
}
