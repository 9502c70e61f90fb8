import ExecTopCounting
import ExecTopText

/// Chooses rows by words that must all hold: of the path, by the beginning of it or of its last component (`TEXT`,
/// `path:TEXT`), or by a regular expression searched in the whole of it (`~EXPRESSION`); of who runs it, by a launcher
/// (`by:TEXT`), the user (`user:NAME`), or the unit (`unit:TEXT`). `!` before a word: it must not hold.
public struct Filter: Equatable, Sendable {
  /// As it was typed.
  public let text: String
  let terms: [FilterTerm]

  /// By what it chooses.
  public enum Kind: Sendable {
    /// Paths, or file names, that begin with a text.
    case prefix
    /// Those that do not.
    case negated
    case expression
    /// Something else of an exec than its path, or several things.
    case words
  }

  public var kind: Kind {
    guard terms.count <= 1, let term = terms.first else { return terms.isEmpty ? .prefix : .words }
    switch (term.field, term.rule) {
    case (.path, .expression): return .expression
    case (.path, .text): return term.isNegated ? .negated : .prefix
    default: return .words
    }
  }

  /// The text, or expression, of a filter of one word.
  public var operand: String {
    guard let term = terms.first else { return "" }
    return switch term.rule {
    case .text(let text): String(decoding: text, as: UTF8.self)
    case .expression: String(String.UnicodeScalarView(text.unicodeScalars.drop { $0 == " " }.dropFirst()))
    }
  }

  /// The first word that says something of who runs a path: how many characters stand before it, and its field with the
  /// colon. Nil if there is none.
  public var launchWord: (place: Int, field: String)? {
    terms.first { $0.field != .path }.map { ($0.place, $0.field.rawValue + ":") }
  }

  /// What it says of who runs a path.
  var launchTerms: [FilterTerm] { terms.filter { $0.field != .path } }

  /// How many bytes a filter's text has at most. A path that is kept has fewer.
  public static let textLimit = 1024

  /// - Throws: `FilterError` for an expression that is none, and for too long a text.
  public init(_ text: String) throws(FilterError) {
    self.text = text
    guard text.utf8.count <= Filter.textLimit else {
      throw FilterError(text: text, reason: "longer than \(Format.count(UInt64(Filter.textLimit))) bytes")
    }
    do {
      terms = try FilterTerm.terms(of: text)
    } catch {
      throw FilterError(text: text, reason: error.reason, place: error.place)
    }
  }

  /// What it says of a path, whoever runs it.
  public func decide(_ path: Path, within budget: inout FilterBudget) -> Decision {
    var decision = Decision.matches
    for term in terms where term.field == .path {
      switch term.decide(path, within: &budget) {
      case .differs: return .differs
      case .matches: break
      case let undecided: decision = undecided
      }
    }
    return decision
  }

  public static func == (left: Filter, right: Filter) -> Bool { left.text == right.text }
}

/// What a filter says of a path.
public enum Decision: Equatable, Sendable {
  case matches
  case differs
  /// The path takes more steps than any path is allowed. It is shown, with a mark: what cannot be decided is not hidden.
  case undecided
  /// There were not enough steps left. Likewise, until it is asked again.
  case deferred

  /// The path is shown.
  public var isShown: Bool { self != .differs }
}

/// How many steps regular expressions may take, so that no expression and no path keep exectop from anything else.
///
/// A step is an item of the expression that is tried at a place, and takes some 20 ns, as a rule.
public struct FilterBudget: Equatable, Sendable {
  /// Steps that are left, for all paths together.
  public private(set) var left: Int
  /// Steps that one path may take.
  private let pathLimit: Int

  /// - Parameters:
  ///   - left: for all paths together. As a rule some 50 ms.
  ///   - pathLimit: for one path: hundreds of times what an ordinary expression takes.
  public init(_ left: Int = 1 << 21, pathLimit: Int = 1 << 15) {
    self.left = left
    self.pathLimit = pathLimit
  }

  mutating func spend(_ isFound: (inout Int) -> Bool?) -> Decision {
    guard left > 0 else { return .deferred }
    let allowed = min(left, pathLimit)
    var steps = allowed
    let answer = isFound(&steps)
    left -= min(left, allowed - min(steps, allowed))
    switch answer {
    case true?: return .matches
    case false?: return .differs
    case nil: return allowed < pathLimit ? .deferred : .undecided
    }
  }
}

/// A filter that is none, or none here.
public struct FilterError: Error, Equatable, CustomStringConvertible {
  public let text: String
  /// What is wrong with it.
  public let reason: String
  /// How many of its characters stand before the place that is wrong. Nil if it is all of it.
  public let place: Int?
  /// What is wrong is no expression.
  private let isUnknown: Bool

  init(text: String, reason: String, place: Int? = nil) {
    self.text = text
    self.reason = reason
    self.place = place
    isUnknown = false
  }

  /// A word of the filter asks for what is not known.
  ///
  /// - Parameter reason: why it is not.
  public init(unknown word: (place: Int, field: String), in filter: Filter, reason: String) {
    text = filter.text
    self.reason = "\(word.field) \(reason)"
    place = word.place
    isUnknown = true
  }

  /// What is wrong, and where.
  public var summary: String { reason + (place.map { ", after \($0) characters" } ?? "") }

  public var description: String {
    if isUnknown { return summary }
    return place == nil ? "the text is \(reason)" : "\(text) is not a regular expression: \(summary)"
  }
}
