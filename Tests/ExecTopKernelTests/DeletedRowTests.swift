import CLibBPF
import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// Rows that somebody else deletes from the maps.
@Suite(.needsKernel, .serialized)
struct DeletedRowTests {
  @Test("rows that are gone already are passed over, and the others are deleted", arguments: [1, 3, 5])
  func passedOver(rows: Int) throws {
    let map = try TestMap(type: BPF_MAP_TYPE_HASH.rawValue, keySize: 16, valueSize: 8)
    for row in 0..<rows { try map.set("row-\(row)", 7) }
    func key(_ name: String) -> [UInt8] { Array(name.utf8) + Array(repeating: 0, count: 16 - name.utf8.count) }
    let keys = key("gone-1") + (0..<rows).flatMap { key("row-\($0)") + key("gone-2") }
    var reader = MapReader(descriptor: map.descriptor, keySize: 16)
    try reader.delete(keys)
    var left = 0
    try reader.walk(.look) { _, values in left += values.count }
    #expect(left == 0)
  }

  @Test("a row of exec_count that somebody deletes is said to be lost, and counting goes on")
  func lost() throws {
    let workload = try Workload()
    defer { workload.remove() }
    let counter = try ExecCounter()
    let path = workload.path("deleted")
    try workload.run("fail", path, "20")
    #expect(try counter.sample(at: 1).totals.unaccounted == 0)
    try counter.paths.delete(Array(path.utf8) + Array(repeating: 0, count: 256 - path.utf8.count))
    try workload.run("fail", path, "5")
    let snapshot = try counter.sample(at: 2)
    #expect(snapshot.totals.unaccounted == 20)
    #expect(Audit(snapshot.totals).text.contains("20 LOST"))
    try counter.relieve()
    #expect(try counter.sample(at: 3).totals.unaccounted == 20)
  }
}
