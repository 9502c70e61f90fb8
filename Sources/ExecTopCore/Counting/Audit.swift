/// Whether every exec is accounted for, and if not, how many are not and why.
public struct Audit: Equatable, Sendable {
  public let totals: Totals

  public init(_ totals: Totals) {
    self.totals = totals
  }

  /// What was missed can be known. It cannot of a map that something else fills.
  public var isKnown: Bool { totals.unattributed != .unknown }

  /// Every exec has a row, and that is known.
  public var isClean: Bool { isKnown && totals.unattributed.sum == 0 && totals.unaccounted == 0 }

  /// One line that says so.
  public var text: String {
    let reasons = totals.unattributed
    guard isKnown else { return "what the map's owner missed is not known" }
    if isClean { return "every exec accounted for" }
    let named = (reasons.named + [("LOST", totals.unaccounted)]).compactMap { name, count in
      (count ?? 0) > 0 ? "\(Format.count(count ?? 0)) \(name)" : nil
    }
    let sum = Snapshot.sum(reasons.sum, totals.unaccounted)
    return "\(Format.count(sum)) without a row: " + named.joined(separator: ", ")
  }

  /// As `text`, from its longest form to its shortest, for where there is little room. That execs were lost is said in
  /// each, for the number of those without a row does not say it.
  var texts: [String] {
    if isClean { return [text, "ok"] }
    return totals.unaccounted > 0 ? [text, "\(Format.count(totals.unaccounted)) LOST", "LOST"] : [text]
  }
}
