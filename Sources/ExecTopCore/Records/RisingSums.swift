import ExecTopCounting

/// Sums by part that never fall, of figures of which one can fall while another rises: each shows no more than its own
/// figure ever was, and all together are at any time what came in all.
///
/// What falls in all has begun anew from where it is: nothing that was shown is taken back.
struct RisingSums: Sendable {
  /// By part.
  private(set) var shown: [UInt64] = []
  /// By part: what has come, as the figures say.
  private var said: [Int64] = []

  /// The sum of a part; 0 where nothing has come.
  subscript(part: Int) -> UInt64 { part < shown.count ? shown[part] : 0 }

  /// Takes what has come to a part, or been taken back. Shown once it is settled.
  mutating func add(_ growth: Int64, to part: Int) {
    shown.grow(to: part + 1, with: 0)
    said.grow(to: part + 1, with: 0)
    said[part] = said[part].addingReportingOverflow(growth).partialValue
  }

  /// All that has come by now is taken.
  mutating func settle() {
    var room: Int64 = 0
    for part in said.indices { room &+= said[part] &- Int64(clamping: shown[part]) }
    if room < 0 {
      said = shown.map { Int64(clamping: $0) }
      return
    }
    for part in said.indices where room > 0 {
      let came = min(said[part] &- Int64(clamping: shown[part]), room)
      if came > 0 {
        shown[part] = Saturating.sum(shown[part], UInt64(came))
        room -= came
      }
    }
  }
}
