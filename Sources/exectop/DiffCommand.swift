import ArgumentParser
import CLinux
import ExecTopApp
import ExecTopCounting
import ExecTopRecording
import ExecTopRecords
import ExecTopStore
import ExecTopSystem
import ExecTopTerminal
import ExecTopText
import Glibc

/// exectop diff: what is executed more or less than before.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two recordings, parts of them, or records of --batch.",
    discussion: """
      A and B are recordings, parts of recordings (FILE@2026-11-20T02:00..03:00, in local time, with Z in UTC), or files \
      with records of --batch --format json, of which the last one counts. Of a part, what ended in it is counted; of a \
      recording, all that it holds. Rows come in the order in which they matter: what changed most is first.

      LIMITS, joined by commas: execs+20%, failed+5, cpu+30%: a sum may rise by so much (of cpu, seconds or percent); \
      new-failures: nothing may fail that did not before; new: nothing may be run that was not before. If one is broken, \
      the exit status is 1.
      """)

  @Argument(help: ArgumentHelp("What was before.", valueName: "a"), completion: .file())
  var before: String

  @Argument(help: ArgumentHelp("What was after it.", valueName: "b"), completion: .file())
  var after: String

  @Option(
    help: ArgumentHelp("What a row is: \(DiffCommand.keys).", valueName: "key"),
    completion: .list(ExecSums.Key.allCases.map(\.rawValue)), transform: DiffCommand.key)
  var by: ExecSums.Key = .path

  @Option(
    help: ArgumentHelp("text or json.", valueName: "format"), completion: .list(["text", "json"]),
    transform: DiffCommand.format)
  var format: Format = .text

  @Option(help: ArgumentHelp("Limits for an exit status of 1.", valueName: "limits"))
  var failOn: String?

  enum Format: String, CaseIterable {
    case text, json
  }

  func validate() throws { _ = try limits }

  func run() throws {
    let diff = Diff(
      from: try ComparedFile(before).account(by: by), to: try ComparedFile(after).account(by: by), by: by)
    let broken = try limits.compactMap { limit in limit.broken(by: diff).map { (limit: limit.text, how: $0) } }
    let output = OutputQueue.standardOutput()
    let isUnicode = CharacterType.isUnicode
    let text =
      switch format {
      case .json: diff.json(broken: broken, isASCII: !isUnicode) + "\n"
      case .text: diff.text(isUnicode: isUnicode)
      }
    output.append(text.utf8)
    do {
      try output.drain(within: nil)
    } catch {
      if !error.isReaderGone { throw error }
    }
    for limit in broken { StandardError.say("\(limit.limit): \(limit.how)") }
    if !broken.isEmpty { Glibc.exit(ExitStatus.limitBroken) }
  }

  private var limits: [DiffLimit] {
    get throws {
      try (failOn ?? "").split(separator: ",").map { text in
        guard let limit = DiffLimit(String(text)) else {
          throw ValidationError(
            "--fail-on takes execs+20%, failed+5, cpu+30%, new-failures and new, joined by commas, not \(text)")
        }
        return limit
      }
    }
  }

  private static let keys = ExecSums.Key.allCases.map(\.rawValue).joined(separator: ", ")

  private static func key(_ text: String) throws -> ExecSums.Key {
    guard let key = ExecSums.Key(rawValue: text) else { throw ValidationError("expected \(keys)") }
    return key
  }

  private static func format(_ text: String) throws -> Format {
    guard let format = Format(rawValue: text) else { throw ValidationError("expected text or json") }
    return format
  }
}

/// One side of a comparison.
private struct ComparedFile {
  private let argument: String
  private let file: String
  private let span: RecordingSpan?

  /// - Parameter argument: a file, or a recording with a part of it.
  init(_ argument: String) {
    self.argument = argument
    // A file that has such a name is that file.
    if access(argument, F_OK) != 0, let sign = argument.lastIndex(of: "@"),
      let span = RecordingSpan(argument[argument.index(after: sign)...])
    {
      file = String(argument[..<sign])
      self.span = span
    } else {
      file = argument
      span = nil
    }
  }

  func account(by key: ExecSums.Key) throws -> ExecSums {
    if span == nil, let record = try lastRecord() {
      guard let account = ExecSums(record: record, by: key) else {
        throw ComparisonError(file: file, reason: "its last line is no record of exectop's (exectop/1)")
      }
      if account.lacksKey {
        throw ComparisonError(
          file: file, reason: "its records have no \(key.rawValue); print them with --by \(key.rawValue)")
      }
      return account
    }
    let account = try RecordingReader(file).account(by: key, in: try milliseconds)
    if account.began == nil {
      throw ComparisonError(file: argument, reason: "nothing has been recorded then")
    }
    if account.lacksKey {
      throw ComparisonError(file: file, reason: "what processes use was not recorded: it can be compared by path only")
    }
    return account
  }

  /// The span on the clock of the recording.
  private var milliseconds: ClosedRange<Int64>? {
    get throws {
      guard let span else { return nil }
      let clock = Clock()
      func time(_ end: RecordingSpan.End?, else other: Int64) -> Int64 {
        end.map { $0.isUTC ? $0.milliseconds : clock.wallTime(local: $0.milliseconds).milliseconds } ?? other
      }
      let (start, end) = (time(span.start, else: 0), time(span.end, else: .max))
      guard start < end else { throw ComparisonError(file: argument, reason: "that ends before it begins") }
      return start...end
    }
  }

  /// The last line of a file of records. Nil if it is a recording.
  private func lastRecord() throws -> [UInt8]? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ComparisonError(file: file, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ComparisonError(file: file, reason: "it is no file")
    }
    var head = [UInt8](repeating: 0, count: 16)
    guard pread(descriptor, &head, head.count, 0) > 0 else { throw ComparisonError(file: file, reason: "it is empty") }
    if head.starts(with: "SQLite format 3".utf8) { return nil }
    guard head.first == UInt8(ascii: "{") else {
      throw ComparisonError(file: file, reason: "it is neither a recording nor records of exectop's")
    }
    // A record of all paths that exectop keeps apart is smaller.
    let size = min(Int(status.st_size), 64 << 20)
    var tail = [UInt8](repeating: 0, count: size)
    let count = pread(descriptor, &tail, size, status.st_size - off_t(size))
    tail.removeLast(size - max(0, count))
    // What is being written has no line end yet.
    guard let end = tail.lastIndex(of: UInt8(ascii: "\n")) else { return tail }
    let start = tail[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Array(tail[start..<end])
  }
}

/// Something that cannot be compared.
struct ComparisonError: Error, CustomStringConvertible {
  let file: String
  let reason: String
  var description: String { "read \(file): \(reason)" }
}
