import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Numbers of paths")
struct PathNumberTests {
  private static let hash = PathHash(key: .known)

  // A program of its own made them, from the definition: with SplitMix64 from 0 for the key, whole numbers of any size,
  // and all 64 words of a path.
  @Test(
    "a path's number is two sums of products of its words",
    arguments: [
      ([], 0xe220_a839_6e78_9e6a), ([0x2f], 0x202d_bfb8_6e08_d8ef), (Array("/bin/sh".utf8), 0x6bea_a1ac_f839_8b74),
      (Array("/bin/cat".utf8), 0xf78f_a54e_89ba_f688), (Array("/usr/bin/python".utf8), 0x3541_2950_19d5_ac26),
      (Array("/usr/bin/python3".utf8), 0xeb50_ad6d_08b3_b357), ([0xff, 0x01, 0x2f, 0xc3, 0xa9], 0x3959_f4d3_4e76_379c),
    ] as [([UInt8], UInt64)])
  func vectors(path: [UInt8], number: UInt64) {
    #expect(Self.hash.number(of: Path(path)) == number)
  }

  @Test(
    "so it is at the ends of its words, and of its key",
    arguments: [
      (7, 0x7e56_57eb_11b3_dd7f), (8, 0x51a5_5525_c9d7_d939), (15, 0x8341_d396_9280_c4dc),
      (16, 0xc973_6a78_b32c_13cb), (247, 0xfd86_0cb5_9332_e2dd), (248, 0xcfb8_97a3_efc4_472e),
      (254, 0x669c_ce0f_1ca4_9d3f), (255, 0x5af7_310d_9edd_ebf2),
    ] as [(Int, UInt64)])
  func lengths(length: Int, number: UInt64) {
    #expect(Self.hash.number(of: Path(String(repeating: "a", count: length))) == number)
  }

  @Test("another key gives another number, and so does a path that goes on")
  func others() {
    var random = SplitMix(state: 1)
    let key = HashKey(using: &random)
    #expect(key.words.count == 130 && key.words != HashKey.known.words)
    #expect(PathHash(key: key).number(of: Path("/bin/sh")) != Self.hash.number(of: Path("/bin/sh")))
    let numbers = (0...255).map { Self.hash.number(of: Path(String(repeating: "a", count: $0))) }
    #expect(Set(numbers).count == 256)
    #expect(numbers.allSatisfy { $0 >= PathHash.firstPath })
    // What is cut has the number of what is kept.
    #expect(Self.hash.number(of: Path(String(repeating: "a", count: 300))) == numbers[255])
  }

  @Test("paths that differ in bits above which a product carries nothing have different numbers")
  func highBits() {
    // The sum of whole words by odd factors is the same of both, whatever the factors.
    let first = Array("/aaaaaa".utf8) + [0x61] + Array("bbbbbbb".utf8) + [0x62]
    var second = first
    second[7] ^= 0x80
    second[15] ^= 0x80
    #expect(Self.hash.number(of: Path(first)) != Self.hash.number(of: Path(second)))
  }

  // MARK: Which path has which number

  @Test("a path that goes into (other) loses its number, and the next one in its slot has its own")
  func folding() {
    var paths = Family<Path>(other: .other)
    var numbers = PathNumbers(Self.hash)
    let (first, second) = (Self.hash.number(of: Path("/a")), Self.hash.number(of: Path("/b")))
    let slot = paths.id(of: Path("/a"))
    numbers.follow(paths.identities)
    #expect(numbers.slot(of: first) == slot.index)
    #expect(numbers.number(at: slot.index) == first)
    #expect(numbers.owner(of: first, paths: paths.identities) == .path(slot))
    _ = paths.foldColdest(beyond: 1)
    numbers.follow(paths.identities)
    #expect(numbers.slot(of: first) == nil && numbers.number(at: slot.index) == 0)
    #expect(numbers.owner(of: first, paths: paths.identities) == nil)
    let next = paths.id(of: Path("/b"))
    #expect(next.index == slot.index)
    numbers.follow(paths.identities)
    #expect(numbers.slot(of: second) == next.index && numbers.slot(of: first) == nil)
    // It comes back, in another slot.
    let back = paths.id(of: Path("/a"))
    numbers.follow(paths.identities)
    #expect(numbers.slot(of: first) == back.index && back.index != next.index)
  }

  @Test("paths that change places keep their numbers")
  func exchanged() {
    var paths = Family<Path>(other: .other)
    var numbers = PathNumbers(Self.hash)
    for name in ["/a", "/b", "/c"] { _ = paths.id(of: Path(name)) }
    numbers.follow(paths.identities)
    // All go, and come back the other way round before anybody looks.
    _ = paths.foldColdest(beyond: 1)
    let before = paths.identities.count
    for name in ["/a", "/b", "/c"] { _ = paths.id(of: Path(name)) }
    #expect(paths.identities.count == before && paths.id(of: Path("/a")).index == 3)
    numbers.follow(paths.identities)
    for name in ["/a", "/b", "/c"] {
      #expect(numbers.slot(of: Self.hash.number(of: Path(name))) == paths.id(of: Path(name)).index)
    }
  }

  @Test("numbers that are no path's are owners of their own; (other) has none")
  func reserved() {
    var paths = Family<Path>(other: .other)
    var numbers = PathNumbers(Self.hash)
    let id = paths.id(of: Path("/a"))
    numbers.follow(paths.identities)
    let owners = (0..<6).map { numbers.owner(of: $0, paths: paths.identities) }
    #expect(owners == [.noPath, .kernelThreads, .noSlot, .mapFull, .path(.other), nil])
    #expect(numbers.slot(of: Self.hash.number(of: .other)) == nil)
    #expect(numbers.isNumber(1, of: .kernelThreads) && !numbers.isNumber(1, of: .noSlot))
    #expect(numbers.isNumber(Self.hash.number(of: Path("/a")), of: .path(id)))
    #expect(!numbers.isNumber(Self.hash.number(of: Path("/b")), of: .path(id)))
  }
}
