/// What snapshots tell of one family: figures since the last reset, and what came over the last interval.
///
/// A value: a copy is a frozen view.
struct FamilyTally<Key: FamilyKey>: Sendable {
  /// Of the last snapshot.
  private(set) var sums = Sums<Key>()
  /// What figures are counted from, by the slots of `sums`: nothing at first, and the figures at the last reset since.
  private var base: [UInt64] = []
  private var basesBefore: [[UInt64]] = []
  /// What came over the last whole interval, by the slots of `sums`, or `unknown`. Empty where that is not kept.
  private var deltas: [UInt64] = []
  /// What has come over the interval that is under way; empty if it has just begun.
  private var carried: [UInt64] = []
  private let keepsDeltas: Bool

  private static var unknown: UInt64 { .max }

  /// - Parameter keepsDeltas: whether rates are wanted of it.
  init(keepsDeltas: Bool) {
    self.keepsDeltas = keepsDeltas
  }

  /// Takes the next snapshot.
  ///
  /// - Parameters:
  ///   - folds: the rows that have lost their keys since the last one.
  ///   - each: is handed every figure's index, what came, and what came over the interval if one ends; 0 where that is
  ///     not known. Not called where deltas are not kept.
  mutating func apply(
    _ now: Sums<Key>, folds: [Fold], step: Step,
    each: (_ index: Int, _ came: UInt64, _ delta: UInt64) -> Void = { _, _, _ in }
  ) {
    var before = sums.figures
    if !folds.isEmpty {
      before.apply(folds, kinds: now.kinds)
      fold(folds, kinds: now.kinds)
    }
    sums = now
    guard keepsDeltas else { return }
    deltas.grow(to: now.figures.count, with: Self.unknown)
    if !step.endsInterval || !carried.isEmpty { carried.grow(to: now.figures.count, with: 0) }
    let isCarrying = !carried.isEmpty
    for index in now.figures.indices {
      let came =
        step.isComparable ? Self.came(now.figures[index], since: before.figure(at: index)) : Self.unknown
      var delta = came
      // A row that has gone, or a free slot: what comes there is counted from zero.
      if isCarrying, now.figures[index] != Sums<Key>.absent {
        if carried[index] == Self.unknown { delta = Self.unknown }
        if delta != Self.unknown { delta = Saturating.sum(delta, carried[index]) }
        carried[index] = delta
      }
      if step.endsInterval { deltas[index] = delta }
      each(index, came == Self.unknown ? 0 : came, step.endsInterval && delta != Self.unknown ? delta : 0)
    }
    if step.endsInterval { carried = [] }
  }

  private mutating func fold(_ folds: [Fold], kinds: [FigureKind]) {
    let width = kinds.count
    base.apply(folds, kinds: kinds)
    for index in basesBefore.indices { basesBefore[index].apply(folds, kinds: kinds) }
    carried.apply(folds, kinds: kinds)
    for fold in folds {
      for index in fold.from * width..<(fold.from + 1) * width {
        if index < deltas.count { deltas[index] = Self.unknown }
        // The slot's next key begins with nothing.
        if index < carried.count { carried[index] = 0 }
      }
    }
  }

  /// Unknown where the row has gone, and where the counter fell.
  private static func came(_ now: UInt64, since before: UInt64) -> UInt64 {
    now != Sums<Key>.absent && now >= before ? now - before : unknown
  }

  /// The next interval begins now: what has been carried belongs to none.
  mutating func dropCarried() { carried = [] }

  /// The counters have begun from zero again, and so does all that is counted from them.
  mutating func forgetBases() {
    base = []
    for index in basesBefore.indices { basesBefore[index] = [] }
  }

  // MARK: Reset

  mutating func reset() {
    basesBefore.append(base)
    if basesBefore.count > undoLimit { basesBefore.removeFirst() }
    base = sums.figures
  }

  mutating func undoReset() {
    if let before = basesBefore.popLast() { base = before }
  }

  // MARK: Figures by index: slot * width + figure

  /// Since the last reset. A counter that fell below its state then is counted whole.
  func count(at index: Int) -> UInt64 { sums.figures.figure(at: index).since(base.figure(at: index)) }

  /// Over the last whole interval. Nil on a first sample, and after a counter that fell.
  func delta(at index: Int) -> UInt64? {
    index < deltas.count && deltas[index] != Self.unknown ? deltas[index] : nil
  }

  /// All of them: now, at the last reset, and over the last whole interval (the highest number where that is not known).
  var figures: (now: [UInt64], base: [UInt64], deltas: [UInt64]) { (sums.figures, base, deltas) }

  // MARK: Figures by id

  func count(of id: ID<Key>, _ figure: Int = 0) -> UInt64 {
    sums.identities.contains(id) ? count(at: id.index * sums.width + figure) : 0
  }

  func delta(of id: ID<Key>, _ figure: Int = 0) -> UInt64? {
    sums.identities.contains(id) ? delta(at: id.index * sums.width + figure) : nil
  }
}

/// How a snapshot stands to the one before.
struct Step {
  /// Figures can be compared with those before. Not at a first sample, nor with those of another series.
  var isComparable: Bool
  /// An interval ends with it; otherwise what has come is carried on into the next one.
  var endsInterval: Bool
  /// The seconds in which what came is said to have come.
  var seconds: ClosedRange<Int>
}

/// How many resets can be taken back.
let undoLimit = 16
