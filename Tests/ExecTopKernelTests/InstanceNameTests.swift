import Glibc
import TestSupport
import Testing

@testable import ExecTopKernel

/// Whose an instance is, by its name.
struct InstanceNameTests {
  @Test("a name is read as it was written; any other name is none of ours")
  func text() {
    let name = InstanceName(process: 12, start: 345, namespace: 678)
    #expect(name.text == "exectop-12-345-678")
    #expect(InstanceName(name.text) == name)
    let others = [
      "exectop", "exectop-", "exectop-12-345", "exectop-12-345-678-9", "exectop-x-345-678", "exectop--12-345-678",
      "exectop-0-345-678", "exectop-12--678", "other-12-345-678", "foo", "exectop-12-345-", "exectop-99999999999-1-1",
    ]
    for other in others { #expect(InstanceName(other) == nil, "\(other)") }
  }

  @Test("the owner lives while its process does, and no longer when a later process has its number")
  func owner() throws {
    let own = InstanceName.own
    #expect(own.start > 0 && own.namespace > 0)
    #expect(!own.isOwnerGone)
    var earlier = own
    earlier.start -= 1
    #expect(earlier.isOwnerGone)

    let child = try ChildProcess(
      "/bin/sleep", ["60"], environment: [:], streams: .descriptors(input: nil, output: nil, errors: nil))
    var ended = own
    ended.process = child.identifier
    // Where the start is not known, only that the number is free tells.
    ended.start = 0
    #expect(!ended.isOwnerGone)
    child.signal(SIGKILL)
    #expect(Deadline(after: .seconds(20)).wait { child.poll() != nil })
    #expect(ended.isOwnerGone)
  }

  @Test("a zombie holds nothing any more")
  func zombie() throws {
    var process: pid_t = 0
    var arguments = [strdup("true"), nil]
    defer { free(arguments[0]) }
    #expect(posix_spawn(&process, "/bin/true", nil, nil, &arguments, nil) == 0)
    var status = siginfo_t()
    // Ended, but still there to be waited for.
    #expect(waitid(P_PID, id_t(process), &status, WEXITED | WNOWAIT) == 0)
    let fields = try Command.run("/bin/cat", ["/proc/\(process)/stat"]).output.split(separator: " ")
    var name = InstanceName.own
    name.process = process
    name.start = try #require(UInt64(fields[21]))
    #expect(name.isOwnerGone)
    Workload.wait(for: process)
  }

  @Test("of another pid namespace nothing is known, so its instances stay")
  func namespaces() {
    var other = InstanceName.own
    other.process = pid_t.max
    #expect(other.isOwnerGone)
    other.namespace += 1
    #expect(!other.isOwnerGone)
    other.namespace = 0
    #expect(!other.isOwnerGone)
  }
}
