import ExecTopCounting
import ExecTopTable

/// The keys and what they do: the one source for dispatch, the key line, the help screen and the README.
public enum KeyMap {
  public struct Binding: Sendable {
    /// The keys as they are written in help: `<  >`.
    public let label: String
    /// What each does, in the order of the label.
    public let actions: [(key: Key, action: Action)]
    /// For the help screen.
    public let help: String
    /// Where the keys do that.
    public let places: Set<Place>
    /// What the key line calls it, by place. The line holds those that stand first here, as far as they fit: what a new
    /// user looks for.
    let shorts: [Place: String]
    /// How many of the keys the key line names.
    let lineKeys: Int

    init(
      _ label: String, _ actions: [(Key, Action)], _ help: String, in places: Set<Place> = onTable,
      short: [Place: String] = [:], lineKeys: Int = 1
    ) {
      self.label = label
      self.actions = actions.map { (key: $0.0, action: $0.1) }
      self.help = help
      self.places = places
      self.shorts = short
      self.lineKeys = lineKeys
    }
  }

  /// The action of a key in a place. Nil if it does nothing there.
  public static func action(for key: Key, in place: Place = .table, table: ColumnTable = .standard) -> Action? {
    if onTable.contains(place), case .character(let scalar) = key,
      let column = table.sortable.first(where: { $0.key == scalar })
    {
      return .sort(column)
    }
    return actions[place]?[key]
  }

  private static let actions = Dictionary(
    uniqueKeysWithValues: Place.allCases.map { place in
      let bound = others.filter { $0.places.contains(place) }.flatMap { $0.actions.map { ($0.key, $0.action) } }
      return (place, Dictionary(bound, uniquingKeysWith: { first, _ in first }))
    })

  /// What the key line names in a place, in its order.
  static func lineItems(in place: Place) -> [(label: String, keys: [Key], text: String)] {
    others.compactMap { binding in
      binding.shorts[place].map { text in
        (
          binding.label.split(separator: " ").prefix(binding.lineKeys).joined(),
          binding.actions.prefix(binding.lineKeys).map(\.key), text
        )
      }
    }
  }

  private static let onTable: Set<Place> = [.table, .trace]
  private static let withDetails: Set<Place> = [.table, .trace, .details]
  private static let anywhere: Set<Place> = [.table, .trace, .details, .help]

  /// Those of the table's columns, and all others.
  public static func bindings(_ table: ColumnTable) -> [Binding] {
    let sorts = table.sortable.compactMap { column in
      column.key.map { Binding(String($0), keys(.sort(column), $0), "sort by \(column.sortHelp)") }
    }
    return Array(others.prefix(2)) + sorts + Array(others.dropFirst(2))
  }

  public static let bindings = bindings(.standard)

  /// All but those that sort by a column: these follow from the table of columns.
  private static let others: [Binding] = [
    Binding(
      "?  h  F1", keys(.help, "?", "h") + [(.function(1), .help)], "open and close this help", in: anywhere,
      short: [.table: "help", .trace: "help", .details: "help"]),
    Binding(
      "Esc  Backspace", [(.escape, .back), (.backspace, .back)],
      "back to the table; there, drop the selection, then the filter", in: anywhere,
      short: [.details: "back", .help: "back"]),
    Binding(
      "<  >", keys(.moveSort(-1), "<") + keys(.moveSort(1), ">"), "sort by the column to the left, to the right",
      short: [.table: "sort"], lineKeys: 2),
    Binding("i", keys(.invert, "i"), "reverse the order"),
    Binding(
      "/  f", keys(.filter, "/", "f"),
      "filter: paths or file names that begin with a text; !text: those that do not; ~text: a regular expression; "
        + "by:text, user:name, unit:text: by who runs them; several words must all hold",
      short: [.table: "filter", .trace: "filter"]),
    Binding(
      "o", keys(.outcome, "o"),
      "show all rows, only those with successful execs, with failed ones, with processes that ended with an error"),
    Binding(
      "p  Space", keys(.pause, "p", " "),
      "pause and resume: the screen stands still, counting goes on; a recording is not played on",
      in: withDetails, short: [.table: "pause", .trace: "pause", .details: "pause"]),
    Binding("z", keys(.reset, "z"), "reset: count from zero from now on", short: [.table: "reset"]),
    Binding("u", keys(.undoReset, "u"), "undo the last reset"),
    Binding(
      "Enter", [(.enter, .open)], "open the details of the selected row; open or close a directory", in: withDetails,
      short: [.table: "open"]),
    Binding(
      "e", keys(.execs, "e"),
      "in the details of a path: its last execs with their arguments, and what it was told to run, on and off",
      in: [.details], short: [.details: "execs"]),
    Binding(
      "v", keys(.view, "v"), "view: paths, who launches what, users, units and containers, round and round",
      short: [.table: "view"]),
    Binding("d", keys(.group, "d"), "group by directory, on and off"),
    Binding(
      "→  ←", [(.right, .expand), (.left, .collapse)],
      "open the selected directory or launch, close it; ← on a closed launch goes to its launcher"),
    Binding(
      "+  -", keys(.faster, "+") + keys(.slower, "-") + keys(.faster, "="),
      "shorter, longer interval; a recording is played faster, slower"),
    Binding(
      ".  ,", keys(.stepOn, ".") + keys(.stepBack, ","), "in a recording, go on by one interval, back by one",
      in: withDetails),
    Binding(
      ":", keys(.seek, ":"), "in a recording, go to a time: 14:05, 14:05:30, +5m, -30s", in: withDetails),
    Binding(
      "J", keys(.nextSpike, "J"), "in a recording, go to the next spike: to where many more execs begin to come",
      in: withDetails),
    Binding("R", keys(.refresh, "R"), "refresh now", in: withDetails),
    Binding(
      "t", keys(.trace, "t"), "open and close the trace pane: what BPF programs print, as it comes",
      short: [.table: "trace", .trace: "close"]),
    Binding(
      "T", keys(.ownOnly, "T"), "trace pane: only exectop's own lines (marked *), on and off",
      short: [.trace: "own lines"]),
    Binding(
      "Tab", [(.tab, .focus)], "move the focus between the table and the trace pane", short: [.trace: "table"]),
    Binding(
      "↑  ↓  k  j", [(.up, .move(.up)), (.down, .move(.down))] + keys(.move(.up), "k") + keys(.move(.down), "j"),
      "select a row; in the details, go to the next one; in the help and the trace pane, scroll", in: anywhere,
      short: [.trace: "scroll", .details: "others", .help: "scroll"], lineKeys: 2),
    Binding(
      "PgUp  PgDn", [(.pageUp, .move(.pageUp)), (.pageDown, .move(.pageDown))], "move by a page", in: anywhere),
    Binding(
      "Home  End  g  G",
      [(.home, .move(.first)), (.end, .move(.last))] + keys(.move(.first), "g") + keys(.move(.last), "G"),
      "move to the first, to the last", in: anywhere),
    Binding("F", keys(.follow, "F"), "keep the selected row in view as its row moves, on and off"),
    Binding("s", keys(.scale, "s"), "scale the small graphs to one maximum for all rows, or each to its own"),
    Binding(
      "C", keys(.cost, "C"),
      "show what exectop itself costs: CPU, memory, time of its BPF programs per exec, on and off"),
    Binding("W", keys(.save, "W"), "save view, sort, order, interval, columns, grouping, scale and panes as defaults"),
    Binding("Ctrl-L", [(.control("l"), .redraw)], "redraw", in: anywhere),
    Binding("Ctrl-Z", [(.control("z"), .suspend)], "suspend", in: anywhere),
    Binding(
      "q", keys(.leave, "q"), "back to the table; there, quit", in: anywhere,
      short: [.table: "quit", .trace: "quit"]),
    Binding("F10  Ctrl-C", [(.function(10), .quit), (.control("c"), .quit)], "quit", in: anywhere),
  ]

  private static func keys(_ action: Action, _ scalars: Unicode.Scalar...) -> [(Key, Action)] {
    scalars.map { (.character($0), action) }
  }
}
