import ExecTopCounting
import ExecTopText

/// A word of a filter: what one thing that is known of an exec must be, or must not be.
struct FilterTerm: Sendable {
  /// The fields that a filter can name. The raw value is the word before the colon.
  enum Field: String, CaseIterable {
    /// The path, or its last component, begins with the text.
    case path
    /// So does a program somewhere above it in its chain of launchers.
    case by
    /// The user's name, or number, is the text.
    case user
    /// The unit's name begins with the text.
    case unit
  }

  enum Rule: Sendable {
    case text([UInt8])
    case expression(Expression)
  }

  var field: Field
  var isNegated = false
  var rule: Rule
  /// How many characters of the filter stand before it.
  var place: Int

  /// Nothing typed behind the mark or the colon yet chooses nothing away.
  private func holds(_ matches: Bool) -> Bool {
    if case .text(let text) = rule, text.isEmpty { return true }
    return matches != isNegated
  }

  /// Of the path that is run.
  func decide(_ path: Path, within budget: inout FilterBudget) -> Decision {
    switch rule {
    case .text: return holds(begins(path)) ? .matches : .differs
    case .expression(let expression):
      return budget.spend { steps in expression.isFound(in: path.bytes, steps: &steps) }
    }
  }

  /// A path, or its last component, begins with the text.
  func begins(_ path: Path) -> Bool {
    guard case .text(let text) = rule else { return false }
    return path.bytes.starts(with: text) || path.lastComponent.starts(with: text)
  }

  /// - Parameter matches: whether one of the launchers begins so.
  func holds(ofLaunchers matches: Bool) -> Bool { holds(matches) }

  func holds(of user: UserRow, names: LaunchNames) -> Bool {
    guard case .text(let text) = rule else { return true }
    guard case .user(let id) = user else { return holds(false) }
    return holds(Array(String(id).utf8) == text || names.users[id].map { Array($0.utf8) == text } ?? false)
  }

  func holds(of unit: UnitRow) -> Bool {
    guard case .text(let text) = rule else { return true }
    guard case .unit(let unit) = unit else { return holds(false) }
    return holds(unit.begins(with: text))
  }
}

// MARK: - As text

extension FilterTerm {
  /// The words of a filter, parted by blanks. A word that begins with `~` is an expression and takes all that follows.
  ///
  /// A blank behind a backslash is one of the text. Any other backslash is itself.
  static func terms(of text: String) throws(ExpressionPlaceError) -> [FilterTerm] {
    var terms: [FilterTerm] = []
    // By scalar: a combining mark behind it would make another Character of the mark that chooses the rule.
    let scalars = Array(text.unicodeScalars)
    var place = 0
    while place < scalars.count {
      if scalars[place] == " " {
        place += 1
        continue
      }
      let start = place
      if scalars[start] == "~" {
        let expression = string(scalars[(start + 1)...])
        do {
          terms.append(FilterTerm(field: .path, rule: .expression(try Expression(expression)), place: start))
        } catch {
          let before = String(decoding: expression.utf8.prefix(error.offset), as: UTF8.self).unicodeScalars.count
          throw ExpressionPlaceError(reason: error.reason, place: start + 1 + before)
        }
        break
      }
      var word: [Unicode.Scalar] = []
      while place < scalars.count, scalars[place] != " " {
        if scalars[place] == "\\", place + 1 < scalars.count, scalars[place + 1] == " " { place += 1 }
        word.append(scalars[place])
        place += 1
      }
      terms.append(FilterTerm(word: word[...], place: start))
    }
    return terms
  }

  private init(word: ArraySlice<Unicode.Scalar>, place: Int) {
    self.place = place
    isNegated = word.first == "!"
    let positive = isNegated ? word.dropFirst() : word
    // What is no field's name is text: paths have colons, too.
    let named = Field.allCases.first { positive.starts(with: "\($0.rawValue):".unicodeScalars) }
    field = named ?? .path
    let value = positive.dropFirst(named.map { $0.rawValue.count + 1 } ?? 0)
    rule = .text(Array(FilterTerm.string(value).utf8))
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var string = ""
    string.unicodeScalars.append(contentsOf: scalars)
    return string
  }
}

/// What is wrong with an expression, and how many characters of the filter stand before that.
struct ExpressionPlaceError: Error {
  var reason: String
  var place: Int
}
