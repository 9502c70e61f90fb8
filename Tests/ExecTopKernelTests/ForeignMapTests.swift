import CLibBPF
import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// Maps that a test has made and filled itself.
@Suite(.needsKernel, .serialized)
struct ForeignMapTests {
  /// The rows that exectop shows of a map.
  private func rows(of map: TestMap) throws -> [String: UInt64] {
    var tally = Tally(began: 0, countsFromZero: false)
    tally.apply(try ForeignMap(.id(map.id)).sample(at: 1))
    return Dictionary(uniqueKeysWithValues: tally.rows.map { (tally.path(of: $0).text, tally.count(of: $0)) })
  }

  @Test(
    "every type and size of value that can be shown is",
    arguments: [
      BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_PERCPU_HASH, BPF_MAP_TYPE_LRU_PERCPU_HASH,
    ].map(\.rawValue), [4, 8])
  func types(type: UInt32, size: Int) throws {
    let map = try TestMap(type: type, keySize: 64, valueSize: size)
    // Over 32 bits where there is room.
    let high: UInt64 = size == 8 ? 1 << 40 : 1 << 20
    try map.set("/usr/bin/first", high + 1)
    try map.set("/usr/bin/second", 2)
    let copies = map.isPerCPU ? UInt64(libbpf_num_possible_cpus()) : 1
    #expect(try rows(of: map) == ["/usr/bin/first": (high + 1) * copies, "/usr/bin/second": 2 * copies])
  }

  @Test("more rows than a chunk holds are all shown, per-CPU or not")
  func manyRows() throws {
    for type in [BPF_MAP_TYPE_HASH, BPF_MAP_TYPE_PERCPU_HASH] {
      let map = try TestMap(type: type.rawValue, keySize: 32, valueSize: 4, entries: 4096)
      for row in 0..<2500 { try map.set("/path/\(row)", UInt64(row)) }
      let copies = map.isPerCPU ? UInt64(libbpf_num_possible_cpus()) : 1
      let rows = try rows(of: map)
      // Row 0 has a count of 0: none was seen.
      #expect(rows.count == 2499)
      #expect(rows.allSatisfy { $0 == "/path/\($1 / copies)" })
    }
  }

  @Test("keys that are no text padded with NUL are shown as hex")
  func hexKeys() throws {
    let map = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 16, valueSize: 8)
    try map.set(bytes: Array("/bin/a".utf8), 1)
    try map.set(bytes: [0x2f, 0x61, 0, 0x62], 2)
    try map.set(bytes: [0x01, 0x61], 3)
    try map.set(bytes: Array("/bin/of-16-bytes".utf8), 4)
    #expect(
      try rows(of: map) == [
        "/bin/a": 1, "0x2f610062" + String(repeating: "0", count: 24): 2,
        "0x0161" + String(repeating: "0", count: 28): 3, "/bin/of-16-bytes": 4,
      ])
  }

  @Test("keys of 8 bytes and less are numbers, even where they look like letters")
  func numberKeys() throws {
    let map = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 4, valueSize: 8)
    try map.set(bytes: [0x61, 0x62], 5)
    #expect(try rows(of: map) == ["0x61620000": 5])
  }

  @Test("a path that fills a key of any size is marked as cut, and hex never is")
  func cut() throws {
    let map = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 256, valueSize: 8)
    try map.set(bytes: [UInt8](repeating: 0x61, count: 255), 1)
    try map.set(bytes: [UInt8](repeating: 0x61, count: 254), 1)
    try map.set(bytes: [UInt8](repeating: 0x01, count: 256), 1)
    let small = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 64, valueSize: 8)
    try small.set(bytes: [UInt8](repeating: 0x61, count: 63), 1)
    let cut = try [map, small].flatMap { map in
      let rows = try ForeignMap(.id(map.id)).sample(at: 1).paths
      return rows.ids.compactMap(rows.key).filter(\.isCut).map(\.bytes.count)
    }
    #expect(cut == [255, 63])
  }

  @Test("what only exectop's own programs can know is unknown, and so are the first rates")
  func unknown() throws {
    let map = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 32, valueSize: 8, entries: 77)
    try map.set("/bin/a", 10)
    let source = try ForeignMap(.id(map.id))
    #expect(source.mode == .map)
    #expect(source.capacity == 77)
    var tally = Tally(began: 0, countsFromZero: source.countsFromZero)
    tally.apply(try source.sample(at: 1))
    #expect(tally.totals.failed == nil)
    #expect(tally.totals.unattributed == .unknown)
    let row = try #require(Array(tally.rows).first)
    #expect(tally.rate(of: row) == nil)
    #expect(tally.totalRate == nil)
    try map.set("/bin/a", 14)
    tally.apply(try source.sample(at: 3))
    #expect(tally.rate(of: row) == 2)
    #expect(tally.totals.execs == 14)
  }

  @Test("a row that goes from the map goes from the screen, and a counter that fell has no rate")
  func vanishing() throws {
    let map = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 32, valueSize: 8)
    try map.set("/bin/a", 10)
    try map.set("/bin/b", 10)
    let source = try ForeignMap(.id(map.id))
    var tally = Tally(began: 0, countsFromZero: source.countsFromZero)
    tally.apply(try source.sample(at: 1))
    try map.delete("/bin/a")
    try map.set("/bin/b", 3)
    tally.apply(try source.sample(at: 2))
    let rows = tally.rows.map { tally.path(of: $0).text }
    #expect(rows == ["/bin/b"])
    #expect(tally.rows.map { tally.rate(of: $0) } == [nil])
  }

  @Test("a map that no program uses is said to be one")
  func noUsers() throws {
    let map = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 32, valueSize: 8, name: "lonely")
    let snapshot = try ForeignMap(.id(map.id)).sample(at: 1)
    #expect(snapshot.notice == "map lonely (id \(map.id)): no program uses it")
  }
}

// MARK: - What cannot be shown

extension ForeignMapTests {
  private func refusal(_ place: MapPlace) -> KernelError? {
    do {
      _ = try ForeignMap(place)
      return nil
    } catch {
      return error
    }
  }

  @Test("an array, and values that are no integer of 4 or 8 bytes, are refused with what can be shown")
  func wrongTypes() throws {
    let array = try TestMap(type: BPF_MAP_TYPE_ARRAY.rawValue, keySize: 4, valueSize: 8, name: "an_array")
    let wide = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 4, valueSize: 16)
    let types = "hash, lru_hash, lru_percpu_hash, percpu_hash"
    let ofArray = try #require(refusal(.id(array.id)))
    #expect(ofArray.kind == .lacksFeature)
    #expect(ofArray.description.hasPrefix("show the map an_array (id \(array.id)): its type is array; "))
    #expect(ofArray.description.hasSuffix(types))
    let ofWide = try #require(refusal(.id(wide.id)))
    #expect(ofWide.reason == "its values have 16 bytes")
  }

  @Test("a missing map is a clear line, however it was asked for")
  func missing() throws {
    let ended = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 4, valueSize: 8).id
    // A map is freed some time after its last descriptor is closed.
    #expect(Deadline(after: .seconds(20)).wait { refusal(.id(ended)) != nil })
    let byID = try #require(refusal(.id(ended)))
    #expect(byID.description.hasPrefix("open the map id=\(ended): there is no such map; "))
    #expect(byID.kind == .lacksFeature)
    #expect(refusal(.name("no_such_map"))?.reason == "no map has this name")
    let byPath = try #require(refusal(.pinned("/no/such/file")))
    #expect(byPath.description == "open the map pinned=/no/such/file: No such file or directory")
    #expect(byPath.kind == .inputOutput)
    #expect(refusal(.pinned("/tmp"))?.reason == "it is not on a bpf file system")
  }

  @Test("a name that several maps share lists them, one that a single map has finds it")
  func names() throws {
    let name = "et_\(getpid())"
    let first = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 32, valueSize: 8, name: name)
    try first.set("/bin/named", 3)
    #expect(try ForeignMap(.name(name)).sample(at: 1).totals.execs == 3)
    let second = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 32, valueSize: 8, name: name)
    let error = try #require(refusal(.name(name)))
    #expect(
      error.description
        == "find the map name=\(name): 2 maps have this name: id=\(first.id), id=\(second.id); choose one by its id")
  }

  @Test("a long name is the one that the kernel has cut, and @ is what bpftrace makes of it")
  func foreignNames() throws {
    let long = try TestMap(
      type: BPF_MAP_TYPE_HASH.rawValue, keySize: 32, valueSize: 8, name: "et_long_\(getpid() % 10_000)_beyond_it")
    #expect(throws: Never.self) { _ = try ForeignMap(.name("et_long_\(getpid() % 10_000)_beyond_it")) }
    let at = try TestMap(
      type: BPF_MAP_TYPE_HASH.rawValue, keySize: 32, valueSize: 8, name: "AT_\(getpid())")
    #expect(throws: Never.self) { _ = try ForeignMap(.name("@\(getpid())")) }
    withExtendedLifetime((long, at)) {}
  }
}

extension Path {
  /// As text, where it is ASCII.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
