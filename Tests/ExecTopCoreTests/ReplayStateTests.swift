import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecording
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText

@Suite("Replay")
struct ReplayStateTests {
  private var state = AppState(
    mode: .demo, capacity: nil, countsFromZero: true, choices: Choices(), filter: nil,
    size: Size(rows: 24, columns: 100), began: 0, isReplay: true)

  private mutating func press(_ keys: String) -> [Effect] {
    var effects: [Effect] = []
    for scalar in keys.unicodeScalars { effects = state.handle(.key(.character(scalar))) }
    return effects
  }

  @Test("keys of a recording ask for what they say")
  mutating func keys() {
    #expect(press("p") == [.replay(.play(false))])
    #expect(state.isPaused)
    #expect(press(" ") == [.replay(.play(true))])
    #expect(press("+") == [.replay(.setSpeed(2))])
    #expect(press("-") == [.replay(.setSpeed(1))])
    #expect(press(".") == [.replay(.play(false)), .replay(.step(isBack: false))])
    #expect(press(",") == [.replay(.play(false)), .replay(.step(isBack: true))])
    #expect(press("J") == [.replay(.nextSpike)])
    #expect(press("---") == [])
    #expect(state.message == "0.25x is the lowest speed")
  }

  @Test("a time is typed, corrected and gone to")
  mutating func seek() {
    #expect(press(":14x") == [])
    #expect(state.place == .prompt)
    #expect(state.handle(.key(.enter)) == [])
    #expect(state.replay?.prompt?.isWrong == true)
    #expect(state.handle(.key(.backspace)) == [])
    #expect(press(":05") == [])
    let time: Seconds = 14 * 3600 + 300
    #expect(state.handle(.key(.enter)) == [.replay(.seek(.clock(time)))])
    #expect(state.replay?.prompt == nil)
    _ = press(":1")
    #expect(state.handle(.key(.escape)) == [])
    #expect(state.place == .table)
  }

  @Test("where something is counted, these keys say that they are for recordings")
  func live() {
    var state = AppState(
      mode: .demo, capacity: nil, countsFromZero: true, choices: Choices(), filter: nil,
      size: Size(rows: 24, columns: 100), began: 0)
    for key in [".", ",", ":", "J"] as [Unicode.Scalar] {
      #expect(state.handle(.key(.character(key))) == [])
      #expect(state.message?.text.contains("only a recording") == true)
    }
    #expect(state.handle(.key(.character("+"))) == [.setInterval(0.5)])
  }

  @Test(
    "times",
    arguments: [
      ("14:05", .clock(50_700)), ("00:00:01", .clock(1)), ("+5m", .by(300)), ("-30s", .by(-30)), ("+90", .by(90)),
      ("- 2 h", .by(-7200)), ("+1d", .by(86_400)), ("", nil), ("5", nil), ("24:00", nil), ("12:60", nil), ("+", nil),
      ("+5x", nil), ("+s", nil), ("1:2:3:4", nil), ("+99999999999", nil), ("\u{661}:02", nil),
    ] as [(String, SeekTarget?)])
  func targets(text: String, target: SeekTarget?) {
    #expect(SeekTarget(text) == target)
  }

  @Test("another place in the recording is shown at once, with what is known there")
  mutating func moved() {
    var ledger = Ledger()
    var tally = Tally(began: 0, countsFromZero: true)
    ledger.beginWalk()
    ledger.read(Path("/there"), count: 5)
    tally.apply(ledger.snapshot(at: 100, execsBefore: nil, failed: 0, unattributed: [:]))
    _ = state.handle(.replay(.moved(tally, mode: .light, capacity: 7)))
    _ = state.handle(.replay(.atEnd(true)))
    _ = state.handle(.civilOffset(1_795_140_000))
    #expect(state.mode == .light)
    var renderer = Screen(glyphs: .utf8)
    let screen = renderer.render(state).text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(screen[0].contains("REPLAY 2026-11-20 02:01:40 end"))
    #expect(screen[0].contains("speed 1x"))
    #expect(screen.contains { $0.contains("/there") })
  }

  @Test("a spike is where many more begin to come than in the minutes before")
  func spikes() {
    var finder = SpikeFinder()
    var execs: UInt64 = 0
    var found: [Int] = []
    for second in 1...100 {
      execs += (40...44).contains(second) ? 100 : second == 5 ? 500 : second == 80 ? 31 : second == 90 ? 30 : 10
      if finder.begins(at: Double(second), execs: execs) { found.append(second) }
    }
    // Not the fifth second, before which too little is known, and a spike of five seconds once.
    #expect(found == [40, 80])
  }
}
