import ExecTopCounting
import ExecTopText
import Testing

@testable import ExecTopApp

@Suite("Recent execs")
struct ExecLogTests {
  private static func event(
    _ what: ExecEvent.What = .ran, process: Int32 = 1, at time: Seconds = 1, _ arguments: [String] = [],
    isCut: Bool = false, interpreter: String? = nil
  ) -> ExecEvent {
    var event = ExecEvent(
      what, of: ExecEvent.ProcessKey(id: process, start: UInt64(process)), at: time, launch: 20, user: 0)
    event.arguments = ExecEvent.Arguments(arguments.map { Array($0.utf8) }, isCut: isCut)
    event.interpreter = interpreter.map { Path($0) }
    return event
  }

  @Test(
    "a command is the first argument that is no option, or the beginning of what an option gives to execute",
    arguments: [
      (["sh", "-c", "curl -s http://a | jq ."], "curl -s http://a", true),
      (["bash", "-lc", "make"], "make", false),
      (["sh", "-e", "/opt/backup.sh", "full"], "/opt/backup.sh", false),
      (["python3", "-m", "http.server", "80"], "http.server", false),
      (["python3", "-u", "app.py"], "app.py", false),
      (["env", "-i", "x"], "x", false),
      (["sh", "--", "-odd", "--", "x"], "-odd", false),
      (["sh", "-"], "-", false),
      (["sh"], "", false),
      (["sh", "-x"], "", false),
      (["sh", "-c"], "", false),
      ([], "", false),
    ] as [([String], String, Bool)])
  func commands(arguments: [String], text: String, isCut: Bool) {
    // `sh -e FILE` executes nothing behind -e, but is no other than `perl -e TEXT` by its form.
    let command = CommandName(of: Self.event(.ran, arguments), path: Path("/bin/sh"))
    #expect(String(decoding: command.text, as: UTF8.self) == text)
    #expect(command.isCut == isCut)
  }

  @Test("of a script it is the script's own first argument")
  func scripts() {
    let event = Self.event(.ran, ["/bin/sh", "-e", "/opt/a.sh", "-v", "full"], interpreter: "/bin/sh")
    #expect(CommandName(of: event, path: Path("/opt/a.sh")).text == Array("full".utf8))
  }

  @Test("what the record has cut is marked")
  func cut() {
    let long = String(repeating: "x", count: 100)
    let command = CommandName(of: Self.event(.ran, ["sh", long]), path: nil)
    #expect(command.text.count == 60 && command.isCut)
    #expect(CommandName(of: Self.event(.ran, ["sh", "y"], isCut: true), path: nil).isCut)
    #expect(!CommandName(of: Self.event(.ran, ["sh", "y", "z"], isCut: true), path: nil).isCut)
  }

  @Test("an end belongs to the exec of its process, and to none that has gone")
  func ends() {
    var log = ExecLog(of: nil)
    log.take(
      ExecEvents([
        Self.event(process: 1, at: 1, ["a"]), Self.event(process: 2, at: 2, ["b"]),
        Self.event(.failed(2), process: 3, at: 2.5, ["c"]),
        Self.event(.ended(ExitStatus(word: 256)), process: 1, at: 4),
        Self.event(.ended(ExitStatus(word: 0)), process: 9, at: 4),
      ]))
    #expect(log.execs.map(\.duration) == [3, nil, nil])
    log.take(ExecEvents([Self.event(.replaced, process: 2, at: 7)], lost: 5))
    #expect(log.execs.map(\.duration) == [3, 5, nil])
    #expect(log.lost == 5)
  }

  @Test("as many are kept as the limit says, the commands of all are counted")
  func limit() {
    var log = ExecLog(of: nil)
    for number in 1...Int32(ExecLog.limit) + 10 {
      log.take(
        ExecEvents([Self.event(process: number, at: Seconds(number), ["sh", number % 2 == 0 ? "even" : "odd"])]))
    }
    // Of one that has been dropped, and of one that is there.
    log.take(
      ExecEvents([
        Self.event(.replaced, process: 3, at: 2000), Self.event(.replaced, process: 11, at: 2000),
      ]))
    #expect(log.execs.count == ExecLog.limit)
    #expect(log.execs.first?.duration == 1989)
    #expect(log.execs.dropFirst().allSatisfy { $0.end == nil })
    #expect(log.ranking.map(\.count) == [255, 255])
    for number in 1...2000 { log.take(ExecEvents([Self.event(.ran, ["sh", "\(number)"])])) }
    #expect(log.commands.count == 1000)
    #expect(log.commands.values.reduce(log.otherCommands, +) == 2510)
  }

  @Test("arguments and directories are told from the kernel's bytes")
  func bytes() {
    let arguments = ExecEvent.Arguments(Array("a\0\0b c\0d".utf8), isCut: true)
    #expect(arguments.list.map { String(decoding: $0, as: UTF8.self) } == ["a", "", "b c", "d"])
    #expect(ExecEvent.Arguments([], isCut: false).list == [])
    let directory = ExecEvent.Directory(names: Array("deeper\0below it\0home\0".utf8), isCut: false)
    #expect(String(decoding: directory.path, as: UTF8.self) == "/home/below it/deeper")
    #expect(ExecEvent.Directory(names: [], isCut: false).path == [UInt8(ascii: "/")])
    #expect(ExecEvent.Directory(names: [], isCut: true).path == [])
  }
}
