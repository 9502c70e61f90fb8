/// What figures are counted by: a path; a path and an errno; a launcher and a path.
///
/// A key names what it refers to by id, so it holds no second copy of a path. When that goes into `(other)`, the key's
/// figures go on under the key that `following` gives.
public protocol FamilyKey: Hashable, Sendable {
  /// The rows to which its ids refer: the `Identities` of one family, or a tuple of several.
  associatedtype Referents = Void

  /// This key, with the ids of what is in `(other)` by now replaced.
  func following(_ referents: Referents) -> Self

  /// The key into which this one's figures go when a family without a row `(other)` has too many rows. Nil: they stay.
  var coarser: Self? { get }

  /// Others have gone into it.
  var isCoarse: Bool { get }
}

extension FamilyKey {
  public var coarser: Self? { nil }
  public var isCoarse: Bool { false }
}

extension FamilyKey where Referents == Void {
  public func following(_: Void) -> Self { self }
}

extension Path: FamilyKey {}

/// A path failing in one way.
public struct Failure: FamilyKey {
  public var path: PathID
  /// The errno, positive.
  public var error: Int32

  public init(path: PathID, error: Int32) {
    self.path = path
    self.error = error
  }

  /// ENOENT and ENOTDIR: what a search of PATH meets in each directory that lacks the program. Whether the search found
  /// it in another one cannot be told by path.
  package static func isNotFound(_ error: Int32) -> Bool { error == 2 || error == 20 }

  public func following(_ paths: Identities<Path>) -> Failure {
    Failure(path: paths.current(path), error: error)
  }
}
