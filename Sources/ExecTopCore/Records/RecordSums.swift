import ExecTopCounting
import ExecTopRecording
import ExecTopText

extension ExecSums {
  /// What a record of batch mode tells (schema exectop/1).
  ///
  /// - Parameters:
  ///   - line: the record.
  ///   - key: what its rows are to be counted by.
  /// - Returns: nil if it is no such record.
  public init?(record line: [UInt8], by key: Key) {
    guard let record = JSONReader.value(of: line), record["schema"]?.string == "exectop/1",
      let totals = record["totals"], let rows = record["rows"]?.array
    else { return nil }
    self.init()
    total = Figures(
      execs: totals["execs"]?.count ?? 0, failed: totals["failed"]?.count, cpu: totals["cpu"]?.nanoseconds)
    for row in rows {
      let name: [String]? =
        switch key {
        case .path: row["path"]?.string.map { [$0] }
        case .launches: row["launch"]?.array?.compactMap(\.string)
        case .unit: row["unit"]?.string.map { [$0] }
        case .user: row["user"]?.string.map { [$0] }
        }
      // Names are shown as they are: what somebody else has written is made safe.
      guard let name = name?.map({ SafeText(typed: $0).string }) else {
        lacksKey = true
        continue
      }
      let figures = Figures(
        execs: row["count"]?.count ?? 0, failed: row["failed"]?.count, cpu: row["cpu"]?.nanoseconds)
      add(figures, to: name)
    }
  }
}
