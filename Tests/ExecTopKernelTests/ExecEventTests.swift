import ExecTopCounting
import ExecTopText
import Foundation
import TestSupport
import Testing

@testable import ExecTopKernel

/// Single execs, on the running kernel.
@Suite(.needsKernel, .serialized)
struct ExecEventTests {
  private let workload: Workload
  private let counter: ExecCounter

  init() throws {
    workload = try Workload()
    counter = try ExecCounter()
  }

  private func sh(_ command: String) throws {
    try #require(Workload.wait(for: Workload.start("/bin/sh", ["sh", "-c", command])) == 0, "\(command)")
  }

  private func watch(_ path: String) throws {
    let isKnown = try counter.watch(.path(Path(path)))
    try #require(isKnown)
  }

  /// What is told until there are so many ends.
  private func events(ends: Int) throws -> [ExecEvent] {
    let deadline = Deadline(after: .seconds(10))
    var events: [ExecEvent] = []
    while events.count(where: { $0.isEnd }) < ends {
      guard !deadline.isOver else { throw TestFailure("\(events)") }
      events += counter.takeEvents().events
      usleep(10_000)
    }
    return events
  }

  @Test("an exec has its arguments as they are, empty ones and all bytes")
  func arguments() throws {
    defer { workload.remove() }
    let program = try workload.program("program")
    try watch(program)
    let arguments = [program, "exit", "", "a b", "new\nline", "\u{1b}[31m", "é\\", ""]
    try #require(Workload.wait(for: Workload.start(program, arguments)) == 0)
    try sh("true")
    let told = try events(ends: 1)
    #expect(told.map(\.what) == [.ran, .ended(ExitStatus(word: 0))])
    #expect(told.first?.arguments == ExecEvent.Arguments(arguments.map { Array($0.utf8) }))
    #expect(told.first?.process == told.last?.process)
    #expect(told.first?.interpreter == nil)
  }

  @Test("of 300 arguments, and of one of 100 KiB, the beginning is kept, and the cut is told")
  func manyArguments() throws {
    defer { workload.remove() }
    let program = try workload.program("program")
    try watch(program)
    let many = [program, "exit"] + (1...300).map { "argument\($0)" }
    let long = [program, "exit", String(repeating: "x", count: 100 * 1024)]
    for arguments in [many, long] { try #require(Workload.wait(for: Workload.start(program, arguments)) == 0) }
    let told = try events(ends: 2).filter { $0.what == .ran }
    #expect(told.map(\.arguments.isCut) == [true, true])
    let first = told[0].arguments.list.map { String(decoding: $0, as: UTF8.self) }
    #expect(first.count > 50 && first.dropLast() == many.prefix(first.count - 1)[...])
    #expect(told[1].arguments.list.count == 3 && told[1].arguments.list[2].count > 900)
    #expect(told[1].arguments.list[2].allSatisfy { $0 == UInt8(ascii: "x") })
  }

  @Test("an exec that fails has its arguments, its errno and its launcher; other paths are not told")
  func failures() throws {
    defer { workload.remove() }
    let missing = workload.path("missing")
    try watch(missing)
    try sh("cd \(workload.directory); ./other; \(missing) 'one two' '' -x; true")
    let told = counter.takeEvents().events
    #expect(told.map(\.what) == [.failed(ENOENT)])
    #expect(told.first?.arguments == ExecEvent.Arguments([missing, "one two", "", "-x"].map { Array($0.utf8) }))
    #expect(told.first?.directory == ExecEvent.Directory(Array(workload.directory.utf8), isCut: false))
  }

  @Test("a script names its interpreter; the directory is where it was called, across mounts")
  func scriptsAndDirectories() throws {
    defer { workload.remove() }
    let script = try workload.file("script", contents: "#!/bin/sh -e\nexit 3\n", mode: 0o755)
    try watch(script)
    let deep = workload.path("mount/below it/deeper")
    try sh(
      """
      mkdir \(workload.directory)/mount; unshare -m sh -c 'mount -t tmpfs none \(workload.directory)/mount && \
      mkdir -p "\(deep)" && cd "\(deep)" && { \(script) first; cd /; \(script) second; true; }'
      """)
    let told = try events(ends: 2)
    let ran = told.filter { $0.what == .ran }
    #expect(ran.map(\.interpreter) == [Path("/bin/sh"), Path("/bin/sh")])
    #expect(
      ran.map(\.directory) == [
        ExecEvent.Directory(Array(deep.utf8), isCut: false), ExecEvent.Directory([UInt8(ascii: "/")], isCut: false),
      ])
    #expect(
      ran.map { $0.arguments.list.map { String(decoding: $0, as: UTF8.self) } } == [
        ["/bin/sh", "-e", script, "first"], ["/bin/sh", "-e", script, "second"],
      ])
    #expect(told.compactMap(\.exitCode) == [3, 3])
  }

  @Test("a process that executes another program is told to, and its user is that of the host")
  func replaced() throws {
    defer { workload.remove() }
    try sh("chmod 755 \(workload.directory)")
    let (first, next) = (try workload.program("first"), try workload.program("next"))
    try watch(first)
    try sh("setpriv --reuid=4321 --clear-groups \(first) relay \(next)")
    let told = try events(ends: 1)
    #expect(told.map(\.what) == [.ran, .replaced])
    #expect(told.first?.user == 4321)
    #expect(told[0].time <= told[1].time)
  }

  @Test("all paths can be told; nothing is any more once nobody wants to know")
  func allAndNothing() throws {
    defer { workload.remove() }
    let program = try workload.program("program")
    let isKnown = try counter.watch(.all)
    #expect(isKnown)
    try sh("\(program) exit; \(workload.path("missing")); true")
    let told = counter.takeEvents().events
    let arguments = told.map { $0.arguments.list.map { String(decoding: $0, as: UTF8.self) } }
    #expect(arguments.contains([program, "exit"]) && arguments.contains([workload.path("missing")]))
    _ = try counter.watch(nil)
    try sh("\(program) exit")
    #expect(counter.takeEvents().events == [])
    #expect(counter.eventDescriptor == nil)
  }

  @Test("in a storm each event is told or counted as lost, and the counts are exact")
  func storm() throws {
    defer { workload.remove() }
    let program = try workload.program("program")
    try watch(program)
    let processes = (0..<2).map { _ in workload.start(["spawn", program, "2000"]) }
    var told: [ExecEvent] = []
    var lost: UInt64 = 0
    func take() {
      let taken = counter.takeEvents()
      told += taken.events
      lost = taken.lost
    }
    var status: Int32 = 0
    for process in processes {
      while waitpid(process, &status, WNOHANG) == 0 {
        take()
        usleep(300_000)
      }
      #expect(status == 0)
    }
    take()
    let (ran, ended) = (told.count { $0.what == .ran }, told.count { $0.isEnd })
    // The end of an exec that was lost is told all the same only if the exec was.
    #expect(ran <= 4000 && ended <= ran)
    #expect(UInt64(ran + ended) + lost >= 4000 && UInt64(ran + ended) + lost <= 8000)
    #expect(lost == 0 ? ran == 4000 && ended == 4000 : ran < 4000 || ended < ran)
    let snapshot = try counter.sample(at: 1)
    let id = try #require(snapshot.paths.ids.first { snapshot.paths.key(of: $0) == Path(program) })
    #expect(snapshot.paths.figure(of: id) == 4000)
  }

  @Test("where a program cannot be attached, nothing is left open, and the next attempt tells")
  func cannotAttach() throws {
    defer { workload.remove() }
    let program = try workload.program("program")
    try watch(program)
    _ = try counter.watch(nil)
    func open() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
    func mapped() throws -> Int { try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).count { $0 == "\n" } }
    let before = (try open(), try mapped())
    counter.eventPrograms = ExecEventFeed.programs + ["tell_nothing"]
    for _ in 0..<20 { #expect(throws: KernelError.self) { _ = try counter.watch(.path(Path(program))) } }
    #expect(try open() == before.0)
    // Others of this process can map something meanwhile; twenty readers would be two mappings each.
    #expect(try mapped() < before.1 + 20)
    #expect(counter.eventDescriptor == nil && counter.takeEvents().events.isEmpty)
    counter.eventPrograms = ExecEventFeed.programs
    try watch(program)
    try #require(Workload.wait(for: Workload.start(program, [program, "exit"])) == 0)
    #expect(try events(ends: 1).map(\.what) == [.ran, .ended(ExitStatus(word: 0))])
  }

  @Test("arguments that another thread rewrites are those with which the program ran")
  func rewritten() throws {
    defer { workload.remove() }
    let program = try workload.program("program")
    try watch(program)
    try workload.run("rewrite", program, "300")
    let told = try events(ends: 300)
    var given: [ExecEvent.ProcessKey: UInt8] = [:]
    var checked = 0
    for event in told {
      if event.what == .ran {
        given[event.process] = event.arguments.list.count > 2 ? event.arguments.list[2].first ?? 0 : 0
      } else if let code = event.exitCode {
        // Its status is the first byte of its own second argument.
        #expect(code == given[event.process].map(Int32.init))
        checked += 1
      }
    }
    #expect(checked == 300)
    #expect(Set(given.values) == [UInt8(ascii: "a"), UInt8(ascii: "b")])
  }
}

extension ExecEvent {
  /// Nil where it is no end by exit(3).
  fileprivate var exitCode: Int32? { if case .ended(let status) = what { status.code } else { nil } }

  fileprivate var isEnd: Bool {
    switch what {
    case .ended, .replaced: true
    case .ran, .failed: false
    }
  }
}
