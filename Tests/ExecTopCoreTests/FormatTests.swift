import Glibc
import TestSupport
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Format")
struct FormatTests {
  @Test(
    "counts have their digits in groups",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (.max, "18,446,744,073,709,551,615"),
    ] as [(UInt64, String)])
  func count(count: UInt64, text: String) {
    #expect(Format.count(count) == text)
  }

  @Test(
    "a count without room is cut to a unit, never rounded up",
    arguments: [
      (99_999, 6, "99,999"), (99_999, 5, "99.9k"), (99_999, 4, "99k"), (999_999, 6, "999.9k"), (999_999, 4, "999k"),
      (1_999_999, 4, "1.9M"), (12_345_678_901, 9, "12,345M"), (.max, 5, "18.4E"), (.max, 4, "18E"),
    ] as [(UInt64, Int, String)])
  func cut(count: UInt64, width: Int, text: String) {
    #expect(Format.count(count, width: width) == text)
  }

  @Test("a count fits every width from 4 on", arguments: 4...12)
  func fits(width: Int) {
    var random = SeededGenerator(seed: UInt64(width))
    for _ in 0..<500 {
      let count = UInt64.random(in: .min ... .max, using: &random) >> UInt64.random(in: 0...63, using: &random)
      #expect(Format.count(count, width: width).count <= width, "\(count)")
    }
  }

  @Test(
    "rates have one decimal, and their digits in groups",
    arguments: [
      (nil, "–"), (.nan, "–"), (0, "0.0"), (0.04, "0.0"), (0.05, "0.1"), (12.34, "12.3"), (9_999.94, "9,999.9"),
      (9_999.95, "10,000.0"),
      (1_234_567.8, "1,234,567.8"), (1e30, "1,844,674,407,370,955,161.5"), (.infinity, "1,844,674,407,370,955,161.5"),
    ] as [(Double?, String)])
  func rate(rate: Double?, text: String) {
    #expect(Format.rate(rate) == text)
  }

  @Test("no figure, however large or small, ends the program")
  func extremes() {
    let figures: [Double] = [
      .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -1,
      -0.0,
      0x1p63, 0x1p64, -0x1p64, 1e18,
    ]
    for figure in figures {
      let texts = [
        Format.rate(figure), Format.rate(figure, width: 4), Format.fixed(figure, decimals: 0),
        Format.fixed(figure, decimals: 6), Format.age(figure), Format.stretch(figure), Format.interval(figure),
        Format.percent(figure),
      ]
      #expect(texts.allSatisfy { !$0.isEmpty })
    }
    for count in [0, 1, UInt64.max - 1, .max] {
      #expect(Format.share(.max, of: count) != "" && Format.bytes(count) != "")
    }
  }

  @Test("a rate without room is cut to a unit")
  func rateCut() {
    #expect(Format.rate(123_456_789, width: 8) == "123,456k")
  }

  @Test(
    "numbers have just so many decimals, rounded",
    arguments: [
      (0, 3, "0.000"), (1.0005, 3, "1.001"), (0.999_6, 3, "1.000"), (2.5, 0, "3"), (-1.25, 1, "-1.3"),
      (-0.001, 2, "0.00"), (12.05, 2, "12.05"), (.nan, 1, "–"), (.infinity, 1, "1844674407370955161.5"),
      (-.infinity, 1, "-1844674407370955161.5"), (-.greatestFiniteMagnitude, 0, "-18446744073709551615"),
      (.leastNonzeroMagnitude, 2, "0.00"),
    ] as [(Double, Int, String)])
  func fixed(number: Double, decimals: Int, text: String) {
    #expect(Format.fixed(number, decimals: decimals) == text)
  }

  @Test(
    "ages have one unit",
    arguments: [
      (nil, "–"), (-1, "now"), (0.99, "now"), (1, "1s"), (59.9, "59s"), (60, "1m"), (3599, "59m"), (3600, "1h"),
      (86_399, "23h"), (86_400, "1d"), (8_640_000, "100d"), (.nan, "–"), (-.infinity, "now"),
      (.infinity, "213503982334601d"), (1e300, "213503982334601d"),
    ] as [(Seconds?, String)])
  func age(seconds: Seconds?, text: String) {
    #expect(Format.age(seconds) == text)
  }

  @Test(
    "stretches have two units, the smaller one with two digits",
    arguments: [
      (-1, "0s"), (0, "0s"), (59.9, "59s"), (60, "1m 00s"), (187, "3m 07s"), (3599, "59m 59s"), (7500, "2h 05m"),
      (86_400, "1d 00h"), (385_200, "4d 11h"), (.nan, "–"), (-.infinity, "0s"), (.infinity, "213503982334601d 07h"),
    ] as [(Seconds, String)])
  func stretch(seconds: Seconds, text: String) {
    #expect(Format.stretch(seconds) == text)
  }

  @Test(
    "intervals are written as they are given",
    arguments: [
      (0.1, "0.1s"), (0.25, "0.25s"), (1, "1s"), (10, "10s"), (60, "1m"), (90, "90s"), (100.5, "100.5s"), (300, "5m"),
      (3600, "1h"),
    ])
  func interval(seconds: Seconds, text: String) {
    #expect(Format.interval(seconds) == text)
  }
}

@Suite("ErrorName")
struct ErrorNameTests {
  @Test(
    "an errno has its name from the C library's headers",
    arguments: [
      (EPERM, "EPERM"), (ENOENT, "ENOENT"), (EINTR, "EINTR"), (EIO, "EIO"), (E2BIG, "E2BIG"), (ENOEXEC, "ENOEXEC"),
      (EAGAIN, "EAGAIN"), (ENOMEM, "ENOMEM"), (EACCES, "EACCES"), (EFAULT, "EFAULT"), (EBUSY, "EBUSY"),
      (ENODEV, "ENODEV"), (ENOTDIR, "ENOTDIR"), (EISDIR, "EISDIR"), (EINVAL, "EINVAL"), (ENFILE, "ENFILE"),
      (EMFILE, "EMFILE"), (ETXTBSY, "ETXTBSY"), (EFBIG, "EFBIG"), (EROFS, "EROFS"), (ENAMETOOLONG, "ENAMETOOLONG"),
      (ENOSYS, "ENOSYS"), (ELOOP, "ELOOP"), (ELIBBAD, "ELIBBAD"), (EOPNOTSUPP, "EOPNOTSUPP"),
      (ETIMEDOUT, "ETIMEDOUT"), (ESTALE, "ESTALE"), (EUCLEAN, "EUCLEAN"), (EDQUOT, "EDQUOT"),
      (ECANCELED, "ECANCELED"), (ENOKEY, "ENOKEY"), (EKEYREJECTED, "EKEYREJECTED"),
    ])
  func ofHeaders(error: Int32, name: String) {
    #expect(ErrorName.of(error) == name)
  }

  @Test(
    "a tracer's errno has its name from the kernel; what has none keeps its number",
    arguments: [(513, "ERESTARTNOINTR"), (0, "none"), (4095, "E4095")] as [(Int32, String)])
  func others(error: Int32, name: String) {
    #expect(ErrorName.of(error) == name)
  }
}

@Suite("WallTime")
struct WallTimeTests {
  @Test(
    "an instant is written as RFC 3339 has it, in UTC",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"),
      (1_795_361_072_123, "2026-11-22T15:24:32.123Z"),
      // Leap days of a fourth and of a four hundredth year, and a hundredth year without one.
      (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
      (1_709_251_200_000, "2024-03-01T00:00:00.000Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
      // Ends of years.
      (1_735_689_599_999, "2024-12-31T23:59:59.999Z"),
      (1_735_689_600_000, "2025-01-01T00:00:00.000Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
      // Before 1970.
      (-1, "1969-12-31T23:59:59.999Z"),
      (-86_400_000, "1969-12-31T00:00:00.000Z"),
      (-2_203_891_200_001, "1900-02-28T23:59:59.999Z"),
      (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    ])
  func text(milliseconds: Int64, text: String) {
    #expect(WallTime(milliseconds: milliseconds).text == text)
  }
}
