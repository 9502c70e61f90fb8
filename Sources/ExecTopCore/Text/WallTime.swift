/// An instant of the civil clock.
public struct WallTime: Equatable, Sendable {
  /// Since the beginning of 1970, UTC.
  public var milliseconds: Int64

  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// As RFC 3339 has it, in UTC: `2026-11-22T15:24:32.123Z`.
  public var text: String {
    let days = (Double(milliseconds) / 86_400_000).rounded(.down)
    let inDay = milliseconds - Int64(days) * 86_400_000
    let (year, month, day) = WallTime.civil(days: Int64(days))
    func padded(_ number: Int64, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(inDay / 3_600_000, 2)):"
      + "\(padded(inDay / 60_000 % 60, 2)):\(padded(inDay / 1000 % 60, 2)).\(padded(inDay % 1000, 3))Z"
  }

  // Not by FoundationEssentials, which ArgumentParser links already: its dates are seconds in floating point, and of
  // 15:24:32.123 its ISO 8601 style writes 15:24:32.122. It would cost no start-up time (5.6 ms either way) and no memory.
  /// The date so many days after 1970-01-01 in the Gregorian calendar, counted in its periods of 400 years, each
  /// begun in March so that the leap day is a period's last.
  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let sinceMarch0 = days + 719_468
    let era = (sinceMarch0 >= 0 ? sinceMarch0 : sinceMarch0 - 146_096) / 146_097
    let dayOfEra = sinceMarch0 - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// The days from 1970-01-01 to a date of the Gregorian calendar. Nil if there is no such date.
  package static func days(year: Int64, month: Int64, day: Int64) -> Int64? {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    let yearFromMarch = month > 2 ? year : year - 1
    let era = (yearFromMarch >= 0 ? yearFromMarch : yearFromMarch - 399) / 400
    let yearOfEra = yearFromMarch - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    // The 31st of February is none.
    let (foundYear, foundMonth, foundDay) = civil(days: days)
    return foundYear == year && foundMonth == month && foundDay == day ? days : nil
  }
}
