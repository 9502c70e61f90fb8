import ArgumentParser
import CLinux
import ExecTopApp
import ExecTopCounting
import ExecTopHTTP
import ExecTopKernel
import ExecTopRecording
import ExecTopRecords
import ExecTopStore
import ExecTopSystem
import ExecTopTable
import ExecTopTerminal
import Glibc

/// The program.
@main
struct ExecTop {
  static func main() {
    StandardStreams.occupy()
    StandardStreams.ignoreWriteSignals()
    returnLargeMemory()
    // What is printed depends on it, the line that says why there is nothing to print as well.
    CharacterType.adoptEnvironment()
    do {
      var command = try Arguments.command(ProgramArguments.all)
      try command.run()
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

  /// Ends the program with one line that says why, and the exit status of that kind of failure.
  private static func fail(_ error: any Error) -> Never {
    switch error {
    case let error as KernelError:
      end("\(error)", error.kind.status)
    case let error as TerminalError:
      end("\(error)", ExitStatus.usage)
    case let error as OutputError:
      end("\(error)", ExitStatus.inputOutput)
    case let error as ListenError:
      end("\(error)", error.isRefusal ? ExitStatus.noPermission : ExitStatus.inputOutput)
    case let error as CommandError:
      end("\(error)", error.status)
    case let error as StoreError:
      end("\(error)", ExitStatus.inputOutput)
    case let error as ComparisonError:
      end("\(error)", ExitStatus.inputOutput)
    case let error as ReplayError:
      end("\(error)", ExitStatus.inputOutput)
    case let error as RecordingFault:
      end("the recording is damaged: \(error)", ExitStatus.inputOutput)
    case let error as SystemCallError:
      end("\(error)", error.isRefusal ? ExitStatus.noPermission : ExitStatus.unavailable)
    default:
      let arguments = ProgramArguments.all
      if let answer = Arguments.answer(to: error, arguments) { help(answer) }
      end(Arguments.message(for: error) + "; see \(Arguments.helpName(arguments))", ExitStatus.usage)
    }
  }

  /// Prints what --help or --version asked for, and ends the program.
  private static func help(_ text: String) -> Never {
    do {
      try StandardOutput.print(text + "\n")
    } catch {
      end("\(error)", ExitStatus.inputOutput)
    }
    exit(0)
  }

  private static func end(_ message: String, _ status: Int32) -> Never {
    StandardError.say(message)
    exit(status)
  }
}

/// Of sysexits.h, but for the first one.
enum ExitStatus {
  /// exectop diff --fail-on.
  static let limitBroken: Int32 = 1
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
