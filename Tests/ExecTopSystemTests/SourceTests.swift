import ExecTopSystem
import Glibc
import Testing

/// Signals and timers, as the event loop has them. Signal masks are a thread's, and each of these tests stays on one;
/// actions are the process's, so they run one by one.
@Suite(.serialized)
struct SourceTests {
  init() {
    // A thread that was started while another of these tests ran has inherited its mask.
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
  }

  private func isReadable(_ descriptor: CInt, within milliseconds: CInt) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, milliseconds) == 1
  }

  private func isBlocked(_ signal: CInt) -> Bool {
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    return sigismember(&mask, signal) == 1
  }

  @Test func signalsArriveByDescriptor() throws {
    let signals = try SignalSource()
    #expect(!isReadable(signals.fileDescriptor, within: 0))
    #expect(signals.read() == [])
    raise(SIGINT)
    raise(SIGWINCH)
    raise(SIGTSTP)
    #expect(isReadable(signals.fileDescriptor, within: 0))
    #expect(Set(signals.read()) == [.interrupt, .windowChange, .suspend])
    #expect(signals.read() == [])
  }

  @Test func onlyTheSignalsAskedFor() throws {
    let signals = try SignalSource([.terminate])
    #expect(isBlocked(SIGTERM))
    #expect(!isBlocked(SIGINT))
    raise(SIGTERM)
    #expect(signals.read() == [.terminate])
  }

  @Test func maskIsRestoredAndLateSignalsAreDropped() throws {
    do {
      let signals = try SignalSource()
      #expect(isBlocked(SIGTERM))
      // Would end the tests if it were delivered.
      raise(SIGTERM)
      _ = signals.fileDescriptor
    }
    #expect(!isBlocked(SIGTERM))
  }

  @Test func ignoredSignalsStayIgnored() throws {
    let previous = Glibc.signal(SIGHUP, SIG_IGN)
    defer { _ = Glibc.signal(SIGHUP, previous) }
    let signals = try SignalSource()
    raise(SIGHUP)
    raise(SIGCONT)
    #expect(signals.read() == [.continue])
  }

  @Test func timerExpiresAgainAndAgain() throws {
    let timer = try TimerSource()
    #expect(!isReadable(timer.fileDescriptor, within: 20), "it does not run yet")
    #expect(timer.acknowledge() == 0)
    timer.setInterval(0.01)
    var expirations = 0
    while expirations < 3 {
      try #require(isReadable(timer.fileDescriptor, within: 20_000))
      let count = timer.acknowledge()
      #expect(count >= 1)
      expirations += count
    }
  }

  @Test func timerCountsWhatWasMissed() throws {
    let timer = try TimerSource()
    timer.setInterval(0.005)
    usleep(50_000)
    #expect(timer.acknowledge() >= 5)
  }

  @Test(arguments: [0, -1, -Double.infinity, Double.nan])
  func shortestInterval(seconds: Double) throws {
    let timer = try TimerSource()
    timer.setInterval(seconds)
    #expect(isReadable(timer.fileDescriptor, within: 20_000))
  }

  @Test(arguments: [3600, 1e30, Double.infinity])
  func longIntervals(seconds: Double) throws {
    let timer = try TimerSource()
    timer.setInterval(0.001)
    timer.setInterval(seconds)
    #expect(!isReadable(timer.fileDescriptor, within: 20))
  }

  @Test func waitingFailsWithItsReason() throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var low = rlimit(rlim_cur: 3, rlim_max: limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &low)
    // More than there may be descriptors.
    var requests = [pollfd](repeating: pollfd(fd: -1, events: 0, revents: 0), count: 4)
    let error = #expect(throws: SystemCallError.self) { try Poll.wait(&requests, timeout: 0) }
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #expect(error?.description == "wait for events: Invalid argument")
    #expect(error?.isRefusal == false)
  }

  @Test func descriptorsAreClosed() throws {
    // The lowest free descriptor is given out, so a leak shows as growing numbers. Other tests that run meanwhile
    // hold a few.
    let first = try TimerSource().fileDescriptor
    var last = first
    for _ in 0..<100 {
      last = try max(TimerSource().fileDescriptor, SignalSource().fileDescriptor)
    }
    #expect(last < first + 50)
  }
}
