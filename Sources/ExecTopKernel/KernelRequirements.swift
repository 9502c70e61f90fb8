import CLibBPF
import Glibc

/// What the running kernel must have. Asked before anything is loaded, so that what is missing is named.
enum KernelRequirements {
  /// The first Linux that has all of it. Distributions have brought some of it to older ones.
  private static let oldest = KernelRelease(5, 15)

  static func check() throws(KernelError) {
    try checkOpenFiles()
    try checkPrivilege()
    guard access("/sys/kernel", F_OK) == 0 else {
      throw lacking("/sys is not mounted", remedy: "run as root: mount -t sysfs sysfs /sys")
    }
    guard access("/sys/kernel/btf/vmlinux", F_OK) == 0 else {
      throw lacking(
        "the kernel has no BTF (/sys/kernel/btf/vmlinux)", remedy: "a kernel with CONFIG_DEBUG_INFO_BTF is needed")
    }
    // The failed exec's path is read through it; and with it comes all else that the programs use, in part without a
    // probe: atomic operations that return the old value (Linux 5.12), bpf_snprintf (5.13).
    guard libbpf_probe_bpf_helper(BPF_PROG_TYPE_TRACEPOINT, BPF_FUNC_task_pt_regs, nil) == 1 else {
      throw lacking(
        "this kernel, Linux \(KernelRelease.running), lacks the BPF helper bpf_task_pt_regs",
        remedy: "Linux \(oldest) or later is needed")
    }
  }

  /// Maps, programs, links, and what the screen and the trace need: some 30 files.
  private static let openFiles: rlim_t = 64

  /// Raises the limit of open files where it is too low and may be raised. libbpf takes its refusal for another.
  private static func checkOpenFiles() throws(KernelError) {
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < openFiles else { return }
    limit.rlim_cur = openFiles
    guard limit.rlim_max >= openFiles, setrlimit(resource, &limit) == 0 else {
      throw KernelError(
        .lacksFeature, "load the BPF programs", reason: "the limit of open files is \(limit.rlim_max)",
        remedy: "raise it: ulimit -n \(openFiles)")
    }
  }

  /// Loads the least program that needs the same privilege: of the real ones libbpf can say only that they failed.
  private static func checkPrivilege() throws(KernelError) {
    LibBPFLog.start()
    var result = bpf_insn()
    result.code = UInt8(BPF_ALU64 | BPF_MOV)
    var exit = bpf_insn()
    exit.code = UInt8(BPF_JMP | BPF_EXIT)
    // The kernel reads the instructions during the call.
    let descriptor = [result, exit].withUnsafeBufferPointer {
      bpf_prog_load(BPF_PROG_TYPE_TRACEPOINT, "exectop", "GPL", $0.baseAddress, $0.count, nil)
    }
    guard descriptor < 0 else {
      close(descriptor)
      return
    }
    throw KernelError("load the BPF programs", errno: descriptor)
  }

  private static func lacking(_ reason: String, remedy: String) -> KernelError {
    KernelError(.lacksFeature, "load the BPF programs", reason: reason, remedy: remedy)
  }
}
