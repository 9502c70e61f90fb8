/// Arguments as a line: parted by blanks, in quotation marks where one is empty or has blanks of its own, and with every
/// byte that does not print as `\xNN`.
package enum ArgumentText {
  /// - Parameter isCut: there are more, or the last one goes on.
  package static func line(
    _ arguments: some Sequence<[UInt8]>, isCut: Bool = false, canShow: (Unicode.Scalar) -> Bool
  ) -> String {
    let texts = arguments.map { quoted(SafeText($0, canShow: canShow).string) }
    return texts.joined(separator: " ") + (isCut ? "…" : "")
  }

  private static func quoted(_ text: String) -> String {
    guard text.isEmpty || text.unicodeScalars.contains(where: { $0 == " " || $0 == "'" || $0 == "\"" }) else {
      return text
    }
    return text.unicodeScalars.contains("'") ? "\"\(text)\"" : "'\(text)'"
  }
}
