import ExecTopCounting
import ExecTopTable
import ExecTopText

/// What is known of a recording that is played.
public struct ReplayState: Equatable, Sendable {
  public internal(set) var isPlaying = true
  /// Seconds of the recording that pass in one.
  public internal(set) var speed: Double = 1
  /// Nothing more is recorded, or nothing more as yet.
  public internal(set) var isAtEnd = false
  /// The time that is being typed, to go to.
  public internal(set) var prompt: SeekPrompt?

  public init() {}

  /// The speeds that there are.
  static let speeds: [Double] = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256]
}

/// The prompt for a time.
public struct SeekPrompt: Equatable, Sendable {
  public var line = Prompt("")
  /// What was typed is none.
  public var isWrong = false
}

/// Where to go in a recording.
public enum SeekTarget: Equatable, Sendable {
  /// So many seconds on; back, if negative.
  case by(Seconds)
  /// Seconds since midnight, as the clock showed them then.
  case clock(Seconds)

  /// `14:05`, `14:05:30`, `+5m`, `-30s`; the units are s, m, h and d.
  public init?(_ text: String) {
    let text = text.split(separator: " ").joined()
    if let sign = text.first, sign == "+" || sign == "-" {
      var digits = text.dropFirst()
      let units: [Character: Seconds] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
      let unit = digits.last.flatMap { units[$0] }
      if unit != nil { digits.removeLast() }
      guard (1...9).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
        let number = Double(digits)
      else { return nil }
      self = .by((sign == "-" ? -1 : 1) * number * (unit ?? 1))
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      (1...2).contains(part.count) && part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil
    }
    guard numbers.count == parts.count, (2...3).contains(numbers.count), numbers[0] < 24,
      numbers.dropFirst().allSatisfy({ $0 < 60 })
    else { return nil }
    self = .clock(Seconds(numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0)))
  }
}

/// What a recording that is played is asked to do.
public enum PlayCommand: Equatable, Sendable {
  case play(Bool)
  case setSpeed(Double)
  /// One interval on, or back.
  case step(isBack: Bool)
  case seek(SeekTarget)
  case nextSpike
}

/// What comes of it.
public enum ReplayEvent: Sendable {
  /// What is known at another place. What has been there before is no more: resets too.
  case moved(Tally, mode: Mode, capacity: Int?)
  case atEnd(Bool)
  /// A line for the user.
  case said(String)
}
