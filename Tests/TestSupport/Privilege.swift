import Glibc
import Testing

extension Trait where Self == ConditionTrait {
  /// The test loads BPF programs. `.ci/run` treats a skip for this reason as a failure.
  public static var needsKernel: Self {
    .enabled(if: geteuid() == 0, "needs root: BPF programs are loaded")
  }

  /// The test has the kernel itself run a program of a workload. It finds that as its own threads would (kernel/umh.c), of
  /// which kthreadd, process 2, is the first.
  public static var needsFilesOfKernelThreads: Self {
    .enabled(if: sharesFilesWithKernelThreads, "needs \(Workload.parent) to be what it is to the kernel's threads")
  }

  /// Where it cannot be told, the test runs.
  private static var sharesFilesWithKernelThreads: Bool {
    var (own, kernel) = (stat(), stat())
    guard stat(Workload.parent, &own) == 0, stat("/proc/2/root" + Workload.parent, &kernel) == 0 else { return true }
    return own.st_dev == kernel.st_dev && own.st_ino == kernel.st_ino
  }
}
