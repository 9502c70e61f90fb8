import Glibc
import Testing

extension Trait where Self == ConditionTrait {
  /// The test loads BPF programs. `.ci/run` treats a skip for this reason as a failure.
  public static var needsKernel: Self {
    .enabled(if: geteuid() == 0, "needs root: BPF programs are loaded")
  }
}
