import ExecTopKernel
import Foundation
import TestSupport

/// The trace instances on the machine.
struct TraceInstances {
  private let before: Set<String>

  init() throws {
    before = try TraceInstances.all()
  }

  /// Those that were not there at first.
  func added() throws -> Set<String> { try TraceInstances.all().subtracting(before) }

  /// Waits until there are so many more than at first.
  func waitFor(added count: Int) throws -> Set<String> {
    var names: Set<String> = []
    let isSeen = try Deadline(after: .seconds(20)).wait {
      names = try added()
      return names.count == count
    }
    guard isSeen else { throw TestFailure("not \(count) instances more, but \(names)") }
    return names
  }

  private static func all() throws -> Set<String> {
    // On the thread that then looks there.
    Set(try FileManager.default.contentsOfDirectory(atPath: try Tracefs.makeVisible() + "/instances"))
  }
}
