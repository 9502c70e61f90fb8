import Testing

@testable import ExecTopCounting
@testable import ExecTopTable
@testable import ExecTopText

@Suite("Unit")
struct UnitTests {
  private static let id = "5d1f0c77a2be4f03a1f7b5b4a3c9e8d7f6051423324150617283940516273849"
  private static let pod = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
  private static let podInSlice = "0f1e2d3c_4b5a_6978_8796_a5b4c3d2e1f0"

  @Test(
    "a control group has the name that people know it by",
    arguments: [
      ("/", "/"), ("", "/"),
      // systemd
      ("/init.scope", "init.scope"), ("/system.slice/ssh.service", "ssh.service"),
      ("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service"),
      ("/system.slice/systemd-udevd.service/udev", "systemd-udevd.service"),
      ("/system.slice/cups.socket", "cups.socket"), ("/system.slice/dev-hugepages.mount", "dev-hugepages.mount"),
      ("/system.slice", "system.slice"), ("/user.slice/user-1000.slice", "user-1000.slice"),
      (
        "/system.slice/systemd-fsck@dev-disk-by\\x2duuid-1A\\x2d2B.service",
        "systemd-fsck@dev-disk-by-uuid-1A-2B.service"
      ),
      // What is no escape stays.
      ("/system.slice/a\\x2.service", "a\\x2.service"), ("/system.slice/a\\xzz.service", "a\\xzz.service"),
      ("/system.slice/a\\", "system.slice"),
      // Users
      ("/user.slice/user-1000.slice/session-7.scope", "session-7.scope (user 1000)"),
      ("/user.slice/user-1000.slice/user@1000.service/app.slice/emacs.service", "emacs.service (user 1000)"),
      ("/user.slice/user-1000.slice/user@1000.service/init.scope", "init.scope (user 1000)"),
      ("/user.slice/user-1000.slice/user@1000.service", "user@1000.service"),
      // Containers
      ("/system.slice/docker-\(id).scope", "docker 5d1f0c77a2be"), ("/docker/\(id)", "docker 5d1f0c77a2be"),
      ("/docker/\(id)/system.slice/nginx.service", "docker 5d1f0c77a2be"),
      ("/system.slice/docker-short.scope", "docker-short.scope"),
      ("/machine.slice/libpod-\(id).scope/container", "podman 5d1f0c77a2be"),
      ("/libpod_parent/libpod-\(id)", "podman 5d1f0c77a2be"),
      (
        "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-\(id).scope", "podman 5d1f0c77a2be"
      ),
      ("/system.slice/nerdctl-\(id).scope", "containerd 5d1f0c77a2be"),
      ("/lxc.payload.web1/system.slice/nginx.service", "lxc web1"), ("/lxc/101/ns", "lxc 101"),
      ("/somewhere/\(id)", "container 5d1f0c77a2be"),
      // Pods
      (
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod\(podInSlice).slice/cri-containerd-\(id).scope",
        "containerd 5d1f0c77a2be (pod \(pod))"
      ),
      (
        "/kubepods.slice/kubepods-pod\(podInSlice).slice/crio-\(id).scope", "cri-o 5d1f0c77a2be (pod \(pod))"
      ),
      ("/kubepods/besteffort/pod\(pod)/\(id)", "container 5d1f0c77a2be (pod \(pod))"),
      ("/kubepods.slice/kubepods-pod\(podInSlice).slice", "pod \(pod)"),
      (
        "/system.slice/kubepods-burstable-pod\(podInSlice).slice:cri-containerd:\(id)", "containerd 5d1f0c77a2be"
      ),
      // Machines
      ("/machine.slice/machine-qemu\\x2d1\\x2dvm1.scope/libvirt/vcpu0", "machine qemu-1-vm1"),
      ("/machine.slice/systemd-nspawn@web.service/payload", "systemd-nspawn@web.service"),
      // Anything else
      ("/mine/own", "/mine/own"), ("/..", "/.."),
    ])
  func name(path: String, name: String) {
    #expect(String(decoding: Unit(of: Path(path)).bytes, as: UTF8.self) == name)
  }

  @Test("one that has gone without a name, and one that is not known")
  func unknown() {
    func row(_ group: UInt64, _ owner: Owner = .noPath) -> String {
      UnitRow(Launch(number: 20, parent: 0, owner: owner, user: 0, group: group), names: LaunchSaid.names).name
        .safe { _ in true }.string
    }
    #expect(row(12_345) == "cgroup 12345 (gone)" && row(0) == "–" && row(2) == "cron.service")
    #expect(row(0, .kernelThreads) == "(kernel)")
  }

  @Test("what bytes a name has, it is escaped as it is shown")
  func hostile() {
    let unit = Unit(of: Path(Array("/system.slice/a\\x1b[31m\u{202e}.service".utf8)))
    #expect(unit.bytes == Array("a\u{1b}[31m\u{202e}.service".utf8))
    #expect(UnitRow.unit(unit).name.safe { _ in true }.string == "a\\x1b[31m\\xe2\\x80\\xae.service")
    #expect(RowName("(kernel)".utf8).safe { _ in true }.string == "\\x28kernel)")
  }
}
