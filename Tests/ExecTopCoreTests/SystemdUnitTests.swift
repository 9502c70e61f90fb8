import Testing

@testable import ExecTopRecords

@Suite("The unit for systemd")
struct SystemdUnitTests {
  @Test(
    "where the kernel wants CAP_SYS_ADMIN of whoever attaches, the unit has it, and says why",
    arguments: [nil, "/var/lib/x"])
  func restricted(directory: String?) {
    func lines(_ isPerfRestricted: Bool) -> [String] {
      SystemdUnit(
        command: ["exectop"], network: .local, directory: directory, isPerfRestricted: isPerfRestricted
      ).text.split(separator: "\n").map(String.init)
    }
    let (free, restricted) = (lines(false), lines(true))
    #expect(!free.contains { $0.contains("CAP_SYS_ADMIN") })
    let sets = restricted.filter { !$0.hasPrefix("#") && $0.contains("CAP_SYS_ADMIN") }
    #expect(sets.map { $0.split(separator: "=")[0] }.last == "CapabilityBoundingSet")
    #expect(sets.count == (directory == nil ? 2 : 1))
    #expect(restricted.contains { $0.hasPrefix("# kernel.perf_event_paranoid") })
    // Nothing else differs.
    let plain = restricted.map { $0.replacing(" CAP_SYS_ADMIN", with: "") }.filter { !$0.hasPrefix("#") }
    #expect(plain == free.filter { !$0.hasPrefix("#") })
  }
}
