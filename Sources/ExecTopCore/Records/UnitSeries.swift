import ExecTopCounting
import ExecTopText

/// Execs by unit, by which people know a control group: the first units have a series of their own, all others share one.
struct UnitSeries: Sendable {
  /// So many units at most.
  let limit: Int
  /// By place, from 1 on, as they show. The place 0 is that of all others.
  private(set) var names: [String] = []
  private var places: [String: Int] = [:]
  private(set) var execs = RisingSums()

  /// Control groups that had gone before they were looked up.
  static let gone = "(gone)"
  /// Of which it is not known in which one they were. No unit has a name like these.
  static let unknown = "(unknown)"

  init(limit: Int) {
    self.limit = limit
  }

  /// Takes what has come since the last time.
  ///
  /// - Parameters:
  ///   - execs: by the id of the control group.
  ///   - groups: the paths of control groups by their ids.
  mutating func apply(_ execs: [UInt64: Int64], groups: [UInt64: Path]) {
    var byName: [String: Int64] = [:]
    for (group, growth) in execs where growth != 0 {
      byName[UnitSeries.name(of: group, groups), default: 0] &+= growth
    }
    // Of those that come together, the ones with the most execs.
    for (name, growth) in byName.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      if places[name] == nil, names.count < limit {
        names.append(name)
        places[name] = names.count
      }
      self.execs.add(growth, to: places[name] ?? 0)
    }
    self.execs.settle()
  }

  private static func name(of group: UInt64, _ groups: [UInt64: Path]) -> String {
    guard group != 0 else { return unknown }
    return groups[group].map { SafeText(Unit(of: $0).bytes).string } ?? gone
  }

  /// Every unit with its execs, all others last.
  var all: [(name: String, execs: UInt64)] {
    names.enumerated().map { ($1, execs[$0 + 1]) } + [(SafeText.other, execs[0])]
  }
}
