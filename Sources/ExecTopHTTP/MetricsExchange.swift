import CLinux
import ExecTopSystem
import Glibc
import NIOCore
import Synchronization

/// Where the server's thread asks for metrics and the program's own thread answers.
public final class MetricsExchange: Sendable {
  /// Readable while someone waits for an answer.
  public let descriptor: CInt
  private let state = Mutex(State())

  private struct State {
    var waiting: [EventLoopPromise<MetricsPages>] = []
    var isClosed = false
  }

  /// So many wait at most: as many as there are connections, and as many that have gone meanwhile.
  private static let mostWaiting = 2 * Connections.most

  public convenience init() throws(SystemCallError) {
    let descriptor = eventfd(0, CInt(EFD_NONBLOCK) | CInt(EFD_CLOEXEC))
    guard descriptor >= 0 else { throw SystemCallError("create an event descriptor") }
    self.init(descriptor: descriptor)
  }

  /// Apart from what throws: the compiler of Swift 6.2 fails on a noncopyable property of a class that is set before
  /// something throws.
  private init(descriptor: CInt) {
    self.descriptor = descriptor
  }

  deinit {
    Glibc.close(descriptor)
  }

  /// Asks for the metrics as they are now.
  func ask(on loop: any EventLoop) -> EventLoopFuture<MetricsPages> {
    let promise = loop.makePromise(of: MetricsPages.self)
    let isTaken = state.withLock { state in
      guard !state.isClosed, state.waiting.count < Self.mostWaiting else { return false }
      state.waiting.append(promise)
      return true
    }
    if isTaken {
      // It fails only where the counter is as high as it can be: then it is readable.
      eventfd_write(descriptor, 1)
    } else {
      promise.fail(Unanswered())
    }
    return promise.futureResult
  }

  /// Answers all that wait.
  public func answer(_ pages: MetricsPages) {
    var count: eventfd_t = 0
    // Before they are taken: who asks in between makes it readable again.
    eventfd_read(descriptor, &count)
    for promise in take(closing: false) { promise.succeed(pages) }
  }

  /// There are no more answers.
  func close() {
    for promise in take(closing: true) { promise.fail(Unanswered()) }
  }

  private func take(closing: Bool) -> [EventLoopPromise<MetricsPages>] {
    state.withLock { state in
      if closing { state.isClosed = true }
      defer { state.waiting = [] }
      return state.waiting
    }
  }
}

/// Too many ask, or the program ends.
struct Unanswered: Error {}
