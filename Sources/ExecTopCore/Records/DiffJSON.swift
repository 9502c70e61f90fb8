import ExecTopCounting
import ExecTopRecording
import ExecTopText

extension Diff {
  /// One object, without a line end: schema exectop-diff/1.
  ///
  /// - Parameters:
  ///   - broken: the limits that are, and how.
  ///   - isASCII: write characters beyond ASCII by their numbers.
  public func json(broken: [(limit: String, how: String)] = [], isASCII: Bool = false) -> String {
    func seconds(_ nanoseconds: UInt64?) -> JSON { JSON(nanoseconds.map { Double($0) / 1e9 }, decimals: 9) }
    func figures(_ figures: ExecSums.Figures) -> [(String, JSON)] {
      [("execs", .count(figures.execs)), ("failed", JSON(figures.failed)), ("cpu", seconds(figures.cpu))]
    }
    func account(_ account: ExecSums) -> JSON {
      func time(_ time: WallTime?) -> JSON { time.map { .string($0.text) } ?? .null }
      return .object([("began", time(account.began)), ("ended", time(account.ended))] + figures(account.total))
    }
    let name =
      switch key {
      case .path: "path"
      case .launches: "launch"
      case .unit: "unit"
      case .user: "user"
      }
    let document = JSON.object([
      ("schema", .string("exectop-diff/1")), ("by", .string(key.rawValue)), ("a", account(before)),
      ("b", account(after)),
      (
        "rows",
        .array(
          rows.map { row in
            let names = row.name.map { JSON.string($0) }
            return .object([
              (name, key == .launches ? .array(names) : names.first ?? .null), ("change", .string(row.kind.rawValue)),
              ("a", .object(figures(row.before))), ("b", .object(figures(row.after))),
            ])
          })
      ),
      (
        "failed_on",
        .array(broken.map { .object([("limit", .string($0.limit)), ("how", .string($0.how))]) })
      ),
    ])
    var text = ""
    document.write(to: &text, isASCII: isASCII)
    return text
  }
}
