import ExecTopText

/// The figures of launches, summed up over some of them: since the last reset, and over the last interval.
package struct LaunchSums: Sendable {
  /// By figure: what was counted since the last reset, the highest since then, or what is now.
  private var figures = UseFigure.Figures(repeating: 0)
  /// By figure: what came over the last interval, or `unknown` where that of one of them is not known.
  private var cameFigures = UseFigure.Figures(repeating: 0)
  /// The last snapshot that found one of them launched, or tried, again. Nil if none did while exectop looked.
  package private(set) var lastSeen: Seconds?

  private static var unknown: UInt64 { .max }

  package init() {}

  /// A figure since the last reset: a sum; or the highest, which is 0 where it is not known; or what is now.
  package subscript(figure: UseFigure) -> UInt64 { figures[figure.rawValue] }

  /// What a figure that is a sum has more over the last interval. Nil where that of one of them is not known.
  package func came(_ figure: UseFigure) -> UInt64? {
    let came = cameFigures[figure.rawValue]
    return came == Self.unknown ? nil : came
  }

  /// Execs, failed ones among them.
  package var count: UInt64 { Saturating.sum(self[.execs], self[.failed]) }

  /// Those over the last interval. Nil where it is not known.
  package var delta: UInt64? {
    let came = Self.sum(cameFigures[UseFigure.execs.rawValue], cameFigures[UseFigure.failed.rawValue])
    return came == Self.unknown ? nil : came
  }

  /// Something has come of it since the last reset, or runs.
  package var hasRow: Bool { self[.execs] > 0 || self[.failed] > 0 || self[.cpu] > 0 || self[.running] > 0 }

  /// Adds what others have.
  package static func += (left: inout LaunchSums, right: LaunchSums) {
    for figure in left.figures.indices {
      left.figures[figure] =
        UseFigure.maxima.contains(figure)
        ? max(left.figures[figure], right.figures[figure])
        : Saturating.sum(left.figures[figure], right.figures[figure])
    }
    for figure in 0..<UseFigure.counters {
      left.cameFigures[figure] = sum(left.cameFigures[figure], right.cameFigures[figure])
    }
    if let seen = right.lastSeen { left.lastSeen = max(left.lastSeen ?? seen, seen) }
  }

  /// What came, of two.
  private static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    left == unknown || right == unknown ? unknown : Saturating.sum(left, right)
  }
}

extension LaunchSums: Equatable {
  package static func == (left: LaunchSums, right: LaunchSums) -> Bool {
    left.lastSeen == right.lastSeen
      && left.figures.indices.allSatisfy {
        left.figures[$0] == right.figures[$0] && left.cameFigures[$0] == right.cameFigures[$0]
      }
  }
}

/// What is known of all launches, by their slots: looked up once for sums over many.
package struct LaunchFigures {
  /// Now, at the last reset, and what came over the last interval.
  private let (now, base, deltas): ([UInt64], [UInt64], [UInt64])
  private let seen: [Seconds]

  fileprivate init(_ uses: UseTally) {
    (now, base, deltas) = uses.launches.figures
    seen = uses.launchSeen
  }

  /// Adds what is known of the launch in a slot. Nothing of one that has no figures: a launcher of which none of the
  /// processes has been counted yet.
  package func add(_ slot: Int, to sums: inout LaunchSums) {
    let start = slot * UseFigure.count
    guard slot < seen.count, start + UseFigure.count <= now.count, now[start] != Sums<Launch>.absent else { return }
    sums.add(now: now, base: base, deltas: deltas, at: start)
    sums.see(at: seen[slot])
  }
}

extension LaunchSums {
  /// - Parameter start: where the figures of a launch begin.
  fileprivate mutating func add(now: [UInt64], base: [UInt64], deltas: [UInt64], at start: Int) {
    for figure in 0..<UseFigure.counters {
      let index = start + figure
      let count = base.isEmpty ? now.figure(at: index) : now.figure(at: index).since(base.figure(at: index))
      figures[figure] = Saturating.sum(figures[figure], count)
      let came = index < deltas.count ? deltas[index] : Self.unknown
      cameFigures[figure] = Self.sum(cameFigures[figure], came)
    }
    for figure in UseFigure.maxima {
      let index = start + figure
      // A maximum that has not risen since the last reset tells nothing of what came since.
      let highest = now.figure(at: index)
      if highest > base.figure(at: index) { figures[figure] = max(figures[figure], highest) }
    }
    for figure in UseFigure.gauges {
      figures[figure] = Saturating.sum(figures[figure], now.figure(at: start + figure))
    }
  }

  fileprivate mutating func see(at instant: Seconds) {
    if instant > lastSeen ?? .never { lastSeen = instant }
  }
}

extension UseTally {
  package var launchFigures: LaunchFigures { LaunchFigures(self) }

  /// What is known of the launch in a slot.
  package func sums(at slot: Int) -> LaunchSums {
    var sums = LaunchSums()
    launchFigures.add(slot, to: &sums)
    return sums
  }

  /// The sums over the launches in these slots. Of no generic type: each step would be a call there.
  package func sums(of slots: ArraySlice<Int32>) -> LaunchSums {
    let figures = launchFigures
    var sums = LaunchSums()
    for slot in slots { figures.add(Int(slot), to: &sums) }
    return sums
  }

  /// Execs, failed ones too, in each of the last 60 seconds, oldest first; nil for seconds before the first snapshot. The
  /// sums over the launches in these slots.
  package func history(of slots: ArraySlice<Int32>) -> [UInt64?] { launchHistory.values(of: slots.map(Int.init)) }
}
