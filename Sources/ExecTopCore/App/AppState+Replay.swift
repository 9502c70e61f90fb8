import ExecTopCounting
import ExecTopTable
import ExecTopText

// A recording that is played.
extension AppState {
  mutating func handle(_ event: ReplayEvent) {
    switch event {
    case .moved(let tally, let mode, let capacity):
      self.mode = mode
      self.capacity = capacity
      live = tally
      resetsNext = false
      // Rows of another session can have the ids of these.
      decisions = Decisions()
      if !isKnown(query.sort) { query.sort = .rate }
      list()
    case .atEnd(let isAtEnd): replay?.isAtEnd = isAtEnd
    case .said(let line): message = Message(line)
    }
  }

  /// What keys do that have another meaning in a recording, or one there alone. Nil: what they do elsewhere.
  mutating func performInReplay(_ action: Action) -> [Effect]? {
    guard let replay else {
      switch action {
      case .stepOn, .stepBack, .seek, .nextSpike:
        message = "only a recording can be moved in (exectop replay FILE)"
        return []
      default: return nil
      }
    }
    switch action {
    case .pause: return setPlaying(!replay.isPlaying)
    case .stepOn: return setPlaying(false) + [.replay(.step(isBack: false))]
    case .stepBack: return setPlaying(false) + [.replay(.step(isBack: true))]
    case .nextSpike: return [.replay(.nextSpike)]
    case .seek:
      self.replay?.prompt = SeekPrompt()
      return []
    case .faster: return setSpeed(ReplayState.speeds.first { $0 > replay.speed }, "highest")
    case .slower: return setSpeed(ReplayState.speeds.last { $0 < replay.speed }, "lowest")
    default: return nil
    }
  }

  private mutating func setPlaying(_ isPlaying: Bool) -> [Effect] {
    replay?.isPlaying = isPlaying
    return [.replay(.play(isPlaying))]
  }

  private mutating func setSpeed(_ speed: Double?, _ bound: String) -> [Effect] {
    guard let speed else {
      message = "\(Format.speed(replay?.speed ?? 1)) is the \(bound) speed"
      return []
    }
    replay?.speed = speed
    return [.replay(.setSpeed(speed))]
  }

  mutating func handleInSeekPrompt(_ key: Key) -> [Effect] {
    guard var prompt = replay?.prompt else { return [] }
    switch key {
    case .control("c"), .function(10): return [.quit]
    case .control("l"): return [.redraw]
    case .control("z"): return [.suspend]
    case .escape: replay?.prompt = nil
    case .enter:
      guard let target = SeekTarget(prompt.line.string) else {
        replay?.prompt?.isWrong = true
        return []
      }
      replay?.prompt = nil
      return [.replay(.seek(target))]
    default:
      guard prompt.line.edit(key) else { return [] }
      prompt.isWrong = false
      replay?.prompt = prompt
    }
    return []
  }
}

extension Format {
  /// How fast a recording is played: `4x`.
  package static func speed(_ speed: Double) -> String {
    Format.fixed(speed, decimals: speed == 0.25 ? 2 : speed < 1 ? 1 : 0) + "x"
  }
}
