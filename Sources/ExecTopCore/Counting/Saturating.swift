/// Sums of figures that come from outside. A map that something else fills can hold any number, and Swift traps where a
/// sum overflows: here it stops at the highest figure.
public enum Saturating {
  /// The highest figure. `UInt64.max` stands for no figure at all: see `Sums`.
  public static let most = UInt64.max - 1

  public static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (sum, isOver) = left.addingReportingOverflow(right)
    return isOver ? most : min(sum, most)
  }

  /// What one figure has more than another; 0 if it has less.
  public static func difference(_ left: UInt64, _ right: UInt64) -> UInt64 { left > right ? left - right : 0 }
}
