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
  private static let hash = PathHash(key: (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))

  // A program of its own made them, which also makes the vectors that are published for SipHash-1-3.
  @Test(
    "a path's number is SipHash-1-3 of its words",
    arguments: [
      ([], 0xabac_0158_050f_c4dc), ([0x2f], 0xe128_d0cc_3e54_e510), (Array("/bin/sh".utf8), 0xbcde_d58c_7f1d_76fa),
      (Array("/bin/cat".utf8), 0xfdc6_1ed9_a17d_1f80), (Array("/usr/bin/python".utf8), 0x1b77_725f_a774_3dce),
      (Array("/usr/bin/python3".utf8), 0xcccf_ac10_fe54_4a27), ([0xff, 0x01, 0x2f, 0xc3, 0xa9], 0x7298_baef_3c01_62bf),
    ] as [([UInt8], UInt64)])
  func vectors(path: [UInt8], number: UInt64) {
    #expect(Self.hash.number(of: Path(path)) == number)
  }

  @Test(
    "so it is at the ends of its words, and of its key",
    arguments: [
      (7, 0x887f_3bde_ff5a_d3b0), (8, 0x0a89_ae0e_90a5_ab88), (15, 0xc59e_ac14_009d_7659),
      (16, 0x89b9_3e9a_6604_ab59), (247, 0x080b_bca2_5ee3_47a4), (248, 0x1102_b93e_ade4_bb5d),
      (254, 0xdc3e_e27a_b192_838d), (255, 0xf2c8_1b57_9e11_9e69),
    ] as [(Int, UInt64)])
  func lengths(length: Int, number: UInt64) {
    #expect(Self.hash.number(of: Path(String(repeating: "a", count: length))) == number)
  }

  @Test("another key gives another number, and so does a path that goes on")
  func others() {
    #expect(PathHash(key: (0, 0)).number(of: Path("/bin/sh")) == 0x608c_96b4_f82c_cfc6)
    let numbers = (0...255).map { Self.hash.number(of: Path(String(repeating: "a", count: $0))) }
    #expect(Set(numbers).count == 256)
    #expect(numbers.allSatisfy { $0 >= PathHash.firstPath })
    // What is cut has the number of what is kept.
    #expect(Self.hash.number(of: Path(String(repeating: "a", count: 300))) == numbers[255])
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
