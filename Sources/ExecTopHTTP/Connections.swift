import NIOCore
import Synchronization

/// The connections there are, so many at most: where one more comes, the one goes that has waited longest for its client.
///
/// Clients that connect and do nothing can so keep nobody out, and clients that are being answered are let finish.
final class Connections: Sendable {
  static let most = 64

  private struct Connection {
    var channel: any Channel
    /// In the order in which they came.
    var number: UInt64
    /// It waits for the program and not for its client.
    var isAnswered = false
  }

  private struct State {
    var all: [ObjectIdentifier: Connection] = [:]
    var count: UInt64 = 0
  }

  private let state = Mutex(State())

  /// Takes one more.
  ///
  /// - Returns: whether it may stay.
  func admit(_ channel: any Channel) -> Bool {
    let (mayStay, leaving) = state.withLock { state -> (Bool, (any Channel)?) in
      var leaving: (any Channel)?
      if state.all.count >= Self.most {
        let idle = state.all.filter { !$0.value.isAnswered }
        guard let oldest = idle.min(by: { $0.value.number < $1.value.number }) else { return (false, nil) }
        leaving = oldest.value.channel
        state.all[oldest.key] = nil
      }
      state.count += 1
      state.all[ObjectIdentifier(channel)] = Connection(channel: channel, number: state.count)
      return (true, leaving)
    }
    leaving?.close(mode: .all, promise: nil)
    return mayStay
  }

  /// It waits for the program, or no longer.
  func setAnswered(_ isAnswered: Bool, _ channel: any Channel) {
    state.withLock { $0.all[ObjectIdentifier(channel)]?.isAnswered = isAnswered }
  }

  func forget(_ channel: any Channel) {
    state.withLock { $0.all[ObjectIdentifier(channel)] = nil }
  }
}
