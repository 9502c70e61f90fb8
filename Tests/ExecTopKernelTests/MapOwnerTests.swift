import ExecTopCounting
import ExecTopText
import ExecTopTrace
import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// Maps that another program fills: the tutorial's loader, and bpftrace.
@Suite(.needsKernel, .serialized)
struct MapOwnerTests {
  private let workload: Workload

  init() throws {
    workload = try Workload()
  }

  @Test("the tutorial's map is shown as its program fills it, and its end is told")
  func tutorial() throws {
    defer { workload.remove() }
    let loader = try MapLoader.tutorial(in: workload)
    let source = try ForeignMap(.id(try #require(UInt32(try loader.nextLine()))))
    var tally = Tally(began: 0, countsFromZero: source.countsFromZero)
    tally.apply(try source.sample(at: 1))
    #expect(tally.latest.notice == nil)

    let path = workload.path("counted")
    try workload.run("fail", path, "50")
    tally.apply(try source.sample(at: 2))
    #expect(tally.row(path) == Row(count: 50, errors: nil))
    try workload.run("fail", path, "7")
    tally.apply(try source.sample(at: 3))
    #expect(tally.row(path)?.count == 57)

    loader.end()
    // Its program goes some time after its last descriptor.
    var time = 3.0
    let isTold = try Deadline(after: .seconds(20)).wait {
      time += 1
      tally.apply(try source.sample(at: time))
      return tally.latest.notice != nil
    }
    #expect(isTold)
    #expect(tally.latest.notice?.hasSuffix(": no program uses it any more: its owner has ended") == true)
    #expect(tally.row(path)?.count == 57)
  }

  @Test("bpftrace's count by path is shown", .enabled(if: MapLoader.bpftrace != nil, "bpftrace is not installed"))
  func bpftrace() throws {
    defer { workload.remove() }
    let loader = try MapLoader.bpftraceOneLiner(running: "/bin/cat")
    loader.write("attached\n")
    while try loader.nextLine() != "attached" {}
    let source = try ForeignMap(.name("@paths"))
    // As long as a key of bpftrace has room, 63 bytes.
    let path = workload.path("by-bpftrace")
    try workload.run("fail", path, "60")
    var tally = Tally(began: 0, countsFromZero: source.countsFromZero)
    tally.apply(try source.sample(at: 1))
    #expect(tally.row(path) == Row(count: 60, errors: nil))
  }
}
