/// Which trace lines are shown.
public struct TraceChoice: Equatable, Sendable {
  public var filter: Filter?
  /// Only lines in the form of exectop's own.
  public var isOursOnly: Bool

  public init(filter: Filter? = nil, isOursOnly: Bool = false) {
    self.filter = filter
    self.isOursOnly = isOursOnly
  }

  /// The filter looks at the path in a line of ours, and at the whole message in any other.
  public func includes(_ line: TraceLine) -> Bool {
    let path = line.ownPath
    if isOursOnly, path == nil { return false }
    return filter?.matches(Path(path ?? line.message)) ?? true
  }
}
