import ExecTopCounting
import ExecTopText

/// Chooses paths: by the beginning of the path or of its last component, by what does not begin so (`!`), or by a
/// regular expression searched in the whole path (`~`).
public struct Filter: Equatable, Sendable {
  /// As it was typed.
  public let text: String
  private let rule: Rule

  private enum Rule: Sendable {
    case prefix([UInt8], negated: Bool)
    case expression(Expression)
  }

  /// By what it chooses.
  public enum Kind: Sendable {
    /// Paths, or file names, that begin with a text.
    case prefix
    /// Those that do not.
    case negated
    case expression
  }

  public var kind: Kind {
    switch rule {
    case .prefix(_, let negated): negated ? .negated : .prefix
    case .expression: .expression
    }
  }

  /// The text behind the mark that chooses the kind.
  public var operand: String {
    kind == .prefix ? text : String(String.UnicodeScalarView(text.unicodeScalars.dropFirst()))
  }

  /// How many bytes a filter's text has at most. A path that is kept has fewer.
  public static let textLimit = 1024

  /// - Throws: `FilterError` for an expression that is none, and for too long a text.
  public init(_ text: String) throws(FilterError) {
    self.text = text
    guard text.utf8.count <= Filter.textLimit else {
      throw FilterError(text: text, reason: "longer than \(Format.count(UInt64(Filter.textLimit))) bytes")
    }
    // By scalar: a combining mark behind it would make another Character of the mark that chooses the rule.
    let first = text.unicodeScalars.first
    if first == "~" {
      let expression = String(text.unicodeScalars.dropFirst())
      do {
        rule = .expression(try Expression(expression))
      } catch {
        let before = String(decoding: expression.utf8.prefix(error.offset), as: UTF8.self).unicodeScalars.count
        throw FilterError(text: text, reason: error.reason, place: 1 + before)
      }
    } else if first == "!" {
      rule = .prefix(Array(text.utf8.dropFirst()), negated: true)
    } else {
      rule = .prefix(Array(text.utf8), negated: false)
    }
  }

  /// What it says of a path.
  public func decide(_ path: Path, within budget: inout FilterBudget) -> Decision {
    switch rule {
    case .prefix(let prefix, let negated):
      // Nothing typed behind the mark yet chooses nothing away.
      let begins = path.bytes.starts(with: prefix) || path.lastComponent.starts(with: prefix)
      return begins != (negated && !prefix.isEmpty) ? .matches : .differs
    case .expression(let expression):
      return budget.spend { steps in expression.isFound(in: path.bytes, steps: &steps) }
    }
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

  fileprivate mutating func spend(_ isFound: (inout Int) -> Bool?) -> Decision {
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

/// A filter that is none.
public struct FilterError: Error, Equatable, CustomStringConvertible {
  public let text: String
  /// What is wrong with it.
  public let reason: String
  /// How many of its characters stand before the place that is wrong. Nil if it is no regular expression.
  public let place: Int?

  init(text: String, reason: String, place: Int? = nil) {
    self.text = text
    self.reason = reason
    self.place = place
  }

  /// What is wrong, and where.
  public var summary: String { reason + (place.map { ", after \($0) characters" } ?? "") }

  public var description: String {
    place == nil ? "the text is \(reason)" : "\(text) is not a regular expression: \(summary)"
  }
}
