/// Where to listen: `HOST:PORT`, `[IPv6]:PORT`, or `:PORT` for every address of the machine.
public struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
  /// An address or a name.
  public let host: String
  /// 0: any that is free.
  public let port: Int

  public static let standard = ListenAddress(host: "127.0.0.1", port: 9464)

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Only programs on the machine itself reach it.
  public var isLocal: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

  /// How it is written, for who wrote it wrong.
  public static let forms = "HOST:PORT, [IPv6]:PORT or :PORT"

  /// Nil if it is none of these forms.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { return nil }
    } else if host.contains(where: { ":[] ".contains($0) }) {
      return nil
    }
    self.init(host: host.isEmpty ? "::" : String(host), port: Int(port))
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
