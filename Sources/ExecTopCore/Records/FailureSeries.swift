import ExecTopCounting
import ExecTopText

/// Which pairs of a path's place and an errno have a part of their own. A seccomp filter can answer a call with any errno,
/// so there are so many of them for each path at most, the first ones; the others share one.
struct FailureSeries: Sendable {
  /// For each path.
  static let mostErrors = 8

  private struct Pair: Hashable {
    var place: Int
    /// Nil: all that have none.
    var error: Int32?
  }

  private var parts: [Pair: Int] = [:]
  /// By part.
  private var pairs: [Pair] = []
  /// By place: how many errnos have a part.
  private var errorCounts: [Int] = []

  /// The part of an errno, or of all that have none.
  mutating func part(place: Int, error: Int32?) -> Int {
    errorCounts.grow(to: place + 1, with: 0)
    let pair = Pair(place: place, error: error)
    if let part = parts[pair] { return part }
    if error != nil {
      guard errorCounts[place] < Self.mostErrors else { return part(place: place, error: nil) }
      errorCounts[place] += 1
    }
    parts[pair] = pairs.count
    pairs.append(pair)
    return pairs.count - 1
  }

  /// Every part with its place and the name of its errno.
  var all: [(part: Int, place: Int, error: String)] {
    pairs.enumerated().map { part, pair in (part, pair.place, pair.error.map(ErrorName.of) ?? SafeText.other) }
  }
}
