import ExecTopText

/// A part of a recording as it is named: `2026-11-20T02:00..03:00`.
///
/// Both ends are times on a clock, `2026-11-20T02:00` or `2026-11-20T02:00:30`; the second one can leave out the day, and
/// is within a day of the first one then. Either may be left out altogether. A Z behind a time makes it UTC.
public struct RecordingSpan: Equatable, Sendable {
  /// Milliseconds since the beginning of 1970, on the clock of its zone.
  public struct End: Equatable, Sendable {
    public var milliseconds: Int64
    public var isUTC: Bool

    public init(milliseconds: Int64, isUTC: Bool) {
      self.milliseconds = milliseconds
      self.isUTC = isUTC
    }
  }

  public var start: End?
  public var end: End?

  public init?(_ text: some StringProtocol) {
    let text = String(text)
    guard let dots = text.utf8.firstRange(of: "..".utf8) else { return nil }
    let (first, second) = (text[..<dots.lowerBound], text[dots.upperBound...])
    if !first.isEmpty {
      guard let time = RecordingSpan.time(first) else { return nil }
      start = time
    }
    if !second.isEmpty {
      if let time = RecordingSpan.time(second) {
        end = time
      } else {
        let isUTC = second.hasSuffix("Z")
        guard let start, let clock = RecordingSpan.clock(isUTC ? second.dropLast() : second) else { return nil }
        let day = start.milliseconds - start.milliseconds % RecordingSpan.day
        let sameDay = day + clock
        end = End(
          milliseconds: sameDay > start.milliseconds ? sameDay : sameDay + RecordingSpan.day,
          isUTC: isUTC || start.isUTC)
      }
    }
    guard start != nil || end != nil else { return nil }
  }

  private static let day: Int64 = 86_400_000

  private static func time(_ text: Substring) -> End? {
    let isUTC = text.hasSuffix("Z")
    let text = isUTC ? text.dropLast() : text
    let parts = text.split(omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
    guard parts.count == 2, let clock = clock(parts[1]) else { return nil }
    let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { number($0) }
    guard date.count == 3, let year = date[0], let month = date[1], let day = date[2], (1970...9999).contains(year),
      let days = WallTime.days(year: year, month: month, day: day)
    else { return nil }
    return End(milliseconds: days * RecordingSpan.day + clock, isUTC: isUTC)
  }

  /// Milliseconds since midnight.
  private static func clock(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { number($0) }
    guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1], hour < 24, minute < 60 else {
      return nil
    }
    let second = parts.count > 2 ? parts[2] : 0
    guard let second, second < 60 else { return nil }
    return ((hour * 60 + minute) * 60 + second) * 1000
  }

  private static func number(_ text: Substring) -> Int64? {
    (1...4).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
  }
}
