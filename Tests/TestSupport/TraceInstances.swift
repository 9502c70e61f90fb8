import Glibc

/// The trace instances on the machine, which one test looks at at a time.
public struct TraceInstances {
  private let turn: TraceTurn
  private let tracefs: () throws -> String
  private let before: Set<String>

  /// - Parameter tracefs: gives the directory where tracefs is mounted for the thread that asks, which can have a mount
  ///   namespace of its own.
  public init(tracefs: @escaping () throws -> String) throws {
    turn = try TraceTurn()
    self.tracefs = tracefs
    before = try TraceInstances.all(in: tracefs())
  }

  /// Those that were not there at first.
  public func added() throws -> Set<String> { try TraceInstances.all(in: tracefs()).subtracting(before) }

  /// Waits until there are so many more than at first.
  public func waitFor(added count: Int) throws -> Set<String> {
    var names: Set<String> = []
    let isSeen = try Deadline(after: .seconds(20)).wait {
      names = try added()
      return names.count == count
    }
    guard isSeen else { throw TestFailure("not \(count) instances more, but \(names)") }
    return names
  }

  private static func all(in tracefs: String) throws -> Set<String> {
    guard let listing = opendir(tracefs + "/instances") else { throw TestFailure("list \(tracefs)/instances") }
    defer { closedir(listing) }
    var names: Set<String> = []
    while let entry = readdir(listing) {
      // The name is an array in the entry, ended by NUL.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if !name.hasPrefix(".") { names.insert(name) }
    }
    return names
  }
}
