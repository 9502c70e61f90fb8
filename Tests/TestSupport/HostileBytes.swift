// What anyone on the machine could put into a path.

/// Bytes of every kind: any, what looks like an escape, controls, marks, what cannot be seen, characters that are cut.
public func hostileBytes(_ random: inout some RandomNumberGenerator, atMost limit: Int) -> [UInt8] {
  let parts: [String] = [
    "\\", "x", "\\x1b", "\\x5c", "1b", "/", "(other)", "a", " ", "'", "=", "\"", ",", "é", "通", "🦊", "e\u{301}",
    "\u{301}",
    "\u{20dd}", "\u{a0}", "\u{200b}", "\u{202e}", "\u{2028}", "\u{9b}", "\u{1b}[2J", "\n", "\r", "\t", "\u{7f}",
    "\u{fe0f}",
    "\u{e0041}", "\u{3164}", "\u{1160}", "\u{ac00}", "\u{10ffff}", "\u{ff1d}",
  ]
  var bytes: [UInt8] = []
  let count = Int.random(in: 0...limit, using: &random)
  while bytes.count < count {
    if Bool.random(using: &random) {
      bytes.append(UInt8.random(in: .min ... .max, using: &random))
    } else if let part = parts.randomElement(using: &random) {
      bytes += Bool.random(using: &random) ? Array(part.utf8) : Array(part.utf8.dropLast())
    }
  }
  return Array(bytes.prefix(count))
}
