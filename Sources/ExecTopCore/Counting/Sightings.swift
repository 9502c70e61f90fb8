import ExecTopText

/// When the rows of a family were first and last seen to grow, by slot.
struct Sightings: Sendable {
  private var firsts: [Seconds] = []
  private var lasts: [Seconds] = []

  mutating func grow(to slots: Int) {
    firsts.grow(to: slots, with: .never)
    lasts.grow(to: slots, with: .never)
  }

  mutating func see(_ slot: Int, at time: Seconds) {
    grow(to: slot + 1)
    if firsts[slot] == .never { firsts[slot] = time }
    lasts[slot] = time
  }

  /// What was seen of a slot; `never` where nothing was.
  mutating func set(_ slot: Int, first: Seconds, last: Seconds) {
    grow(to: slot + 1)
    firsts[slot] = first
    lasts[slot] = last
  }

  /// A row has lost its key: what it was is part of the row into which it went, and not of the slot's next key.
  mutating func apply(_ fold: Fold) {
    guard fold.from < firsts.count else { return }
    if let into = fold.into {
      grow(to: into + 1)
      firsts[into] = Self.earlier(firsts[into], firsts[fold.from])
      lasts[into] = max(lasts[into], lasts[fold.from])
    }
    firsts[fold.from] = .never
    lasts[fold.from] = .never
  }

  /// Takes in what was seen before these began.
  mutating func precede(by before: Sightings) {
    grow(to: before.firsts.count)
    for slot in before.firsts.indices {
      firsts[slot] = Self.earlier(before.firsts[slot], firsts[slot])
      lasts[slot] = max(before.lasts[slot], lasts[slot])
    }
  }

  func first(of slot: Int) -> Seconds? { known(firsts, slot) }
  func last(of slot: Int) -> Seconds? { known(lasts, slot) }

  private func known(_ instants: [Seconds], _ slot: Int) -> Seconds? {
    slot < instants.count && instants[slot] != .never ? instants[slot] : nil
  }

  private static func earlier(_ one: Seconds, _ other: Seconds) -> Seconds {
    one == .never ? other : other == .never ? one : min(one, other)
  }
}
