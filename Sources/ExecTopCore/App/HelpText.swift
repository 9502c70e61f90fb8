import ExecTopCounting
import ExecTopTable

/// The words of the help screen, made from the tables of keys and columns.
package enum HelpText {
  package struct Line: Equatable {
    package var key: String
    package var text: String
    package var indent: Int
  }

  /// The whole help, folded to a width.
  package static func lines(width: Int, table: ColumnTable = .standard) -> [Line] {
    var lines: [Line] = []
    // Beside the keys if there is room, otherwise below them.
    let indent = width >= 50 ? 18 : 3
    let named =
      KeyMap.bindings(table).map { ($0.label, $0.help) } + [("", "")] + table.columns.map { ($0.title, $0.meaning) }
    for (label, help) in named {
      var key = label
      if help.isEmpty {
        lines.append(Line(key: "", text: "", indent: 1))
      } else if indent < 18 {
        lines.append(Line(key: key, text: "", indent: indent))
        key = ""
      }
      for text in folded(help, width: width - indent) {
        lines.append(Line(key: key, text: text, indent: indent))
        key = ""
      }
    }
    lines.append(Line(key: "", text: "", indent: 1))
    for note in notes {
      for text in folded(note, width: width - 1) { lines.append(Line(key: "", text: text, indent: 1)) }
      lines.append(Line(key: "", text: "", indent: 1))
    }
    return lines.dropLast().map { $0 }
  }

  private static let notes = [
    "Mouse: click a column's name to sort by it, again to reverse the order; click a row to select it, twice to open it; "
      + "click a key in the last line; the wheel scrolls.",
    "An exec is one call of execve or execveat, whether or not it succeeds.",
    "CPU time is that of all processes of a path, however short they live: from the fork that led to its exec to the end, "
      + "or to the next exec. What ran before exectop started has a row with the count 0. cpu in the head: what all CPUs "
      + "were busy in percent of one; of that, programs in rows, threads of the kernel, and the rest: interrupts, and "
      + "tasks that are not known.",
    "Views: a launch is a program run by a chain of programs, whoever runs it and however often, with the figures of all "
      + "that it launched; Enter tells its own apart. A unit is a systemd unit, a container with its runtime, a pod, or "
      + "else the path of a control group. (kernel): the kernel's threads.",
    "A filter has words with blanks between them, which must all hold: text or path:text, the path or its file's name "
      + "begins so; by:text, a program above it does; user:name, just this name or number; unit:text, the unit's name "
      + "begins so; !word, what the word does not choose; ~text, an expression, which takes the rest. A blank in a text "
      + "is written behind a backslash. Filters choose rows; the head counts all.",
    "A filter ~text is a regular expression (PCRE2) over the bytes of a path: \\xff finds what is shown so. ? before a "
      + "path: the expression takes too long on it, so whether it matches is not decided.",
    "A path is shown as the caller gave it; bytes that do not print or cannot be seen are shown as \\xNN, and a "
      + "backslash that would look like one as \\x5c. … in a path: its middle had no room; behind it: it was cut at 255 bytes.",
    "Trace pane: the number before a line is the process that printed it. Its name is left out: the kernel adds it when "
      + "the line is read, which is often after another program has replaced it.",
    "Every exec has a row or a reason: unreadable, the path could not be read; map_full, the map had no room for another "
      + "path; missed, the kernel skipped the program; refused_late, refused when the caller's memory was gone; "
      + "missed_at_entry, what --tutorial misses. Not seen at all: an exec that fails in a 32-bit program, that seccomp "
      + "ends first, or that fails for the kernel itself. The name of one that fails can be changed by another thread.",
  ]

  package static func folded(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
