import ExecTopCounting
import ExecTopTable
import ExecTopText

/// What a command and all that it started did, as lines of text.
public struct Account {
  private let tally: Tally
  private let command: String
  private let status: ExitStatus
  private let elapsed: Seconds
  private let counted: Seconds
  /// Processes that could not be counted.
  private let uncounted: UInt64
  private let isUnicode: Bool

  /// Paths and launchers that are listed, at most.
  private static let rows = 10

  /// - Parameters:
  ///   - tally: that has counted these processes alone.
  ///   - command: its name, as it was typed.
  ///   - status: as wait(2) tells it.
  ///   - elapsed: from its first exec to its end.
  ///   - counted: from its first exec to the end of the tally.
  ///   - isUnicode: whether characters are UTF-8 where it is written.
  public init(
    of tally: Tally, command: String, status: ExitStatus, elapsed: Seconds, counted: Seconds, uncounted: UInt64,
    isUnicode: Bool
  ) {
    self.tally = tally
    self.command = command
    self.status = status
    self.elapsed = elapsed
    self.counted = counted
    self.uncounted = uncounted
    self.isUnicode = isUnicode
  }

  /// Each with its line end.
  public var text: String {
    var lines = [ending, totals]
    if let longest { lines.append(longest) }
    lines += running + audit
    lines.append(Account.row("COUNT", "FAILED", "CPU S", "ENDED ≠0", "PATH"))
    let paths = ranked
    lines += paths.prefix(Account.rows).map { row($0) }
    if paths.count > Account.rows { lines.append("… and \(paths.count - Account.rows) paths more") }
    let launchers = launchers
    if !launchers.isEmpty {
      lines.append(Account.row("COUNT", "FAILED", "CPU S", "", "LAUNCHER"))
      lines += launchers.prefix(Account.rows).map { launcher in
        Account.row(
          Format.count(launcher.execs), Format.count(launcher.failed), Account.seconds(launcher.cpu), "",
          launcher.name)
      }
      if launchers.count > Account.rows { lines.append("… and \(launchers.count - Account.rows) launchers more") }
    }
    let text = lines.map { $0 + "\n" }.joined()
    return isUnicode ? text : Record.plain(text)
  }

  private var ending: String {
    let how = status.signal.map { "was ended by \(SignalName.of($0))" } ?? "ended with status \(status.code ?? 0)"
    func seconds(_ seconds: Seconds) -> String { "\(Format.fixed(seconds, decimals: 2)) s" }
    return "\(safe(Array(command.utf8))) \(how) after \(seconds(elapsed))"
      + (counted > elapsed && running.isEmpty ? ", its last process within \(seconds(counted))" : "")
  }

  private var totals: String {
    let totals = tally.totals
    let uses = tally.uses
    let searches = uses.map { uses in uses.allLaunches.reduce(0) { $0 + uses.sums(at: $1.slot)[.searches] } } ?? 0
    let cpu = uses?.totals.cpu.sum ?? 0
    return "execs \(Format.count(totals.execs))  failed \(totals.failed.map(Format.count) ?? Format.unknown)"
      + "  avoidable \(Format.count(searches))  ended \(Format.count(uses?.totals.ended ?? 0))"
      + "  CPU \(Account.seconds(cpu)) s"
      + (counted > 0 ? " (\(Format.fixed(Double(cpu) / 1e7 / counted, decimals: 0)) %)" : "")
  }

  private var longest: String? {
    let all = tally.rows.compactMap { id in
      tally.uses?.wall(of: id)?.longest.map { (id: id, seconds: $0) }
    }
    return all.max { $0.seconds < $1.seconds }.map {
      "longest \(Format.fixed($0.seconds, decimals: 3)) s: \(name(of: $0.id))"
    }
  }

  /// What it has left behind.
  private var running: [String] {
    guard let uses = tally.uses else { return [] }
    let left = tally.rows.map { (id: $0, count: uses.running(of: $0)) }.filter { $0.count > 0 }
      .sorted { $0.count > $1.count }
    guard !left.isEmpty else { return [] }
    let names = left.prefix(5).map { $0.count == 1 ? name(of: $0.id) : "\(name(of: $0.id)) (\($0.count))" }
    return [
      "still running: " + names.joined(separator: ", ")
        + (left.count > 5 ? " and \(left.count - 5) paths more" : "")
    ]
  }

  private var audit: [String] {
    let audit = Audit(tally.totals)
    var lines = audit.isClean ? [] : [audit.text]
    if uncounted > 0 { lines.append("\(Format.count(uncounted)) processes had no place: what they did is missing") }
    return lines
  }

  // MARK: Paths

  /// Those with the most execs first.
  private var ranked: [PathID] {
    tally.rows.sorted { left, right in
      let (left, right) = (key(left), key(right))
      return left.count != right.count ? left.count > right.count : left.path < right.path
    }
  }

  private func key(_ id: PathID) -> (count: UInt64, path: Path) { (tally.count(of: id), tally.path(of: id)) }

  private func row(_ id: PathID) -> String {
    Account.row(
      Format.count(tally.count(of: id)), tally.failed(of: id).map(Format.count) ?? Format.unknown,
      Account.seconds(tally.uses?.cpu(of: id) ?? 0), Format.count(tally.uses?.endedWithError(of: id) ?? 0),
      name(of: id))
  }

  // MARK: Launchers

  private struct Launcher {
    var name: String
    var execs: UInt64 = 0
    var failed: UInt64 = 0
    var cpu: UInt64 = 0
  }

  /// By the path of what called exec, those with the most execs first. The command's own is exectop's, and in none.
  private var launchers: [Launcher] {
    guard let uses = tally.uses else { return [] }
    let index = LaunchIndex(uses.launchKeys)
    var launchers: [Owner: Launcher] = [:]
    for (slot, launch) in uses.allLaunches {
      guard launch.parent != 0, let owner = index.owner(of: launch.parent) else { continue }
      var launcher = launchers[owner] ?? Launcher(name: owner.path.map(name(of:)) ?? SafeText.other)
      let sums = uses.sums(at: slot)
      launcher.failed += sums[.failed]
      launcher.execs += sums.count
      launcher.cpu += sums[.cpu]
      launchers[owner] = launcher
    }
    return launchers.values.filter { $0.execs > 0 }.sorted {
      $0.execs != $1.execs ? $0.execs > $1.execs : $0.name < $1.name
    }
  }

  // MARK: Text

  private func name(of id: PathID) -> String { tally.name(of: id) { isUnicode || $0.isASCII }.string }

  private func safe(_ bytes: [UInt8]) -> String { SafeText(bytes) { isUnicode || $0.isASCII }.string }

  private static func seconds(_ nanoseconds: UInt64) -> String {
    Format.fixed(Double(nanoseconds) / 1e9, decimals: 2)
  }

  private static func row(_ count: String, _ failed: String, _ cpu: String, _ errors: String, _ name: String) -> String
  {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return "\(right(count, 9)) \(right(failed, 9)) \(right(cpu, 9)) \(right(errors, 9))  \(name)"
  }
}
