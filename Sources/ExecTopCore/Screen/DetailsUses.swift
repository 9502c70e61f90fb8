import ExecTopCounting
import ExecTopTable
import ExecTopText

/// What a path's processes used, and how they ended.
enum DetailsUses {
  /// - Parameter isReset: of what those used that run, a part can be of before the reset.
  static func lines(_ id: PathID, of uses: UseTally, isReset: Bool) -> [[Figure]] {
    let (all, running) = (uses.cpu(of: id), uses.runningCPU(of: id))
    let ended = isReset ? nil : Saturating.difference(all, running)
    let wall = uses.wall(of: id)
    func time(_ nanoseconds: UInt64?) -> String { Format.cpuTime(nanoseconds.map { Seconds($0) / 1e9 }) }
    return [
      [
        Figure(name: "CPU of ended", value: time(ended)),
        Figure(name: "of running", value: time(running)),
        Figure(name: "most resident", value: uses.resident(of: id).map(Format.bytes) ?? Format.unknown),
        Figure(name: "major faults", count: uses.majorFaults(of: id)),
      ],
      [
        Figure(name: "ended", count: uses.ended(of: id)),
        Figure(name: "mean time", value: Format.duration(wall?.mean)),
        Figure(name: "p50", value: Format.duration(wall?.quantile(0.5))),
        Figure(name: "p99", value: Format.duration(wall?.quantile(0.99))),
        Figure(name: "longest", value: Format.duration(wall?.longest)),
      ],
    ]
  }

  /// The ways in which its processes ended, the most frequent first.
  static func exits(_ id: PathID, of uses: UseTally) -> [Figure] {
    uses.exits(of: id).map { status, count in
      let name = status.code == nil ? ExitName.of(status) : "exit \(ExitName.of(status))"
      let number = Format.count(count)
      let style: Style = status.isSuccess ? .plain : status == .notKept ? .faint : .failed
      return Figure(
        name: name + ":", values: [ExitText.of(status).map { "\(number) \($0)" } ?? number, number], style: style)
    }
  }
}
