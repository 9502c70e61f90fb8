import ExecTopText

/// Whether every exec is accounted for, and if not, how many are not and why.
public struct Audit: Equatable, Sendable {
  public let totals: Totals

  public init(_ totals: Totals) {
    self.totals = totals
  }

  /// What was missed can be known. It cannot of a map that something else fills.
  public var isKnown: Bool { totals.unattributed.isKnown }

  /// Every exec has a row, and that is known.
  public var isClean: Bool { isKnown && totals.unattributed.sum == 0 && totals.unaccounted == 0 }

  /// One line that says so.
  public var text: String {
    guard isKnown else { return "what the map's owner missed is not known" }
    if isClean { return "every exec accounted for" }
    let reasons = totals.unattributed.all.map { (count: $0.count ?? 0, name: $0.reason.rawValue) }
    let named = (reasons + [(totals.unaccounted, "LOST")]).filter { $0.count > 0 }
      .map { "\(Format.count($0.count)) \($0.name)" }
    let sum = Saturating.sum(totals.unattributed.sum, totals.unaccounted)
    return "\(Format.count(sum)) without a row: " + named.joined(separator: ", ")
  }

  /// As `text`, from its longest form to its shortest, for where there is little room. That execs were lost is said in
  /// each, for the number of those without a row does not say it.
  package var texts: [String] {
    if isClean { return [text, "ok"] }
    return totals.unaccounted > 0 ? [text, "\(Format.count(totals.unaccounted)) LOST", "LOST"] : [text]
  }
}
