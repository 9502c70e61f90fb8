/// How figures are written.
public enum Format {
  /// What is not known.
  public static let unknown = "–"

  /// A count with its digits in groups: `12,345`.
  public static func count(_ count: UInt64) -> String {
    guard count >= 1000 else { return String(count) }
    let digits = String(count).utf8
    var text: [UInt8] = []
    text.reserveCapacity(digits.count * 4 / 3)
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text.append(UInt8(ascii: ",")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A count in at most `width` characters (at least 4): in groups if they fit, otherwise in thousands (`12.3k`),
  /// millions (`M`), and so on, cut rather than rounded, so that it never says more than there is.
  public static func count(_ number: UInt64, width: Int) -> String {
    let full = count(number)
    if full.utf8.count <= width { return full }
    var scaled = number
    for unit in ["k", "M", "G", "T", "P", "E"] {
      let tenths = scaled % 1000 / 100
      scaled /= 1000
      let text = count(scaled) + unit
      let precise = scaled < 1000 ? "\(scaled).\(tenths)\(unit)" : text
      if precise.utf8.count <= width { return precise }
      if text.utf8.count <= width { return text }
    }
    return full
  }

  /// A rate with one decimal and its digits in groups: `1,234.5`; without the decimal, or in thousands and so on, if it
  /// does not fit into `width` characters.
  public static func rate(_ rate: Double?, width: Int = .max) -> String {
    guard let rate, !rate.isNaN else { return unknown }
    let tenths = whole(max(0, rate) * 10)
    let full = "\(count(tenths / 10)).\(tenths % 10)"
    return full.utf8.count <= width ? full : count(whole(max(0, rate)), width: width)
  }

  /// A part of a whole in hundredths: `12.3%`, `0.0%`; unknown of nothing.
  public static func share(_ part: UInt64, of whole: UInt64) -> String {
    whole == 0 ? unknown : percent(Double(part) / Double(whole))
  }

  /// A part of one in hundredths: `12.3%`.
  public static func percent(_ part: Double) -> String {
    fixed(part * 100, decimals: 1) + "%"
  }

  /// Bytes in units of 1024: `9.8M`.
  public static func bytes(_ bytes: UInt64) -> String {
    var scaled = Double(bytes)
    for unit in ["B", "K", "M", "G"] {
      if scaled < 1024 { return unit == "B" ? "\(bytes)B" : fixed(scaled, decimals: 1) + unit }
      scaled /= 1024
    }
    return fixed(scaled, decimals: 1) + "T"
  }

  /// The nearest whole number. A map that something else fills can hold any: what is too large becomes the largest.
  private static func whole(_ number: Double) -> UInt64 { UInt64(exactly: number.rounded()) ?? .max }

  /// Whole seconds that have passed; none before the first.
  private static func down(_ seconds: Seconds) -> UInt64 {
    seconds < 1 ? 0 : UInt64(exactly: seconds.rounded(.down)) ?? .max
  }

  /// A number with just so many decimals. One that is none is not known.
  public static func fixed(_ number: Double, decimals: Int) -> String {
    guard !number.isNaN else { return unknown }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = whole(abs(number) * scale)
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % UInt64(scale))
    return "\(sign)\(scaled / UInt64(scale))."
      + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  /// A stretch of time in one unit: `now` for less than a second, `12s`, `4m`, `2h`, `3d`.
  public static func age(_ seconds: Seconds?) -> String {
    guard let seconds, !seconds.isNaN else { return unknown }
    let whole = down(seconds)
    switch whole {
    case 0: return "now"
    case ..<60: return "\(whole)s"
    case ..<3600: return "\(whole / 60)m"
    case ..<86_400: return "\(whole / 3600)h"
    default: return "\(whole / 86_400)d"
    }
  }

  /// A stretch of time in two units at most: `42s`, `3m 07s`, `2h 05m`, `4d 11h`.
  public static func stretch(_ seconds: Seconds) -> String {
    guard !seconds.isNaN else { return unknown }
    let whole = down(seconds)
    func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : String(number) }
    switch whole {
    case ..<60: return "\(whole)s"
    case ..<3600: return "\(whole / 60)m \(two(whole % 60))s"
    case ..<86_400: return "\(whole / 3600)h \(two(whole / 60 % 60))m"
    default: return "\(whole / 86_400)d \(two(whole / 3600 % 24))h"
    }
  }

  /// CPU time as in htop's TIME+, cut rather than rounded: `1:23.45`, from an hour on `12h03m`, from 100 hours on
  /// `12d03h`.
  public static func cpuTime(_ seconds: Seconds?) -> String {
    guard let seconds, !seconds.isNaN else { return unknown }
    func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : String(number) }
    let whole = down(seconds)
    switch whole {
    case ..<3600:
      let hundredths = UInt64((max(0, seconds) * 100 + 1e-6).rounded(.down))
      return "\(hundredths / 6000):\(two(hundredths / 100 % 60)).\(two(hundredths % 100))"
    case ..<360_000: return "\(whole / 3600)h\(two(whole / 60 % 60))m"
    default:
      let days = whole / 86_400
      return days < 10_000 ? "\(days)d\(two(whole / 3600 % 24))h" : count(days, width: 7) + "d"
    }
  }

  /// A short time in three digits at most: `85 µs`, `3.1 ms`, `0.12 s`, and from a minute on as `stretch`.
  public static func duration(_ seconds: Seconds?) -> String {
    guard let seconds, !seconds.isNaN else { return unknown }
    func text(_ number: Double, _ unit: String) -> String {
      fixed(number, decimals: number < 9.95 ? 1 : 0) + " " + unit
    }
    switch max(0, seconds) {
    case ..<0.000_999_5: return text(max(0, seconds) * 1e6, "µs")
    case ..<0.999_5: return text(seconds * 1e3, "ms")
    case ..<59.95: return text(seconds, "s")
    default: return stretch(seconds)
    }
  }

  /// The time of day, from seconds since some midnight: `20:21:30`.
  package static func timeOfDay(_ seconds: Seconds) -> String {
    let day = 86_400.0
    let whole = down(seconds - (seconds / day).rounded(.down) * day) % 86_400
    func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(two(whole / 3600)):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }

  /// An interval as it was given: `1s`, `0.5s`, `5m`, `1h`.
  public static func interval(_ seconds: Seconds) -> String {
    let hundredths = whole(seconds * 100)
    if hundredths >= 360_000, hundredths % 360_000 == 0 { return "\(hundredths / 360_000)h" }
    if hundredths >= 6000, hundredths % 6000 == 0 { return "\(hundredths / 6000)m" }
    let decimals = hundredths % 100 == 0 ? 0 : hundredths % 10 == 0 ? 1 : 2
    return fixed(seconds, decimals: decimals) + "s"
  }
}
