import ArgumentParser
import ExecTopApp
import ExecTopKernel
import ExecTopText

/// What options can be that several commands have.
enum OptionBounds {
  static func check(delay: Seconds?) throws {
    if let delay, !Choices.intervals.contains(delay) {
      throw ValidationError("--delay takes 0.1 to 3600 seconds, not \(delay)")
    }
  }

  static func check(iterations: Int?) throws {
    if let iterations, iterations < 1 { throw ValidationError("--iterations takes 1 or more, not \(iterations)") }
  }

  static func check(maxPaths: Int) throws {
    guard (16...max(16, ExecCounter.mostPaths)).contains(maxPaths) else {
      throw ValidationError(
        "--max-paths takes 16 to \(ExecCounter.mostPaths) on this machine, a quarter of its memory, not \(maxPaths)")
    }
  }
}
