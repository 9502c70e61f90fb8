import ExecTopCounting
import ExecTopRecording
import ExecTopText
import Glibc
import TestSupport

@testable import ExecTopStore

/// Recordings of the invented workload, in a directory of the test's own.
struct DemoRecording {
  let workload: Workload
  /// When the demo begins: an instant of 2026.
  static let began: Int64 = 1_795_600_000_000

  init() throws {
    workload = try Workload()
  }

  var file: String { workload.path("demo.db") }

  static func wall(_ second: Double) -> WallTime { WallTime(milliseconds: began + Int64(second * 1000)) }

  /// Records some seconds of the demo as a session, a snapshot each second.
  ///
  /// - Returns: the snapshots.
  @discardableResult
  func record(
    seconds: ClosedRange<Int>, every step: Int = 1, seed: UInt64 = 1, retention: Retention = Retention(),
    ends: Bool = true
  ) throws -> [Snapshot] {
    let writer = try RecordingWriter(file, retention: retention)
    let start = Double(seconds.lowerBound)
    let demo = Demo(began: start, seed: seed)
    let session = RecordedSession(
      began: DemoRecording.wall(start), beganAt: start, mode: .demo, capacity: 16_384, countsFromZero: true)
    var recorder = SnapshotRecorder()
    try writer.begin(session, recorder: &recorder)
    var snapshots: [Snapshot] = []
    for second in stride(from: seconds.lowerBound + step, through: seconds.upperBound, by: step) {
      var snapshot = demo.sample(at: Double(second))
      snapshot.wallTime = DemoRecording.wall(Double(second))
      try writer.write(snapshot, at: DemoRecording.wall(Double(second)), gap: nil, recorder: &recorder)
      snapshots.append(snapshot)
    }
    if ends { try writer.end(at: DemoRecording.wall(Double(seconds.upperBound))) }
    return snapshots
  }

  /// All snapshots of a recording, session by session.
  static func replayed(_ file: String) throws -> [[Snapshot]] {
    var reader = try RecordingReader(file)
    return try reader.sessions().map { session in
      var replayer = Replayer()
      var snapshots: [Snapshot] = []
      var last: Int64 = 0
      while let read = try reader.next(in: session.id, after: last) {
        last = read.id
        let snapshot = try replayer.apply(read.interval, keys: &reader)
        if read.interval.kind == .interval, let snapshot { snapshots.append(snapshot) }
      }
      return snapshots
    }
  }

  /// The numbers that a query gives.
  func numbers(_ sql: String) throws -> [Int64] { try Database(file, named: file, .readOnly).numbers(sql) }
}

extension Snapshot {
  /// All figures of all rows, by their keys.
  var figures: [String: [UInt64]] {
    var figures: [String: [UInt64]] = [:]
    func name(_ id: PathID) -> String { String(decoding: paths.key(of: id)?.bytes ?? [], as: UTF8.self) }
    for id in paths.ids { figures["execs " + name(id)] = [paths.figure(of: id)] }
    for id in failures.ids {
      if let key = failures.key(of: id) { figures["failed \(key.error) " + name(key.path)] = [failures.figure(of: id)] }
    }
    for id in uses?.launches.ids.map({ $0 }) ?? [] {
      guard let uses, let key = uses.launches.key(of: id) else { continue }
      figures["launch \(key.number) \(key.parent) \(key.owner.path.map(name) ?? "") \(key.user) \(key.group)"] =
        UseFigure.allCases.map { uses.launches.figure(of: id, $0.rawValue) }
    }
    for id in uses?.endings.ids.map({ $0 }) ?? [] {
      guard let uses, let key = uses.endings.key(of: id) else { continue }
      figures["ending \(key.owner.path.map(name) ?? "") \(key.status.word) \(key.wall.number)"] = [
        uses.endings.figure(of: id)
      ]
    }
    return figures
  }

  /// The same in all that it tells.
  func isEqual(to other: Snapshot) -> Bool {
    time == other.time && wallTime == other.wallTime && series == other.series && totals == other.totals
      && mapRows == other.mapRows && notice == other.notice && uses?.machine == other.uses?.machine
      && uses?.names == other.uses?.names && figures == other.figures
  }
}
