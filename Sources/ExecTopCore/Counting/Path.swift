import ExecTopText

/// A path as the caller of exec gave it: bytes, neither resolved nor assumed to be UTF-8.
public struct Path: Hashable, Sendable {
  /// The bytes, without the NUL. At most `Path.keptBytes` of what the caller gave.
  public let bytes: [UInt8]
  /// The path fills its key: it was cut there, or ended just there. Two such paths can share a row.
  public let isCut: Bool

  public init(_ bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
    isCut = self.bytes.count >= Path.keptBytes
  }

  /// - Parameter isCut: whether it fills the place where it was counted.
  public init(_ bytes: some Sequence<UInt8>, isCut: Bool) {
    self.bytes = Array(bytes)
    self.isCut = isCut
  }

  public init(_ text: String) {
    self.init(text.utf8)
  }

  /// How many bytes of a path the kernel side keeps: its key of 256 bytes less the NUL.
  public static let keptBytes = 255

  /// The bytes behind the last slash: the file's name. All of them where there is no slash.
  public var lastComponent: ArraySlice<UInt8> {
    bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes[($0 + 1)...] } ?? bytes[...]
  }

  /// The name of the row into which the coldest paths go when there are too many. It stands for no one path: one of this
  /// name has a row of its own.
  public static let other = Path("(other)")
}

extension Path: Comparable {
  public static func < (left: Path, right: Path) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
