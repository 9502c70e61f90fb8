import ArgumentParser
import CLinux
import ExecTopCore
import ExecTopKernel
import ExecTopTerminal
import Glibc

/// The program.
@main
struct ExecTop {
  static func main() {
    StandardStreams.occupy()
    returnLargeMemory()
    // What is printed depends on it, the line that says why there is nothing to print as well.
    CharacterType.adoptEnvironment()
    do {
      try run(try Arguments.parse())
    } catch {
      fail(error)
    }
  }

  /// Has large blocks go back to the kernel when they are freed.
  ///
  /// Left alone, malloc goes over to keeping blocks as large as the largest that was ever freed (M_MMAP_THRESHOLD in
  /// mallopt(3)): what a flood of paths takes for a moment would stay, in pieces, for good. What a refresh takes is kept.
  private static func returnLargeMemory() {
    mallopt(M_MMAP_THRESHOLD, 512 * 1024)
    mallopt(M_TRIM_THRESHOLD, 1024 * 1024)
  }

  private static func run(_ arguments: Arguments) throws {
    let clock = Clock()
    if arguments.batch, arguments.trace {
      try TraceBatch(arguments: arguments, counter: try counter(arguments)).run()
    } else if arguments.batch {
      try BatchMode(arguments: arguments, source: try source(arguments, clock), clock: clock).run()
    } else {
      try Dashboard.run(arguments: arguments, clock: clock) { try source(arguments, clock) }
    }
  }

  private static func source(_ arguments: Arguments, _ clock: Clock) throws -> any ExecSource {
    if arguments.demo { return Demo(began: clock.now) }
    if let map = arguments.map { return try ForeignMap(map) }
    return try counter(arguments)
  }

  private static func counter(_ arguments: Arguments) throws -> ExecCounter {
    let counter = try ExecCounter(maxPaths: arguments.maxPaths, kind: arguments.kind)
    TraceFeed.sweep()
    return counter
  }

  /// Ends the program with one line that says why, and the exit status of that kind of failure.
  private static func fail(_ error: any Error) -> Never {
    switch error {
    case let error as KernelError:
      end("\(error)", error.kind.status)
    case let error as TerminalError:
      end("\(error)", ExitStatus.usage)
    case let error as OutputError:
      end("\(error)", ExitStatus.inputOutput)
    case let error as SystemCallError:
      end("\(error)", ExitStatus.unavailable)
    default:
      if Arguments.exitCode(for: error) == .success {
        // --help or --version.
        print(Arguments.fullMessage(for: error))
        exit(0)
      }
      end(Arguments.message(for: error) + "; see exectop --help", ExitStatus.usage)
    }
  }

  private static func end(_ message: String, _ status: Int32) -> Never {
    try? StandardError.writeLine(message)
    exit(status)
  }
}

/// Of sysexits.h.
enum ExitStatus {
  static let usage: Int32 = 64
  static let unavailable: Int32 = 69
  static let inputOutput: Int32 = 74
  static let noPermission: Int32 = 77
}

extension KernelError.Kind {
  fileprivate var status: Int32 {
    switch self {
    case .notPermitted: ExitStatus.noPermission
    case .lacksFeature: ExitStatus.unavailable
    case .inputOutput: ExitStatus.inputOutput
    }
  }
}
