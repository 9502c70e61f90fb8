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

  /// - Throws: `FilterError` for an expression that is none.
  public init(_ text: String) throws(FilterError) {
    self.text = text
    // By scalar: a combining mark behind it would make another Character of the mark that chooses the rule.
    let first = text.unicodeScalars.first
    if first == "~" {
      do {
        let expression = String(text.unicodeScalars.dropFirst())
        rule = .expression(Expression(try Regex(expression).matchingSemantics(.unicodeScalar)))
      } catch {
        throw FilterError(text: text)
      }
    } else if first == "!" {
      rule = .prefix(Array(text.utf8.dropFirst()), negated: true)
    } else {
      rule = .prefix(Array(text.utf8), negated: false)
    }
  }

  public func matches(_ path: Path) -> Bool {
    switch rule {
    case .prefix(let prefix, let negated):
      // Nothing typed behind the mark yet chooses nothing away.
      (path.bytes.starts(with: prefix) || path.lastComponent.starts(with: prefix)) != (negated && !prefix.isEmpty)
    case .expression(let expression):
      expression.isFound(in: String(decoding: path.bytes, as: UTF8.self))
    }
  }

  public static func == (left: Filter, right: Filter) -> Bool { left.text == right.text }
}

/// A wrong regular expression.
public struct FilterError: Error, Equatable, CustomStringConvertible {
  public let text: String
  public var description: String { "\(text) is not a regular expression" }
}

/// A regular expression that can be handed around.
private struct Expression: @unchecked Sendable {
  // Invariant: a compiled Regex is never changed, and matching with it changes nothing in it.
  private let regex: Regex<AnyRegexOutput>

  init(_ regex: Regex<AnyRegexOutput>) {
    self.regex = regex
  }

  func isFound(in text: String) -> Bool {
    // It can only throw from a transform, and an expression from text has none.
    (try? regex.firstMatch(in: text)) != nil
  }
}
