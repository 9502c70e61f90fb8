import ExecTopCounting
import ExecTopSystem
import ExecTopText
import Glibc

/// What a command and all that it starts have done: up to its end, or, as long as somebody looks on, up to that of the
/// last process that it has left behind.
final class CommandCount {
  private let held: HeldCommand
  private let source: any ExecSource
  private let clock: Clock
  private let began: Seconds
  private(set) var tally: Tally
  /// Nil while it runs.
  private(set) var status: ExecTopCounting.ExitStatus?
  private var end: Seconds?

  init(_ held: HeldCommand, source: any ExecSource, clock: Clock, began: Seconds) {
    self.held = held
    self.source = source
    self.clock = clock
    self.began = began
    tally = Tally(began: began, countsFromZero: true)
  }

  /// Becomes readable when the command ends. Nil once that has been told.
  var endDescriptor: CInt? { status == nil ? held.endDescriptor : nil }

  /// The command has ended, or is about to.
  @discardableResult
  func takeEnd() -> ExecTopCounting.ExitStatus {
    let taken = status ?? ExecTopCounting.ExitStatus(word: held.takeStatus())
    status = taken
    return taken
  }

  /// Seconds from its first exec to its end.
  var elapsed: Seconds { (end ?? tally.time) - began }

  /// Likewise, to the end of what is counted.
  var counted: Seconds { tally.time - began }

  func send(_ signal: Signal) { held.send(signal) }

  func sample() throws { take(try source.sample(at: clock.now)) }

  func take(_ snapshot: Snapshot) {
    // What nobody runs any more does nothing any more.
    if end != nil, tally.uses?.totals.running == 0 { return }
    tally.apply(snapshot)
    if status != nil, end == nil { end = snapshot.time }
  }
}
