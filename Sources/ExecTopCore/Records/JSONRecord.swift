import ExecTopCounting
import ExecTopTable
import ExecTopText

extension Record {
  /// One object, without a line end: schema exectop/1.
  public var json: String {
    let totals = tally.totals
    // JSON is UTF-8 everywhere, so what a path is called does not depend on where it is written.
    var naming = naming
    naming.isUnicode = true
    var members: [(String, JSON)] = [
      ("schema", .string("exectop/1")),
      ("time", .string(time.text)),
      ("elapsed", .number(elapsed)),
      ("interval", JSON(tally.interval)),
      ("mode", .string(mode.rawValue)),
    ]
    if view != .path { members.append(("by", .string(view.rawValue))) }
    members += [
      (
        "totals",
        .object(
          [
            ("execs", .count(totals.execs)),
            ("failed", JSON(totals.failed)),
            ("rate", JSON(tally.totalRate)),
            ("paths", .count(UInt64(tally.rowCount))),
            (
              "unattributed",
              .object(totals.unattributed.all.map { ($0.reason.rawValue, JSON($0.count)) })
            ),
            ("unaccounted", JSON(Audit(totals).isKnown ? totals.unaccounted : nil)),
            ("begun", JSON(totals.begun)),
            ("under_way", JSON(totals.underWay)),
          ] + uses)
      ),
      ("rows", .array(rows.map { row($0, naming) })),
    ]
    if let events { members += eventMembers(events) }
    var text = ""
    JSON.object(members).write(to: &text, isASCII: !self.naming.isUnicode)
    return text
  }

  /// What all processes used. Seconds.
  private var uses: [(String, JSON)] {
    let totals = tally.uses?.totals
    let cpu = totals?.cpu
    func seconds(_ nanoseconds: UInt64?) -> JSON { JSON(FieldValue(nanoseconds: nanoseconds)) }
    return [
      ("cpu", seconds(cpu?.sum)),
      ("cpu_rate", JSON(tally.uses?.totalRate, decimals: 6)),
      ("cpu_kernel", seconds(cpu?.kernelThreads)),
      (
        "cpu_unattributed",
        .object((cpu ?? CPUByKind()).unattributed.map { ($0.reason, seconds(cpu == nil ? nil : $0.time)) })
      ),
      ("cpu_machine", seconds(totals?.machine.busy)),
      ("cpu_interrupts", seconds(totals?.machine.interrupts)),
      ("cpu_steal", seconds(totals?.machine.steal)),
      ("cpu_unread", JSON(totals?.machine.unread)),
      ("running", JSON(totals?.running)),
      ("ended", JSON(totals?.ended)),
    ]
  }

  private func row(_ row: Row, _ naming: RowNaming) -> JSON {
    var members: [(String, JSON)] = []
    for field in fields {
      let value = value(of: field, in: row, naming)
      if !field.isOptional || !value.isEmpty { members.append((field.name, JSON(value))) }
    }
    return .object(members)
  }
}
