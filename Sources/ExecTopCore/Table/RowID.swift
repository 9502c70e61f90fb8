import ExecTopCounting
import ExecTopText

/// What a row of the listing stands for.
public enum RowID: Hashable, Sendable {
  case path(PathID)
  /// By its whole path, with the slash at its end.
  case directory([UInt8])
  case launch(LaunchNodeID)
  case user(UserRow)
  case unit(UnitRow)
}

/// Whose launches stand in a row of the view by user.
public enum UserRow: Hashable, Sendable {
  case user(UInt32)
  /// Threads of the kernel.
  case kernel
  case unknown

  init(_ launch: Launch) {
    self =
      launch.owner == .kernelThreads ? .kernel : launch.user == Launch.unknownUser ? .unknown : .user(launch.user)
  }
}

/// In what the launches run that stand in a row of the view by unit. Control groups of the same name are one.
public enum UnitRow: Hashable, Sendable {
  case unit(Unit)
  /// Threads of the kernel.
  case kernel
  case unknown

  /// - Parameter names: those of control groups.
  init(_ launch: Launch, names: LaunchNames) {
    if launch.owner == .kernelThreads {
      self = .kernel
    } else if launch.group == 0 {
      self = .unknown
    } else {
      self = .unit(names.groups[launch.group].map { Unit(of: $0) } ?? .gone(launch.group))
    }
  }
}

/// What a row is called.
package struct RowName: Equatable, Sendable {
  /// From outside, to be escaped; or exectop's own words.
  package var bytes: [UInt8]
  /// They are exectop's own.
  package var isOwn = false
  /// It fills its key, so it was cut there, or ended just there.
  package var isCut = false

  package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  package init(own text: String) {
    bytes = Array(text.utf8)
    isOwn = true
  }

  package init(_ path: Path) {
    bytes = path.bytes
    isCut = path.isCut
  }

  /// As it shows.
  package func safe(canShow: (Unicode.Scalar) -> Bool) -> SafeText {
    isOwn ? SafeText(typed: String(decoding: bytes, as: UTF8.self)) : SafeText(bytes, canShow: canShow)
  }

  /// Without the directories.
  package var short: RowName {
    guard !isOwn, let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash + 1 < bytes.count else { return self }
    var short = self
    short.bytes = Array(bytes[(slash + 1)...])
    return short
  }
}

extension LaunchKeys {
  /// What an owner is called.
  package func name(of owner: Owner) -> RowName {
    switch owner {
    case .kernelThreads: RowName(own: SafeText.kernel)
    case .noPath: RowName(own: SafeText.noPath)
    case .noSlot: RowName(own: SafeText.noSlot)
    case .mapFull: RowName(own: SafeText.mapFull)
    case .path(let id):
      paths.current(id) == .other ? RowName(own: SafeText.other) : path(of: owner).map { RowName($0) } ?? RowName([])
    }
  }

  /// What a user is called: by name, or by number where there is none.
  package func name(of user: UserRow) -> RowName {
    switch user {
    case .user(let id): RowName((names.users[id] ?? String(id)).utf8)
    case .kernel: RowName(own: SafeText.kernel)
    case .unknown: RowName(own: Format.unknown)
    }
  }
}

extension UnitRow {
  package var name: RowName {
    switch self {
    case .unit(let unit): RowName(unit.bytes)
    case .kernel: RowName(own: SafeText.kernel)
    case .unknown: RowName(own: Format.unknown)
    }
  }
}
