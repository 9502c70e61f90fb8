import Foundation
import TestSupport
import Testing

/// What the program writes on a terminal, byte by byte.
struct TerminalOutputTests {
  private func open(
    _ options: [String] = [], type: String = "xterm-256color", columns: Int = 80,
    environment: [String: String] = [:]
  ) throws -> Pty {
    let basics = ["TERM": type, "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"]
    let pty = try Pty(
      Programs.built("exectop"), ["--demo"] + options, columns: columns, environment: basics.merging(environment) { $1 }
    )
    guard pty.waitFor(.seconds(20), { $0.contains("/usr/bin/") }) else {
      throw TestFailure("nothing is shown: \(pty.text)")
    }
    return pty
  }

  @Test(
    "colours are as many as the terminal has, and none where none are wanted",
    arguments: [
      ("vt100", [], [:], 0), ("xterm", [], [:], 8), ("xterm-256color", [], [:], 256),
      ("xterm-256color", ["--no-color"], [:], 0), ("xterm-256color", [], ["NO_COLOR": "1"], 0),
      ("xterm-256color", [], ["NO_COLOR": ""], 256), ("linux", [], [:], 8),
    ] as [(String, [String], [String: String], Int)])
  func colors(type: String, options: [String], environment: [String: String], count: Int) throws {
    let text = try open(options, type: type, environment: environment).text
    #expect(text.contains(#/\x1b\[([0-9;]*;)?[34][0-8][;m]/#) == (count > 0))
    #expect(text.contains("38;5;") == (count == 256))
  }

  @Test("in a locale without UTF-8 only ASCII is written, in every view", arguments: ["", "\r", "d", "?"])
  func ascii(keys: String) throws {
    let pty = try open(environment: ["LC_ALL": "C"])
    #expect(pty.text.contains("RATE/Sv"))
    pty.write("j" + keys + "p")
    // Ctrl-C, for q only goes back from a page.
    pty.write("\u{3}")
    #expect(pty.waitForEnd() == .exited(0))
    #expect(pty.output.allSatisfy { $0 < 0x80 })
  }

  @Test("the mouse in xterm: a column's name sorts, a row is selected, the wheel scrolls")
  func mouse() throws {
    let pty = try open()
    // SGR's form counts from 1.
    for (event, shown) in [("\u{1b}[<0;28;5M\u{1b}[<0;28;5m", "COUNT▼"), ("\u{1b}[<0;18;5M\u{1b}[<0;18;5m", "RATE/S▼")]
    {
      pty.forget()
      pty.write(event)
      // What of the names changed: the mark goes from one to the other.
      #expect(pty.waitFor { $0.contains(shown.prefix(5)) && $0.contains("▼") }, "\(pty.text)")
    }
    for event in ["\u{1b}[<0;60;8M\u{1b}[<0;60;8m", "\u{1b}[<65;1;1M", "\u{1b}[<64;1;1M"] {
      pty.forget()
      pty.write(event)
      // The selected row's colours.
      #expect(pty.waitFor { $0.contains("48;5;153") }, "\(pty.text)")
    }
  }

  @Test("a refresh writes what differs, and one in which nothing does writes nothing")
  func frugal() throws {
    let refreshes = 30
    let live = try open(["-d", "0.1", "-n", "\(refreshes)"])
    let first = live.output.count
    live.forget()
    #expect(live.waitForEnd() == .exited(0))
    #expect(live.output.count < refreshes * first / 2, "\(live.output.count) bytes after \(first)")

    let paused = try open(["-d", "0.1", "-n", "\(refreshes)"])
    paused.write("p")
    #expect(paused.waitFor { $0.contains("PAUSED") })
    paused.forget()
    #expect(paused.waitForEnd() == .exited(0))
    // The terminal is given back: sequences alone, and no text.
    let sequences = #/\x1b(\[[?>0-9;]*[A-Za-z]|[()][A-Z0-9]|[=>78])|[\r\n\x0f]/#.matchingSemantics(.unicodeScalar)
    #expect(paused.text.replacing(sequences, with: "") == "")
  }

  @Test("a refresh is one write, however much of the screen changes")
  func oneWrite() throws {
    let pty = try open(["-d", "0.1"])
    func writes() throws -> Int {
      let counts = try String(contentsOfFile: "/proc/\(pty.process.identifier)/io", encoding: .utf8)
      let line = try #require(counts.split(separator: "\n").first { $0.hasPrefix("syscw:") })
      return try #require(line.split(separator: " ").last.flatMap { Int($0) })
    }
    let before = try writes()
    pty.forget()
    // Ten refreshes at least: of a screen this size each makes some hundred bytes.
    #expect(pty.waitFor { $0.utf8.count > 20_000 })
    let frames = pty.text.matches(of: #/every 0\.1s|\x1b\[[0-9;]*H/#).count
    #expect(try writes() - before < frames / 4, "\(frames) movements of the cursor")
  }
}
