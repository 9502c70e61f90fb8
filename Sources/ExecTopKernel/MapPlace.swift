/// Where a map is: `id=N`, `name=NAME` or `pinned=PATH`, as bpftool has it.
public enum MapPlace: Equatable, Sendable {
  case id(UInt32)
  case name(String)
  case pinned(String)

  /// - Returns: nil if the text is none of the three.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[1].isEmpty else { return nil }
    switch parts[0] {
    case "id":
      guard let id = UInt32(parts[1]), id > 0 else { return nil }
      self = .id(id)
    case "name": self = .name(parts[1])
    case "pinned": self = .pinned(parts[1])
    default: return nil
    }
  }

  /// What `init` takes.
  public static let forms = "id=N, name=NAME or pinned=PATH"
}

extension MapPlace: CustomStringConvertible {
  public var description: String {
    switch self {
    case .id(let id): "id=\(id)"
    case .name(let name): "name=\(name)"
    case .pinned(let path): "pinned=\(path)"
    }
  }
}
