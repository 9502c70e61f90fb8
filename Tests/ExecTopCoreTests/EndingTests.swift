import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Times of processes")
struct WallTimesTests {
  /// Times in nanoseconds, each of so many processes.
  private func times(_ times: KeyValuePairs<UInt64, UInt64>, longest: UInt64? = nil) -> WallTimes? {
    var buckets = [UInt64](repeating: 0, count: WallBucket.count)
    for (time, count) in times { buckets[Int(WallBucket(holding: time).number)] += count }
    return WallTimes(
      buckets: buckets, sum: times.reduce(0) { $0 + $1.key * $1.value }, longest: longest ?? times.map(\.key).max())
  }

  @Test("each time has the bucket in which it lies, two for each power of two")
  func buckets() {
    #expect(WallBucket(holding: 0).number == 0 && WallBucket(holding: 8191).number == 0)
    #expect(WallBucket(holding: 12_287).number == 0 && WallBucket(holding: 12_288).number == 1)
    #expect(WallBucket(holding: 16_384).number == 2)
    #expect(WallBucket(holding: .max).number == UInt8(WallBucket.count - 1))
    for number in 0..<UInt8(WallBucket.count - 1) {
      let bucket = WallBucket(number: number)
      #expect(WallBucket(holding: bucket.start) == bucket)
      #expect(WallBucket(holding: bucket.end - 1) == bucket)
      #expect(bucket.end == WallBucket(number: number + 1).start)
    }
  }

  @Test("the mean is exact, and a quantile is right to a fifth")
  func figures() throws {
    let wall = try #require(times([1_000_000: 90, 50_000_000: 9, 2_000_000_000: 1]))
    #expect(wall.count == 100)
    #expect(wall.mean == (90 * 0.001 + 9 * 0.05 + 2) / 100)
    #expect(wall.longest == 2)
    for (part, time) in [(0.5, 0.001), (0.89, 0.001), (0.95, 0.05), (1, 2.0)] {
      let quantile = wall.quantile(part)
      #expect(quantile >= time * 0.75 && quantile <= time * 1.34, "\(part)")
    }
    #expect(
      zip(stride(from: 0, through: 1, by: 0.01), stride(from: 0.01, through: 1, by: 0.01)).allSatisfy {
        wall.quantile($0) <= wall.quantile($1)
      })
    #expect(wall.quantile(1) <= 2)
  }

  @Test("of times that are spread evenly every quantile is right to a fifth")
  func spread() throws {
    let all = (1...1000).map { UInt64($0) * 100_000 }
    var buckets = [UInt64](repeating: 0, count: WallBucket.count)
    for time in all { buckets[Int(WallBucket(holding: time).number)] += 1 }
    let wall = try #require(WallTimes(buckets: buckets, sum: all.reduce(0, +), longest: all.last))
    for part in stride(from: 0.01, through: 1, by: 0.01) {
      let exact = Double(all[Int(part * 1000) - 1]) / 1e9
      #expect(abs(wall.quantile(part) - exact) < exact / 5)
    }
  }

  @Test("of no process nothing is known; of some whose times were not kept, no mean")
  func unknown() throws {
    #expect(times([:]) == nil)
    let wall = try #require(WallTimes(buckets: [0, 3] + Array(repeating: 0, count: 62), sum: nil, longest: nil))
    #expect(wall.mean == nil && wall.longest == nil)
    #expect(wall.quantile(0.5) > 12e-6 && wall.quantile(0.5) < 17e-6)
  }
}

@Suite("Ways to end")
struct ExitStatusTests {
  @Test(
    "a status says what wait(2) says",
    arguments: [
      (0, 0, nil, false), (7 << 8, 7, nil, false), (255 << 8, 255, nil, false), (9, nil, 9, false),
      (11 | 0x80, nil, 11, true), (-1, nil, nil, false),
    ] as [(Int32, Int32?, Int32?, Bool)])
  func parts(word: Int32, code: Int32?, signal: Int32?, isCoreDumped: Bool) {
    let status = ExitStatus(word: word)
    #expect(status.code == code && status.signal == signal && status.isCoreDumped == isCoreDumped)
    #expect(status.isSuccess == (word == 0))
  }

  @Test(
    "its name is the status or the signal, and says whether a core was dumped",
    arguments: [
      (0, "0", "succeeded"), (1 << 8, "1", "an error"), (3 << 8, "3", nil), (127 << 8, "127", "not found"),
      (137 << 8, "137", "of a shell: SIGKILL"), (9, "SIGKILL", "Killed"), (15, "SIGTERM", "Terminated"),
      (11 | 0x80, "SIGSEGV+core", "Segmentation fault, core dumped"), (32, "SIG32", nil), (34, "SIGRTMIN", nil),
      (36, "SIGRTMIN+2", nil), (64 | 0x80, "SIGRTMIN+30+core", "core dumped"), (0x7f, "SIG127", nil),
      (-1, "not_kept", "too many different ones to keep all"),
    ] as [(Int32, String, String?)])
  func names(word: Int32, name: String, text: String?) {
    #expect(ExitName.of(ExitStatus(word: word)) == name)
    #expect(ExitText.of(ExitStatus(word: word)) == text)
  }

  @Test("every status has a name without blanks, which csv would take for two")
  func everyName() {
    for word in Int32(-1)...0xffff {
      #expect(!ExitName.of(ExitStatus(word: word)).contains(" "))
    }
  }
}
