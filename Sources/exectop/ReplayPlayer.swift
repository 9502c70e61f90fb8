import ExecTopApp
import ExecTopCounting
import ExecTopRecording
import ExecTopStore
import ExecTopSystem
import ExecTopText

/// Plays a recording to the dashboard, as time passes.
struct ReplayPlayer {
  private let replay: Replay
  private let clock: Clock
  private var isPlaying = true
  private var speed = 1.0
  /// How far it is played, on the recording's clock, and when that was so.
  private var head: Seconds
  private var isHeadAt: Seconds
  /// The session of which the state knows.
  private var began: Seconds?
  private var wasAtEnd = false

  /// Seconds between two looks at what is to come.
  static let tick: Seconds = 0.1
  /// So much at a time, that keys are seen between.
  private static let most = 500

  init(_ replay: Replay, clock: Clock) {
    self.replay = replay
    self.clock = clock
    head = replay.began ?? 0
    isHeadAt = clock.now
    began = replay.began
  }

  /// What is to be shown by now. While nothing is played, what is shown already.
  mutating func advance() throws -> [LoopEvent] {
    let now = clock.now
    defer { isHeadAt = now }
    guard isPlaying else { return shown }
    head += (now - isHeadAt) * speed
    var events: [LoopEvent] = []
    for _ in 0..<ReplayPlayer.most {
      if let time = try replay.timeOfNext() {
        // The first one is shown at once.
        guard time <= head || replay.current == nil else { break }
        head = replay.current == nil ? time : head
        events += try step()
      } else {
        let next = try step()
        head = replay.current?.time ?? head
        if next.isEmpty { break }
        events += next
      }
    }
    return events.isEmpty && !wasAtEnd ? events : events + end
  }

  mutating func perform(_ command: PlayCommand) throws -> [LoopEvent] {
    defer { isHeadAt = clock.now }
    switch command {
    case .play(let isWanted): isPlaying = isWanted
    case .setSpeed(let wanted): speed = wanted
    case .step(isBack: false):
      let events = try step()
      head = replay.current?.time ?? head
      return events.isEmpty ? said("the recording ends here") + end : events + end
    case .step(isBack: true): return moved(to: try replay.goBack(), else: "the recording begins here")
    case .nextSpike: return moved(to: try replay.goToSpike(), else: "there is no spike behind this")
    case .seek(let target):
      guard let extent = try replay.extent(), let time = time(of: target, in: extent) else {
        return said("that is not in the recording: \(try span)")
      }
      return moved(to: try replay.go(to: time), else: "there is nothing recorded")
    }
    return []
  }

  // MARK: What the state is told

  private mutating func step() throws -> [LoopEvent] {
    guard let snapshot = try replay.next() else { return [] }
    var events: [LoopEvent] = []
    if replay.began != began {
      began = replay.began
      events.append(.state(.replay(.moved(replay.emptyTally, mode: replay.mode, capacity: replay.capacity))))
    }
    return events + civilOffset + [.state(.snapshot(snapshot))]
  }

  private mutating func moved(to tally: Tally?, else line: String) -> [LoopEvent] {
    guard let tally else { return said(line) }
    began = replay.began
    head = tally.time
    return civilOffset
      + [.state(.replay(.moved(tally, mode: replay.mode, capacity: replay.capacity)))] + end
  }

  private var shown: [LoopEvent] { replay.current.map { [.state(.snapshot($0))] } ?? [] }

  private var civilOffset: [LoopEvent] {
    guard let current = replay.current, let wallTime = current.wallTime else { return [] }
    return [.state(.civilOffset(clock.civilOffset(of: wallTime, at: current.time)))]
  }

  /// Whether all has been shown, where that has changed.
  private var end: [LoopEvent] {
    mutating get {
      guard replay.isAtEnd != wasAtEnd else { return [] }
      wasAtEnd = replay.isAtEnd
      return [.state(.replay(.atEnd(wasAtEnd)))]
    }
  }

  private func said(_ line: String) -> [LoopEvent] { [.state(.replay(.said(line)))] }

  // MARK: Times

  private func time(of target: SeekTarget, in extent: ClosedRange<Int64>) -> WallTime? {
    guard let current = replay.current, let now = current.wallTime else { return nil }
    switch target {
    case .by(let seconds):
      let wanted = now.milliseconds + Int64(seconds * 1000)
      return WallTime(milliseconds: min(max(wanted, extent.lowerBound), extent.upperBound))
    case .clock(let seconds):
      // On the day that is shown, or else on the one before or behind it: the one that is nearest.
      let zone = Int64((clock.civilOffset(of: now, at: current.time) + current.time) * 1000) - now.milliseconds
      let day: Int64 = 86_400_000
      let midnight = (now.milliseconds + zone) / day * day - zone
      // A second has a thousand milliseconds, and what was recorded within it is meant too.
      let wanted = [-1, 0, 1].map { midnight + $0 * day + Int64(seconds * 1000) + 999 }
      return wanted.filter { extent.lowerBound <= $0 && $0 <= extent.upperBound + 999 }
        .min { abs($0 - now.milliseconds) < abs($1 - now.milliseconds) }
        .map { WallTime(milliseconds: $0) }
    }
  }

  /// From when to when there is something, as the clock shows it here.
  private var span: String {
    get throws {
      guard let extent = try replay.extent() else { return "it is empty" }
      func text(_ milliseconds: Int64) -> String {
        let time = WallTime(milliseconds: milliseconds)
        let local = (clock.civilOffset(of: time, at: 0) * 1000).rounded()
        let text = WallTime(milliseconds: Int64(local)).text
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
      }
      return "\(text(extent.lowerBound)) to \(text(extent.upperBound))"
    }
  }
}
