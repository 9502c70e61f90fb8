import ExecTopCounting
import ExecTopTable
import ExecTopText

/// What can be saved to start with the next time.
public struct Choices: Equatable, Sendable {
  public var view = View.path
  public var sort: Column = .rate
  public var isInverted = false
  /// Seconds between refreshes.
  public var interval: Seconds = 1
  /// The columns for which there may be room, beside the path.
  public var columns: Set<Column>
  public var isGrouped = false
  /// The trace pane is open.
  public var isTraceOpen = false

  /// The small graphs of all rows have one scale.
  public var hasSharedScale = false

  public init(table: ColumnTable = .standard) {
    columns = Set(table.columns)
  }

  /// The seconds that an interval can have.
  public static let intervals: ClosedRange<Seconds> = 0.1...3600
}

// MARK: - As a file

extension Choices {
  /// The text of the file: a line `name = value` for each choice.
  public var text: String {
    // Those that are hidden, and not those that are shown: a column that comes later is none that was left out.
    let hidden = ColumnTable.standard.columns.filter { !columns.contains($0) }.map(\.name).joined(separator: " ")
    return """
      # What exectop starts with. Written by the key W; options on the command line come first.
      view = \(view.rawValue)
      sort = \(sort.name)
      invert = \(isInverted)
      interval = \(Format.fixed(interval, decimals: 2))
      hide = \(hidden)
      group = \(isGrouped)
      trace = \(isTraceOpen)
      shared-scale = \(hasSharedScale)

      """
  }

  /// - Throws: `ChoicesError` for the first line that is none.
  public init(text: String) throws(ChoicesError) {
    self.init()
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = line.trimmed
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      guard let sign = line.firstIndex(of: "=") else { throw ChoicesError(line: index + 1) }
      let value = line[line.index(after: sign)...].trimmed
      guard set(String(line[..<sign].trimmed), String(value)) else { throw ChoicesError(line: index + 1) }
    }
  }

  /// False if there is no such choice, or if it has no such value.
  private mutating func set(_ name: String, _ value: String) -> Bool {
    switch name {
    case "view": take(View(rawValue: value), for: \.view)
    case "sort": take(ColumnTable.standard.sortable(named: value), for: \.sort)
    case "invert": take(Bool(value), for: \.isInverted)
    case "interval": take(Double(value).flatMap { Choices.intervals.contains($0) ? $0 : nil }, for: \.interval)
    case "hide": take(Choices.columns(hiding: value), for: \.columns)
    // Of an earlier version: it named those that were shown, and all that there were then.
    case "columns": true
    case "group": take(Bool(value), for: \.isGrouped)
    case "trace": take(Bool(value), for: \.isTraceOpen)
    case "shared-scale": take(Bool(value), for: \.hasSharedScale)
    default: false
    }
  }

  private mutating func take<Value>(_ value: Value?, for choice: WritableKeyPath<Choices, Value>) -> Bool {
    guard let value else { return false }
    self[keyPath: choice] = value
    return true
  }

  private static func columns(hiding value: String) -> Set<Column>? {
    let hidden = value.split(separator: " ").map { ColumnTable.standard.column(named: String($0)) }
    guard !hidden.contains(nil) else { return nil }
    return Set(ColumnTable.standard.columns).subtracting(hidden.compactMap { $0 }).union([.path])
  }
}

/// A line of the file that is no choice.
public struct ChoicesError: Error, Equatable, CustomStringConvertible {
  /// From 1.
  public let line: Int
  public var description: String { "line \(line) is not a choice that exectop knows" }
}

extension Substring {
  fileprivate var trimmed: Substring {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return Substring(drop(while: isBlank).reversed().drop(while: isBlank).reversed())
  }
}
