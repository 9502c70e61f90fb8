/// What the footer says until the next key: the answer to a key, or that something failed.
public struct Message: Equatable, Sendable, ExpressibleByStringInterpolation {
  /// It can name a file or a map, by any bytes.
  public var text: String
  /// Something went wrong, rather than that a key did this or that.
  public var isFailure: Bool

  public init(_ text: String, isFailure: Bool = false) {
    self.text = text
    self.isFailure = isFailure
  }

  public init(stringLiteral text: String) {
    self.init(text)
  }
}
