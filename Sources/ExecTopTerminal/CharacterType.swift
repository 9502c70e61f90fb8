import CLinux
import Glibc

/// What the locale says about characters. It concerns batch output as well, so it needs no terminal.
public enum CharacterType {
  /// Takes the locale's character type from the environment, as setlocale(3) does.
  ///
  /// Only LC_CTYPE: numbers and messages stay as in the C locale. A locale that asks for UTF-8 but is not installed,
  /// as happens after ssh, becomes C.UTF-8.
  public static func adoptEnvironment() {
    if setlocale(LC_CTYPE, "") != nil { return }
    let asked = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(value(of:)).first { !$0.isEmpty } ?? ""
    let encoding = asked.lowercased()
    if encoding.hasSuffix("utf-8") || encoding.hasSuffix("utf8") {
      setlocale(LC_CTYPE, "C.UTF-8")
    }
  }

  /// Whether characters are UTF-8.
  public static var isUnicode: Bool {
    // nl_langinfo never returns NULL, and its string stays valid until the next setlocale; it is copied here.
    nl_langinfo(nl_item(CODESET)).map { String(cString: $0) == "UTF-8" } ?? false
  }

  /// Cells that a character takes by wcwidth(3): 0 for combining marks, -1 if it does not print.
  public static func width(of scalar: Unicode.Scalar) -> Int {
    if 0x20..<0x7f ~= scalar.value { return 1 }
    return Int(wcwidth(wchar_t(bitPattern: scalar.value)))
  }

  private static func value(of variable: String) -> String? {
    // The environment's string is copied at once.
    getenv(variable).map { String(cString: $0) }
  }
}
