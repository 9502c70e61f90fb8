import ExecTopText

/// A point from which counts are counted.
struct Epoch: Sendable {
  var time: Seconds
  /// Everything counted from it came after it.
  var isFromZero: Bool
  var totals = Totals()
  /// By slot, the highest rate since.
  var peaks: [Double] = []
  var totalPeak = 0.0
  /// A reset began it.
  var isReset = false
  /// What came since, by the slots of paths.
  var sightings = Sightings()
  /// Likewise, by the slots of failures.
  var failureSightings = Sightings()

  mutating func forget(_ fold: Fold) {
    if fold.from < peaks.count { peaks[fold.from] = 0 }
    sightings.apply(fold)
  }
}
