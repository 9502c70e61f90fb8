import CLibBPF
import Glibc

/// Has the kernel keep run-time statistics of all BPF programs, as long as this lives (BPF_ENABLE_STATS, Linux 5.8).
struct RunTimeStatistics: ~Copyable {
  private let descriptor: Int32

  /// Nil where the kernel cannot.
  init?() {
    descriptor = bpf_enable_stats(BPF_STATS_RUN_TIME)
    guard descriptor >= 0 else { return nil }
  }

  deinit {
    close(descriptor)
  }
}
