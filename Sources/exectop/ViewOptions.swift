import ArgumentParser
import ExecTopApp
import ExecTopCounting
import ExecTopRecords
import ExecTopTable

/// What is shown of what is counted, and how: the options of the dashboard and of batch mode, live and over a recording.
struct ViewOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("What a row is: \(ViewOptions.viewNames) (default: path).", valueName: "view"),
    completion: .list(View.allCases.map(\.rawValue)), transform: ViewOptions.view)
  var by: View?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Sort by \(ViewOptions.sortNames) (default: rate).", valueName: "column"),
    completion: .list(ColumnTable.standard.sortable.map(\.name)), transform: ViewOptions.column)
  var sort: Column?

  @Flag(name: .shortAndLong, help: "Reverse the order.")
  var invert = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Show only matching rows.", valueName: "text"))
  var filter: String?

  @Flag(name: .shortAndLong, help: "Print a record each interval instead of the dashboard.")
  var batch = false

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Exit after this many refreshes.", valueName: "n"))
  var iterations: Int?

  @Option(
    help: ArgumentHelp(
      "Format of the records of --batch: \(Format.names) (default: text). folded: who launches what, as stacks for flame graphs.",
      valueName: "format"),
    completion: .list(Format.allCases.map(\.rawValue)), transform: ViewOptions.format)
  var format: Format?

  @Option(help: ArgumentHelp("With --batch: print at most this many rows per record.", valueName: "n"))
  var rows: Int?

  @Flag(help: "With --batch: print only rows that changed in the interval.")
  var changed = false

  @Flag(help: "Use no colours; setting the environment variable NO_COLOR does the same.")
  var noColor = false

  enum Format: String, CaseIterable {
    case text, json, csv, folded

    static let names = allCases.map(\.rawValue).joined(separator: ", ")
  }

  func validate() throws {
    try OptionBounds.check(iterations: iterations)
    if let rows, rows < 0 { throw ValidationError("--rows takes 0 or more, not \(rows)") }
    if let sort, by ?? .path != .path, sort.launched == nil, sort.order == .figure {
      throw ValidationError("--sort \(sort.name) is of paths alone: nothing to sort by with --by \(row.rawValue)")
    }
    if format == .folded { try validateFolded() }
    let batchOnly = [("--format", format != nil), ("--rows", rows != nil), ("--changed", changed)]
    if !batch, let option = batchOnly.first(where: \.1) { throw ValidationError("\(option.0) needs --batch") }
    _ = try parsedFilter
  }

  private func validateFolded() throws {
    if let by, by != .launches { throw ValidationError("--format folded prints launches, not --by \(by.rawValue)") }
    if rows != nil { throw ValidationError("--rows cannot be used with --format folded: stacks must add up") }
    if let sort, !Record.foldedSorts.contains(sort) {
      let names = Record.foldedSorts.map(\.name).joined(separator: ", ")
      throw ValidationError("--format folded counts by \(names), not by \(sort.name)")
    }
  }

  var parsedFilter: Filter? {
    get throws {
      do {
        return try filter.flatMap { $0.isEmpty ? nil : try Filter($0) }
      } catch {
        throw ValidationError("--filter: \(error)")
      }
    }
  }

  /// What to start with: what is given here comes before what was saved.
  func choices(saved: Choices = Choices(), delay: Double?) -> Choices {
    var choices = saved
    if let by { choices.view = by }
    if let delay { choices.interval = delay }
    if let sort { choices.sort = sort }
    if invert { choices.isInverted = true }
    return choices
  }
}

// MARK: - Values of options

extension ViewOptions {
  /// What a row of a record is.
  var row: View { format == .folded ? .launches : by ?? .path }

  private static let viewNames = View.allCases.map(\.rawValue).joined(separator: ", ")

  private static func view(_ text: String) throws -> View {
    guard let view = View(rawValue: text) else { throw ValidationError("expected \(viewNames)") }
    return view
  }

  private static let sortNames = ColumnTable.standard.sortable.map(\.name).joined(separator: ", ")

  private static func column(_ text: String) throws -> Column {
    guard let column = ColumnTable.standard.sortable(named: text) else {
      throw ValidationError("expected \(sortNames)")
    }
    return column
  }

  private static func format(_ text: String) throws -> Format {
    guard let format = Format(rawValue: text) else { throw ValidationError("expected \(Format.names)") }
    return format
  }
}
