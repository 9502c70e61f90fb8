import TestSupport
import Testing

/// Execs by unit, of the real program on the running kernel.
@Suite(
  .needsKernel, .serialized,
  .enabled(if: ControlGroup.mountPoint != nil, "the unified hierarchy of control groups is not mounted"))
struct ExportUnitTests {
  @Test("what two units execute is theirs, exactly, and a unit that has gone keeps its name")
  func units() throws {
    let workload = try Workload()
    defer { workload.remove() }
    let program = try workload.program("unit")
    let groups = [try ControlGroup("one.service"), try ControlGroup("two.service")]
    defer { for group in groups { group.remove() } }
    let exporter = try Exporter(["--delay", "0.1"])
    for (group, count) in zip(groups, [30, 70]) {
      // The shell goes in, and all that it starts is there.
      let script = "\(group.join); for i in $(seq \(count)); do \(program); done; exit 0"
      #expect(try Command.run("/bin/sh", ["-c", script], timeout: .seconds(60)).ending == .exited(0))
    }
    func series(_ group: ControlGroup) -> String {
      "exectop_unit_execs_total{unit=\"\(group.path.dropFirst())\"}"
    }
    // seq is one more.
    #expect(try Deadline(after: .seconds(20)).wait { try exporter.value(series(groups[0])) == 31 })
    #expect(try Deadline(after: .seconds(20)).wait { try exporter.value(series(groups[1])) == 71 })
    groups[0].remove()
    #expect(try workload.time("spawn", program, "5") > 0)
    let path = "exectop_execs_total{path=\"\(program)\"}"
    #expect(try Deadline(after: .seconds(20)).wait { try exporter.value(path) == 105 })
    #expect(try exporter.value(series(groups[0])) == 31)
    _ = try exporter.process.end()
  }
}
