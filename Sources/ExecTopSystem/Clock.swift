import ExecTopCounting
import ExecTopText
import Glibc

/// The clocks of the system.
public struct Clock: Sendable {
  public init() {}

  /// Seconds on the monotonic clock.
  public var now: Seconds { seconds(CLOCK_MONOTONIC) }

  /// The civil time.
  public var wallTime: WallTime { WallTime(milliseconds: Int64((seconds(CLOCK_REALTIME) * 1000).rounded())) }

  /// Seconds to add to an instant of the monotonic clock for the local time since a midnight.
  public var civilOffset: Seconds { civilOffset(of: seconds(CLOCK_REALTIME), at: now) }

  /// Likewise, of an instant that has its own civil time, as one that was recorded.
  public func civilOffset(of time: WallTime, at instant: Seconds) -> Seconds {
    civilOffset(of: Seconds(time.milliseconds) / 1000, at: instant)
  }

  /// The instant at which clocks here show so many milliseconds since the beginning of 1970.
  public func wallTime(local milliseconds: Int64) -> WallTime {
    // What is shown then is found by what is shown at about that time, and once more from there: zones change.
    var time = milliseconds
    for _ in 0..<2 { time = milliseconds - zone(at: time) }
    return WallTime(milliseconds: time)
  }

  /// Milliseconds by which clocks here are ahead of UTC.
  private func zone(at milliseconds: Int64) -> Int64 {
    var (time, local) = (time_t(milliseconds / 1000), tm())
    localtime_r(&time, &local)
    return Int64(local.tm_gmtoff) * 1000
  }

  private func civilOffset(of civil: Seconds, at instant: Seconds) -> Seconds {
    var (time, local) = (time_t(civil), tm())
    // It fails only for a year that an Int32 does not hold; UTC then.
    localtime_r(&time, &local)
    return civil + Seconds(local.tm_gmtoff) - instant
  }

  private func seconds(_ clock: clockid_t) -> Seconds {
    var time = timespec()
    // It fails only for a clock that does not exist.
    clock_gettime(clock, &time)
    return Seconds(time.tv_sec) + Seconds(time.tv_nsec) / 1e9
  }
}
