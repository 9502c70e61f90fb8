/// What the kernel says of the buffer that it traces into on one CPU (tracing_stats_read in kernel/trace/trace.c).
public enum TraceStatistics {
  /// Events that were dropped because nobody read them in time: `overrun`, the old ones that were written over, and
  /// `dropped events`, the new ones for which there was no room.
  ///
  /// - Parameter text: of the file `stats`: a line `name: figure` for each.
  /// - Returns: nil if neither is there.
  public static func lost(in text: String) -> UInt64? {
    let figures = text.split(separator: "\n").compactMap { line -> UInt64? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0] == "overrun" || parts[0] == "dropped events" else { return nil }
      return UInt64(parts[1].drop { $0 == " " })
    }
    return figures.isEmpty ? nil : sum(figures)
  }

  /// The sum, or the largest number.
  public static func sum(_ figures: some Sequence<UInt64>) -> UInt64 {
    figures.reduce(0) { sum, figure in
      let (result, isTooLarge) = sum.addingReportingOverflow(figure)
      return isTooLarge ? .max : result
    }
  }
}
