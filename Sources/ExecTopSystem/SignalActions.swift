import Glibc

/// What the signals did that newterm gives handlers of its own: those would end the program in the midst of things.
public struct SignalActions {
  private var actions: [(signal: CInt, action: sigaction)] = []

  /// Notes the actions.
  public init() {
    for signal in [SIGINT, SIGTERM, SIGTSTP, SIGWINCH] {
      var action = sigaction()
      if sigaction(signal, nil, &action) == 0 { actions.append((signal, action)) }
    }
  }

  /// Sets the actions to what was noted.
  public func restore() {
    for (signal, action) in actions {
      var action = action
      sigaction(signal, &action, nil)
    }
  }
}
