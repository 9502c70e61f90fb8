import ExecTopApp
import ExecTopCounting
import ExecTopKernel
import ExecTopRecords
import ExecTopScreen
import ExecTopTable
import ExecTopText

/// The trace as the dashboard takes it: a bounded share at a time, and so many times a second at most, so that a storm
/// of lines leaves time for keys and samples.
struct TraceTap {
  private var feed: TraceFeed?
  /// Until then, on the monotonic clock, the pipe rests.
  private var restsUntil: Seconds = 0

  /// Lines alone make the screen change 20 times a second at most.
  private static let rest: Seconds = 0.05
  /// Bytes taken at a time: with the rest between, some 50,000 lines a second.
  private static let share = 256 * 1024

  /// - Parameter counter: whose programs are to print.
  /// - Returns: what came of it.
  mutating func open(counter: ExecCounter?) -> TraceEvent {
    do {
      let feed = try TraceFeed(counter: counter)
      self.feed = feed
      restsUntil = 0
      return .opened(feed.origin)
    } catch {
      return .failed("\(error)")
    }
  }

  mutating func close() { feed = nil }

  /// The pipe to wait for, if it does not rest.
  func descriptor(at now: Seconds) -> Int32? { now < restsUntil ? nil : feed?.fileDescriptor }

  /// When the pipe has rested; nil if it does not rest.
  func restEnd(at now: Seconds) -> Seconds? { feed != nil && now < restsUntil ? restsUntil : nil }

  /// What the kernel has dropped by now; nil without a trace.
  var losses: TraceEvent? { feed.map { .lost($0.lost) } }

  /// Takes a share of what has come; nil if that is nothing.
  mutating func read(at now: Seconds) -> TraceEvent? {
    guard let feed else { return nil }
    restsUntil = now + TraceTap.rest
    do {
      let bytes = try feed.read(limit: TraceTap.share)
      return bytes.isEmpty ? nil : .bytes(bytes)
    } catch {
      close()
      return .failed("\(error)")
    }
  }
}
