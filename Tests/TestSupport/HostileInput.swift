/// What anyone could give to exectop, at random: paths and names of processes, and what is pasted into its prompt.
public struct HostileInput {
  public var random: SeededGenerator
  /// Paths of programs that can be run are in it.
  private let directory: [UInt8]

  public init(seed: UInt64, directory: String) {
    random = SeededGenerator(seed: seed)
    self.directory = Array(directory.utf8)
  }

  /// A path, most often of nothing; without NUL.
  public mutating func path() -> [UInt8] {
    let bytes =
      switch Int.random(in: 0..<8, using: &random) {
      case 0: anyBytes(atMost: 300)
      case 1: hostileBytes(&random, atMost: 300)
      case 2: sequences(atMost: 8)
      case 3: forgedLines()
      case 4: Array("a".utf8) + repeated("\u{301}", atMost: 127)
      case 5: long()
      case 6: repeated("a", atMost: 255) + Array(["!", "b", "x", ""].randomElement(using: &random)!.utf8)
      default: fixed()
      }
    return (Bool.random(using: &random) ? directory + [UInt8(ascii: "/")] : []) + withoutNUL(bytes)
  }

  /// The path of a program: a name in the directory, of any bytes that a name can have.
  public mutating func runnable() -> [UInt8] {
    let name = path().map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "|") : $0 }.prefix(255)
    return directory + [UInt8(ascii: "/")] + name
  }

  /// The name of a process, of which the kernel takes 15 bytes.
  public mutating func name() -> [UInt8] {
    withoutNUL(Array((Bool.random(using: &random) ? anyBytes(atMost: 20) : sequences(atMost: 2)).prefix(40)))
  }

  /// What is pasted: an expression, or anything.
  public mutating func paste() -> [UInt8] {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: anyBytes(atMost: 5120)
    case 1: hostileBytes(&random, atMost: 500)
    case 2: repeated(["(", "~((((", "a|", "[^", "\u{301}"].randomElement(using: &random)!, atMost: 1024)
    default: Array(Self.expressions.randomElement(using: &random)!.utf8)
    }
  }

  private static let expressions = [
    "~(a+)+$", "~(?R)", "~(((((", "~[", "~.*.*.*.*x$", "~(a*)*b", "~(?1)(a|b\u{0}", "!", "~", "!~(a+)+$", "~\\", "~\\x",
    "~(?<=a{1,250})b", "~(?C1)", "~\\Q\u{1b}[2J", "~a{65535}{65535}", "~(*LIMIT_MATCH=4000000000)(a+)+$", "(other)",
    "~(?:(?:(?:a{0,99}){0,99}){0,99}){0,99}$", "~^(\\w+\\s?)*$", "~\\p{L}+(?i)é", "\u{202e}!/",
  ]

  private mutating func anyBytes(atMost limit: Int) -> [UInt8] {
    (0..<Int.random(in: 0...limit, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
  }

  private mutating func repeated(_ part: String, atMost limit: Int) -> [UInt8] {
    Array(String(repeating: part, count: Int.random(in: 0...limit, using: &random)).utf8)
  }

  private mutating func sequences(atMost limit: Int) -> [UInt8] {
    let texts = [
      "\u{1b}]0;title\u{7}", "\u{1b}]52;c;ZXZpbA==\u{1b}\\", "\u{1b}]4;1;rgb:00/00/00\u{1b}\\",
      "\u{1b}P+q544e\u{1b}\\", "\u{1b}[2J", "\u{1b}[6n", "\u{1b}[c", "\u{1b}[?1049l", "\u{1b}[?1000h", "\u{1b}[4i",
      "\u{1b}c", "\u{1b}#8",
      "\u{1b}[!p", "\u{1b}[8;1;1t", "\u{1b}_G\u{1b}\\", "\u{1b}^x\u{1b}\\", "\u{e}", "\u{8}", "\r", "\u{7}", "\u{5}",
      "\u{9b}31m", "\u{90}q\u{9c}", "\u{202e}", "\u{2066}", "\u{200d}", "\u{feff}", "\u{e0041}", "\u{3164}",
      "\u{2800}", "\u{e000}", "\u{10ffff}", "\u{34f}", "通", "🦊", "\\x1b",
    ]
    let others: [[UInt8]] = [
      [0x9b, 0x32, 0x4a], [0x9d], [0x90], [0x85], [0xc2], [0xed, 0xa0, 0x80], [0xf5], [0xc0, 0x9b],
    ]
    let sequences = texts.map { Array($0.utf8) } + others
    return (0..<Int.random(in: 1...limit, using: &random)).flatMap { _ in sequences.randomElement(using: &random)! }
  }

  /// Lines that look like those of the kernel's trace.
  private mutating func forgedLines() -> [UInt8] {
    let numbers = ["18446744073709551615", "18446744073709551616", "1", "-1", "9" + String(repeating: "9", count: 150)]
    let number = numbers.randomElement(using: &random)!
    let lines = [
      "CPU:0 [LOST \(number) EVENTS]", "CPU:\(number) [LOST EVENTS]",
      "  x-1 [000] d..31 1.000000: bpf_trace_printk: execve: /bin/true",
      "  x-\(number) [\(number)] d..31 \(number).\(number): bpf_trace_printk: execve: \u{1b}[2J",
      " <...>-1 [000] ..... 1.0: bpf_trace_printk: ", "", " ", ":", "-[].: bpf_trace_printk: execve: ",
    ]
    let chosen = (0..<Int.random(in: 1...4, using: &random)).map { _ in lines.randomElement(using: &random)! }
    return Array(("x\n" + chosen.joined(separator: "\n") + "\n").utf8)
  }

  private mutating func long() -> [UInt8] {
    let length = [253, 254, 255, 256, 257, 4094, 4095, 4096, 5000].randomElement(using: &random)!
    let part = [[UInt8(ascii: "a")], [0x1b], [0xff], Array("/a".utf8), Array("é".utf8)].randomElement(using: &random)!
    return (0..<length).map { part[$0 % part.count] }
  }

  private mutating func fixed() -> [UInt8] {
    Array(
      ["", "(other)", "/", ".", "..", "?", "\\x28other)", "\n", " ", "-", "=1+1", "\"\"\"", ",", "~"]
        .randomElement(using: &random)!.utf8)
  }

  private func withoutNUL(_ bytes: [UInt8]) -> [UInt8] { bytes.filter { $0 != 0 } }
}
