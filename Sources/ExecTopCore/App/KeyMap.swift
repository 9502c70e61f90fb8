/// The keys and what they do: the one source for dispatch, the key line, the help screen and the README.
public enum KeyMap {
  public struct Binding: Sendable {
    /// The keys as they are written in help: `< >`.
    public let label: String
    /// What each does, in the order of the label.
    public let actions: [(key: Key, action: Action)]
    /// For the help screen.
    public let help: String
    /// For the key line; nil if it has no place there. The line holds those that stand first here, as far as they fit:
    /// what a new user looks for.
    public let short: String?

    init(_ label: String, _ actions: [(Key, Action)], _ help: String, short: String? = nil) {
      self.label = label
      self.actions = actions.map { (key: $0.0, action: $0.1) }
      self.help = help
      self.short = short
    }
  }

  /// The action of a key, where no prompt takes it.
  public static func action(for key: Key, table: ColumnTable = .standard) -> Action? {
    if case .character(let scalar) = key, let column = table.sortable.first(where: { $0.key == scalar }) {
      return .sort(column)
    }
    return actions[key]
  }

  /// Those of the table's columns, and all others.
  public static func bindings(_ table: ColumnTable) -> [Binding] {
    let sorts = table.sortable.compactMap { column in
      column.key.map { Binding(String($0), keys(.sort(column), $0), "sort by \(column.sortHelp)") }
    }
    return others.prefix(1) + sorts + others.dropFirst()
  }

  public static let bindings = bindings(.standard)

  private static let actions = Dictionary(
    others.flatMap { $0.actions.map { ($0.key, $0.action) } }, uniquingKeysWith: { first, _ in first })

  /// All but those that sort by a column: these follow from the table of columns.
  private static let others: [Binding] = [
    Binding("?  h  F1", keys(.help, "?", "h") + [(.function(1), .help)], "this help, and back", short: "help"),
    Binding(
      "<  >", keys(.moveSort(-1), "<") + keys(.moveSort(1), ">"), "sort by the column to the left, to the right",
      short: "sort"),
    Binding("i", keys(.invert, "i"), "invert the order"),
    Binding(
      "/  f", keys(.filter, "/", "f"),
      "filter: paths or file names that begin with a text; !text: that do not; ~text: a regular expression",
      short: "filter"),
    Binding("o", keys(.outcome, "o"), "show all paths, only those that ran, only those that failed"),
    Binding(
      "p  Space", keys(.pause, "p", " "), "pause: freeze the screen, and go on; counting never stops", short: "pause"),
    Binding("z", keys(.reset, "z"), "reset: count from zero again, from now on", short: "reset"),
    Binding("u", keys(.undoReset, "u"), "undo: take the last reset back"),
    Binding(
      "Enter", [(.enter, .open)], "open the selected path: its details, and Esc goes back; open or close a directory",
      short: "open"),
    Binding("d", keys(.group, "d"), "group by directory, and back", short: "dirs"),
    Binding("→  ←", [(.right, .expand), (.left, .collapse)], "open the selected directory, close it"),
    Binding("+  -", keys(.faster, "+", "=") + keys(.slower, "-"), "refresh more often, less often"),
    Binding(
      "t", keys(.trace, "t"), "open and close the trace pane: what BPF programs print, as it comes", short: "trace"),
    Binding("T", keys(.oursOnly, "T"), "trace: only exectop's own lines, which are marked *, and back"),
    Binding("Tab", [(.tab, .focus)], "move the focus between the table and the trace pane"),
    Binding(
      "↑  ↓  k  j", [(.up, .move(.up)), (.down, .move(.down))] + keys(.move(.up), "k") + keys(.move(.down), "j"),
      "select a path; the selection follows it through every sort"),
    Binding("PgUp  PgDn", [(.pageUp, .move(.pageUp)), (.pageDown, .move(.pageDown))], "move by a page"),
    Binding(
      "Home  End  g  G",
      [(.home, .move(.first)), (.end, .move(.last))] + keys(.move(.first), "g") + keys(.move(.last), "G"),
      "move to the first, the last path"),
    Binding("s", keys(.scale, "s"), "scale: the small graphs to one maximum for all rows, or each to its own"),
    Binding("C", keys(.cost, "C"), "what exectop itself costs: CPU, memory, its BPF programs' time for an exec"),
    Binding(
      "W", keys(.save, "W"),
      "save sort, order, interval, columns, grouping, scale and panes as the choices to start with"),
    Binding("Ctrl-L", [(.control("l"), .redraw)], "draw the screen anew"),
    Binding("Ctrl-Z", [(.control("z"), .suspend)], "suspend"),
    Binding(
      "q  F10  Ctrl-C", keys(.quit, "q") + [(.function(10), .quit), (.control("c"), .quit)], "quit", short: "quit"),
  ]

  private static func keys(_ action: Action, _ scalars: Unicode.Scalar...) -> [(Key, Action)] {
    scalars.map { (.character($0), action) }
  }
}
