import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

/// From the bytes of a trace_pipe to lines.
struct TraceParserTests {
  private func line(_ text: String) -> TraceLine { TraceLine(Array(text.utf8)) }

  private func lines(_ reads: String...) -> [TraceLine] {
    var parser = TraceParser()
    var lines: [TraceLine] = []
    for read in reads { parser.take(Array(read.utf8)) { lines.append($0) } }
    return lines
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("a line of Linux 6.18 has its time, CPU, process, pid and message")
  func usual() throws {
    let line = line("            bash-1234567 [003] d..31  3403.948179: bpf_trace_printk: execve: /bin/ls")
    let fields = try #require(line.fields)
    #expect(fields.time == 3403.948179)
    #expect(fields.cpu == 3)
    #expect(fields.pid == 1_234_567)
    #expect(fields.isPrintk)
    #expect(text(line.process) == "bash")
    #expect(text(line.message) == "execve: /bin/ls")
    #expect(line.ownPath.map(text) == "/bin/ls")
  }

  @Test(
    "a name can hold blanks, brackets, parentheses and hyphens",
    arguments: [
      "a b", "(sd-pam)", "[kworker/0:1]", "x-1 [0] . 1.0: ", "-", "--", "kworker/u8:2-ev", "<...>", "a: b", "1-2 [000]",
      "é",
    ])
  func names(name: String) throws {
    let padding = String(repeating: " ", count: 16 - name.utf8.count)
    let line = line("\(padding)\(name)-42      [000] ...21    12.000001: bpf_trace_printk: hello")
    #expect(text(line.process) == name)
    #expect(line.fields?.pid == 42)
    #expect(text(line.message) == "hello")
  }

  @Test(
    "other kernels and options write it differently",
    arguments: [
      ("            bash-17    (     17) [001] d..3.   100.5: bpf_trace_printk: m", "m", true),
      ("            bash-17    (-------) [001] d..3.   100.5: bpf_trace_printk: m", "m", true),
      ("            bash-17    [001]   100.5: bpf_trace_printk: m", "m", true),
      ("            bash-17    [001] d...   100.5: 0: m", "m", true),
      ("            bash-17    [001] d...   100.5: 0x00000001: m", "m", true),
      ("            bash-17    [001] d...   100.5: sys_exit: NR 0 = 1", "sys_exit: NR 0 = 1", false),
      ("bash-17 [001] d... 100.5: bpf_trace_printk: m", "m", true),
    ])
  func forms(bytes: String, message: String, isPrintk: Bool) throws {
    let line = line(bytes)
    let fields = try #require(line.fields)
    #expect(fields.time == 100.5)
    #expect(fields.cpu == 1)
    #expect(fields.pid == 17)
    #expect(fields.isPrintk == isPrintk)
    #expect(text(line.message) == message)
  }

  @Test("a clock that does not count seconds is a plain number")
  func counterClock() {
    #expect(line("            bash-17    [001] ..... 123456: bpf_trace_printk: m").fields?.time == 123_456)
  }

  @Test("a message can hold anything, colons and more lines' forms too")
  func messages() {
    let message = "execve: /a: b [000] 1.0: bpf_trace_printk: execve: /c"
    let line = line("            bash-17    [001] ...21   100.5: bpf_trace_printk: \(message)")
    #expect(text(line.message) == message)
    #expect(line.ownPath.map(text) == "/a: b [000] 1.0: bpf_trace_printk: execve: /c")
  }

  @Test(
    "a line of another form is kept as it is",
    arguments: [
      "", " ", "hello", "b\u{1b}[31mc", "            bash-17",
      "            bash-x    [001] ...21 1.0: bpf_trace_printk: m",
      "            bash-17    [x] ...21 1.0: bpf_trace_printk: m", "            bash-17    [001] ...21 now: m",
      "            bash-99999999999999999999 [001] ...21 1.0: m", "-1", "CPU:x [LOST 1 EVENTS]",
      "CPU:1 [LOST x EVENTS]",
    ])
  func others(bytes: String) {
    #expect(lines(bytes + "\n") == [line(bytes)])
    #expect(line(bytes).fields == nil)
    #expect(text(line(bytes).message) == bytes)
    #expect(line(bytes).ownPath == nil)
  }

  @Test("bytes that are no text keep their values")
  func bytes() {
    let head = Array("            bash-17    [001] ...21   100.5: bpf_trace_printk: ".utf8)
    let message: [UInt8] = [0xff, 0, 0x80, 0x1b]
    #expect(Array(TraceLine(head + message).message) == message)
  }

  @Test("only a line that bpf_printk printed in our form is ours")
  func ours() {
    let head = "            bash-17    [001] ...21   100.5: "
    #expect(line(head + "bpf_trace_printk: execve: /x").ownPath != nil)
    #expect(line(head + "bpf_trace_printk: exec: /x").ownPath == nil)
    #expect(line(head + "execve: /x").ownPath == nil)
    #expect(line("execve: /x").ownPath == nil)
  }

  @Test("a read can hold several lines, and cut one anywhere")
  func cuts() {
    let whole = "one\n            bash-17    [001] ...21   100.5: bpf_trace_printk: two\n\nthree\n"
    let expected = lines(whole)
    #expect(expected.count == 4)
    for place in 0...whole.utf8.count {
      let cut = whole.utf8.index(whole.startIndex, offsetBy: place)
      #expect(lines(String(whole[..<cut]), String(whole[cut...])) == expected)
    }
    #expect(lines("no end") == [])
  }

  @Test("a long line is cut, and the next one is whole")
  func longLines() throws {
    let long = String(repeating: "x", count: TraceLine.keptBytes)
    let found = lines(long + "y", "zzz\nnext\n" + long + "\n")
    #expect(
      found == [
        TraceLine(Array(long.utf8), isCut: true), line("next"), TraceLine(Array(long.utf8)),
      ])
  }

  @Test("what looks like the kernel's word that events were lost is a line: anyone can make it")
  func lost() {
    let text = "CPU:3 [LOST 42 EVENTS]\nCPU:0 [LOST EVENTS]\nCPU:0 [LOST 18446744073709551616 EVENTS]\n"
    #expect(lines(text).map { self.text($0.bytes[...]) + "\n" }.joined() == text)
    #expect(lines(text).allSatisfy { $0.fields == nil })
  }

  @Test("no bytes trap it, and each line's parts lie within the line")
  func randomBytes() {
    var random = SystemRandomNumberGenerator()
    // What a line of the kernel's is made of, so that many lines come far.
    let parts: [[UInt8]] = [
      "            bash-17    ", "[001] ", "[99999999999999999999] ", "...21 ", "  100.5: ", "9223372036854775807.",
      "99999999999999999999: ", "bpf_trace_printk: ", "execve: /x", "CPU:0 [LOST 18446744073709551615 EVENTS]", "\n",
      "-", "(", ") ", ": ", "0.\(String(repeating: "0", count: 400))1: ",
    ].map { Array($0.utf8) }
    var parser = TraceParser()
    var state = TraceState(filter: nil, isPaused: false, capacity: 100)
    for _ in 0..<20_000 {
      let bytes =
        Bool.random(using: &random)
        ? parts.randomElement(using: &random) ?? []
        : (0..<Int.random(in: 0...20, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      parser.take(bytes) { line in
        #expect(line.process.count + line.message.count <= line.bytes.count)
        #expect(line.bytes.count <= TraceLine.keptBytes)
        if let time = line.fields?.time { #expect(time >= 0 && time.isFinite) }
      }
      state.handle(.bytes(bytes))
    }
    #expect(state.chosenCount == 100)
  }
}

/// The kernel's figures on what it dropped.
struct TraceStatisticsTests {
  @Test("old events written over and new ones without room, and nothing else, are lost")
  func usual() {
    let text = """
      entries: 12
      overrun: 34
      commit overrun: 5
      bytes: 6789
      oldest event ts:  1234.567890
      now ts:  2345.678901
      dropped events: 7
      read events: 890

      """
    #expect(TraceStatistics.lost(in: text) == 41)
  }

  @Test(
    "what is no figure is not known, and what is too much is the largest number",
    arguments: [
      ("", nil), ("overrun", nil), ("overrun: x\n", nil), ("overrun: -1\n", nil), ("entries: 3\n", nil),
      ("overrun: 18446744073709551615\ndropped events: 1\n", UInt64.max),
      ("overrun: 18446744073709551616\ndropped events: 1\n", 1),
    ])
  func hostile(text: String, expected: UInt64?) {
    #expect(TraceStatistics.lost(in: text) == expected)
  }

  @Test("sums do not overflow")
  func sums() {
    #expect(TraceStatistics.sum([1, 2]) == 3)
    #expect(TraceStatistics.sum([.max, .max]) == .max)
  }
}
