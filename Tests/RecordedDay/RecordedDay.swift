import ExecTopCounting
import ExecTopRecording
import ExecTopStore
import ExecTopText
import Glibc

/// Records a busy machine as fast as it goes, an interval a second, and tells what that takes, and how long it takes to
/// find a place in it.
///
///     RecordedDay FILE SECONDS
@main
struct RecordedDay {
  private let file: String
  private let seconds: Int
  private static let began: Int64 = 1_795_600_000_000

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let seconds = Int(arguments[2]), seconds > 20 else { exit(64) }
    let day = RecordedDay(file: arguments[1], seconds: seconds)
    if access(day.file, F_OK) != 0 { try day.record() }
    for part in [2, 1] { try day.seek(to: seconds / part) }
    try day.seek(to: seconds / 2 + 1, again: true)
  }

  private func wall(_ second: Int) -> WallTime { WallTime(milliseconds: RecordedDay.began + Int64(second) * 1000) }

  private func record() throws {
    var machine = BusyMachine()
    var recorder = SnapshotRecorder()
    let writer = try RecordingWriter(file)
    try writer.begin(
      RecordedSession(
        began: wall(0), beganAt: 0, mode: .attempts, capacity: 16_384, countsFromZero: true), recorder: &recorder)
    var cpu = 0.0
    var execs: UInt64 = 0
    for second in 1...seconds {
      var snapshot = machine.sample()
      snapshot.wallTime = wall(second)
      let before = RecordedDay.cpu
      try writer.write(snapshot, at: wall(second), gap: nil, recorder: &recorder)
      cpu += RecordedDay.cpu - before
      execs = snapshot.totals.execs
      if second == seconds / 10 { tell("resident at a tenth", RecordedDay.resident) }
    }
    tell("resident at the end, with the machine that is made up", RecordedDay.resident)
    try writer.end(at: wall(seconds))
    tell("execs a second", "\(execs / UInt64(seconds))")
    tell(
      "CPU to write \(seconds) intervals",
      "\(Format.fixed(cpu, decimals: 1)) s, \(Format.fixed(100 * cpu / Double(seconds), decimals: 3)) % of a CPU")
    var status = stat()
    guard stat(file, &status) == 0 else { return }
    tell("bytes of the file", "\(status.st_size), \(Int(status.st_size) / seconds) an interval")
  }

  private func seek(to second: Int, again: Bool = false) throws {
    let replay = try Replay(file)
    if again { _ = try replay.go(to: wall(second - 1)) }
    let began = ContinuousClock.now
    let tally = try replay.go(to: wall(second))
    let took = began.duration(to: .now) / .milliseconds(1)
    // It went there.
    guard tally?.time == Double(second) else { exit(1) }
    tell("to go to second \(second)\(again ? " from the one before" : "")", "\(Int(took)) ms")
  }

  private func tell(_ what: String, _ figure: String) {
    print("\(what): \(figure)")
    fflush(nil)
  }

  private static var resident: String {
    var pages = 0
    if let file = fopen("/proc/self/statm", "r") {
      withUnsafeMutablePointer(to: &pages) { pages in
        // Whole pages: of the whole process first, of what is resident then.
        _ = withVaList([pages]) { vfscanf(file, "%*d %ld", $0) }
      }
      fclose(file)
    }
    return "\(Format.fixed(Double(pages * sysconf(Int32(_SC_PAGESIZE))) / 1e6, decimals: 1)) MB"
  }

  /// Seconds that this process has used.
  private static var cpu: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
