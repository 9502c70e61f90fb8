import ExecTopText

/// What is known of the execs of a path that failed by one errno, since the last reset.
public struct ErrorFigures: Equatable, Sendable {
  /// The errno, positive.
  public var error: Int32
  public var count: UInt64
  /// The snapshots that first and last found more of them. Nil if none did while exectop looked.
  public var first: Seconds?
  public var last: Seconds?
  /// How many of them came in the last minute.
  public var lastMinute: UInt64
}
