import ExecTopApp
import ExecTopCounting
import ExecTopRecords
import ExecTopScreen
import ExecTopTable
import ExecTopText
import ExecTopTrace
import Foundation
import Testing

@testable import exectop

/// The README says what the program does.
struct ReadmeTests {
  private let readme: String

  init() throws {
    let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    readme = try String(contentsOf: top.appending(path: "README.md"), encoding: .utf8)
  }

  @Test("its key table is the program's")
  func keys() {
    let rows = KeyMap.bindings.map { binding in
      let keys = binding.label.split(separator: " ").map { "`\($0)`" }.joined(separator: " ")
      return "| \(keys) | \(binding.help) |"
    }
    let table = ["| keys | action |", "|---|---|"] + rows
    #expect(readme.contains(table.joined(separator: "\n") + "\n\n"))
  }

  @Test("its table of columns is the program's")
  func columns() {
    func code(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }
    let rows = ColumnTable.standard.columns.map { column in
      let sort = ColumnTable.standard.sortable(named: column.name) == nil ? [] : [column.name]
      let cells = [column.title, column.meaning, code(sort), code(column.fields.map(\.name))]
      return "| " + cells.joined(separator: " | ") + " |"
    }
    let table = ["| column | meaning | `--sort` | in json and csv |", "|---|---|---|---|"] + rows
    #expect(readme.contains(table.joined(separator: "\n") + "\n\n"))
  }

  @Test("its table of metrics is the program's, and so is the number of samples")
  func metrics() {
    let rows = MetricTable.all.map { family in
      let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(family.sampleName)` | \(labels) | \(family.kind.rawValue) | \(family.help) |"
    }
    let table = ["| metric | labels | type | meaning |", "|---|---|---|---|"] + rows
    #expect(readme.contains(table.joined(separator: "\n") + "\n\n"))
    let most = ScrapeConfiguration.mostSamples(pathLimit: Metrics.defaultPathLimit)
    #expect(readme.contains("So there are at most \(most) samples with `--paths \(Metrics.defaultPathLimit)`."))
  }

  @Test("it has every option of --help")
  func options() throws {
    let help = Arguments.helpMessage() + Arguments.helpMessage(for: ExportCommand.self)
    let options = help.matches(of: /--[a-z-]+/).map { String($0.output) }
    #expect(options.count > 10)
    for option in Set(options).subtracting(["--version", "--help"]) {
      #expect(readme.contains("`\(option)") || readme.contains("`, `\(option)"), "\(option) is missing")
    }
  }
}
