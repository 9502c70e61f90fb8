/// A program that a chain of programs has run, as one user and in one control group: what counts are kept by for the
/// tree of launches, users and units.
///
/// Its number stands for all of that: the BPF programs make it of the launcher's own number, the path's, the user and
/// the control group, so that a launcher that has ended need not be looked up.
public struct Launch: FamilyKey {
  /// Launches are told apart by it. See `LaunchHash`.
  public let number: UInt64
  /// That of the program that called exec. 0 where it has none, or where that is not known.
  public let parent: UInt64
  /// What it runs.
  public let owner: Owner
  /// The real user id at the exec, as the machine itself has it outside all user namespaces.
  public let user: UInt32
  /// The id of its control group in the unified hierarchy (cgroup v2), which is the number of its directory. 0 where that
  /// is not known.
  public let group: UInt64

  public init(number: UInt64, parent: UInt64, owner: Owner, user: UInt32, group: UInt64) {
    self.number = number
    self.parent = parent
    self.owner = owner
    self.user = user
    self.group = group
  }

  /// What an owner used of whose launches nothing is known.
  init(number: UInt64, of owner: Owner) {
    self.init(number: number, parent: 0, owner: owner, user: Launch.unknownUser, group: 0)
  }

  /// What is no program: threads of the kernel, and processes of which it is not known what they run.
  public static let kernelThreads = Launch(number: 1, of: .kernelThreads)
  public static let withoutPath = Launch(number: 0, of: .noPath)
  public static let withoutSlot = Launch(number: 2, of: .noSlot)
  /// What the map of launches took no row for.
  public static let withoutRow = Launch(number: 3, of: .mapFull)

  /// No user has this id (the kernel's own mark for one that is not valid).
  public static let unknownUser = UInt32.max

  public static func == (left: Launch, right: Launch) -> Bool { left.number == right.number }

  public func hash(into hasher: inout Hasher) { hasher.combine(number) }

  /// Launches without a row stand under their launcher together, and beyond that by user and group alone.
  public var coarser: Launch? {
    guard owner == .path(.other) else { return other(under: parent, user, group) }
    if parent != 0 { return other(under: 0, user, group) }
    return user != Launch.unknownUser || group != 0 ? other(under: 0, Launch.unknownUser, 0) : nil
  }

  public var isCoarse: Bool { owner == .path(.other) }

  private func other(under parent: UInt64, _ user: UInt32, _ group: UInt64) -> Launch {
    // A number that only this process uses: nobody else refers to such a row. Its key is of its own.
    let number = LaunchHash(0x6578_6563, 0x746f_7000).number(parent: parent, owner: 0, user: user, group: group)
    return Launch(number: number, parent: parent, owner: .path(.other), user: user, group: group)
  }
}

/// Names for what launches refer to by number.
public struct LaunchNames: Equatable, Sendable {
  /// Of users, by their ids. The id itself where there is none.
  public var users: [UInt32: String]
  /// The paths of control groups below the root of the unified hierarchy, by their ids: `/system.slice/ssh.service`. A
  /// group that has gone keeps the one that it had.
  public var groups: [UInt64: Path]

  public init(users: [UInt32: String] = [:], groups: [UInt64: Path] = [:]) {
    self.users = users
    self.groups = groups
  }
}
