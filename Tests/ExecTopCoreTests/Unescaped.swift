/// Undoes what `SafeText` does, as a reader would: every `\xNN` is a byte, all else stands for itself.
func unescaped(_ text: String) -> [UInt8] {
  let shown = Array(text.utf8)
  var bytes: [UInt8] = []
  var place = 0
  while place < shown.count {
    if shown[place] == UInt8(ascii: "\\"), place + 3 < shown.count, shown[place + 1] == UInt8(ascii: "x"),
      let byte = UInt8(String(decoding: shown[(place + 2)...(place + 3)], as: UTF8.self), radix: 16)
    {
      bytes.append(byte)
      place += 4
    } else {
      bytes.append(shown[place])
      place += 1
    }
  }
  return bytes
}
