/// Which path has which number (`PathHash`), for the paths that have a row.
struct PathNumbers: Sendable {
  private let hash: PathHash
  /// By slot, as the paths were when `follow` was last called.
  private var generations: [UInt32] = []
  private var numbers: [UInt64] = []
  private var slots: [UInt64: Int32] = [:]

  init(_ hash: PathHash) {
    self.hash = hash
  }

  /// Takes in the paths that have come, and forgets those that have gone.
  ///
  /// - Returns: the slots of those that have come.
  @discardableResult
  mutating func follow(_ paths: Identities<Path>) -> [Int] {
    guard paths.generations != generations else { return [] }
    var came: [Int] = []
    numbers.grow(to: paths.count, with: 0)
    for slot in paths.keys.indices where slot >= generations.count || generations[slot] != paths.generations[slot] {
      if slots[numbers[slot]] == Int32(slot) { slots[numbers[slot]] = nil }
      numbers[slot] = 0
      // `(other)` stands for no one path.
      guard slot != PathID.other.index, paths.isUsed(slot) else { continue }
      numbers[slot] = hash.number(of: paths.keys[slot])
      slots[numbers[slot]] = Int32(truncatingIfNeeded: slot)
      came.append(slot)
    }
    generations = paths.generations
    return came
  }

  /// The number that a path has, whether or not it has a row.
  func number(of path: Path) -> UInt64 { hash.number(of: path) }

  /// Whether this is the number of an owner, whose path has a row.
  func isNumber(_ number: UInt64, of owner: Owner) -> Bool {
    if case .path(let id) = owner { self.number(at: id.index) == number } else { Owner(reserved: number) == owner }
  }

  /// The owner with this number. Nil if it is that of a path that has no row.
  func owner(of number: UInt64, paths: Identities<Path>) -> Owner? {
    Owner(reserved: number) ?? slot(of: number).map { .path(paths.id(at: $0)) }
  }

  /// The number of the path in a slot; 0 if there is none.
  func number(at slot: Int) -> UInt64 { slot < numbers.count ? numbers[slot] : 0 }

  /// The slot of the path with this number. Nil if no path that has a row has it.
  func slot(of number: UInt64) -> Int? { slots[number].map(Int.init) }
}
