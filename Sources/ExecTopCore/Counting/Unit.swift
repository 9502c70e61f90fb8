import ExecTopText

/// What people know a control group by: a systemd unit, a container with its runtime, a pod, a virtual machine.
public struct Unit: Hashable, Sendable {
  /// What it is, where its name does not say so: `docker`, `lxc`, `pod`.
  public let kind: String?
  /// From outside: bytes, to be escaped wherever they are shown.
  public let name: [UInt8]
  /// Where it belongs to, where that tells it apart: `user 1000`, `pod 0f1e…`. From outside, too.
  public let place: [UInt8]?

  init(kind: String? = nil, name: some Sequence<UInt8>, place: [UInt8]? = nil) {
    self.kind = kind
    self.name = Array(name)
    self.place = place
  }

  /// All of it in one line: `docker 5d1f0c77a2be`, `app.service (user 1000)`.
  public var bytes: [UInt8] {
    (kind.map { Array("\($0) ".utf8) } ?? []) + name + (place.map { Array(" (".utf8) + $0 + Array(")".utf8) } ?? [])
  }

  /// Whether it, or its name, begins with a text.
  package func begins(with text: [UInt8]) -> Bool { name.starts(with: text) || bytes.starts(with: text) }

  /// A group that has no name: it had gone before it was looked up.
  public static func gone(_ group: UInt64) -> Unit { Unit(name: "cgroup \(group) (gone)".utf8) }

  /// - Parameter group: the path of a control group below the root of its hierarchy, as the kernel has it.
  public init(of group: Path) {
    let parts = group.bytes.split(separator: UInt8(ascii: "/")).map { Part($0) }
    if let container = Unit.container(in: parts) {
      self = container
    } else if let machine = Unit.machine(in: parts) {
      self = machine
    } else if let unit = Unit.systemd(in: parts) {
      self = unit
    } else {
      self.init(name: group.bytes.isEmpty ? Array("/".utf8) : group.bytes)
    }
  }
}

// MARK: - Containers

extension Unit {
  /// How the runtimes name the control groups of their containers where systemd makes them: `docker-ID.scope`.
  private static let scopes: [(prefix: String, runtime: String)] = [
    ("docker-", "docker"), ("libpod-", "podman"), ("cri-containerd-", "containerd"), ("crio-", "cri-o"),
    ("nerdctl-", "containerd"), ("containerd-", "containerd"), ("buildkit-", "buildkit"),
  ]

  /// And where they make them themselves: `/docker/ID`.
  private static let directories: [(name: String, runtime: String)] = [
    ("docker", "docker"), ("libpod_parent", "podman"), ("k8s.io", "containerd"), ("lxc", "lxc"),
  ]

  /// The innermost container: one that runs in another is what runs.
  private static func container(in parts: [Part]) -> Unit? {
    for index in parts.indices.reversed() {
      guard let found = container(at: index, of: parts) else { continue }
      let pod = parts[..<index].reversed().lazy.compactMap(\.pod).first
      return Unit(kind: found.runtime, name: found.name, place: pod.map { Array("pod ".utf8) + $0 })
    }
    // What belongs to a pod and to none of its containers.
    return parts.reversed().lazy.compactMap(\.pod).first.map { Unit(kind: "pod", name: $0) }
  }

  private static func container(at index: Int, of parts: [Part]) -> (runtime: String, name: [UInt8])? {
    let part = parts[index]
    for (prefix, runtime) in scopes {
      if let id = part.dropping(prefix, ".scope") ?? part.dropping(prefix, ""), let short = shortID(id) {
        return (runtime, short)
      }
    }
    // As runc is told in one word: SLICE:PREFIX:ID.
    let words = part.bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    if words.count == 3, let short = shortID(words[2]) {
      let runtime = scopes.first { Array(words[1]) + Array("-".utf8) == Array($0.prefix.utf8) }?.runtime
      return (runtime ?? "container", short)
    }
    if let name = part.dropping("lxc.payload.", "") { return ("lxc", Array(name)) }
    let above = index > 0 ? parts[index - 1] : nil
    let runtime = directories.first { directory in above.map { $0.bytes.elementsEqual(directory.name.utf8) } ?? false }
    if runtime?.runtime == "lxc" { return ("lxc", Array(part.bytes)) }
    return shortID(part.bytes).map { (runtime?.runtime ?? "container", $0) }
  }

  /// A container's id is a SHA-256 in hexadecimal; people see its first 12 digits.
  private static func shortID(_ id: ArraySlice<UInt8>) -> [UInt8]? {
    guard id.count == 64, id.allSatisfy(\.isHexDigit) else { return nil }
    return Array(id.prefix(12))
  }
}

// MARK: - systemd

extension Unit {
  /// A virtual machine or container that is registered with systemd-machined: `machine-qemu\x2d1\x2dNAME.scope`.
  private static func machine(in parts: [Part]) -> Unit? {
    guard parts.first?.bytes.elementsEqual("machine.slice".utf8) == true else { return nil }
    let name = parts.lazy.compactMap { $0.dropping("machine-", ".scope") }.first
    return name.map { Unit(kind: "machine", name: unescaped($0)) }
  }

  /// The innermost unit: what a service keeps below itself is a part of it.
  private static func systemd(in parts: [Part]) -> Unit? {
    // A slice is a place for others: only where there is nothing else.
    let unit =
      parts.last { $0.hasSuffix([".service", ".scope", ".socket", ".mount", ".swap"]) }
      ?? parts.last { $0.hasSuffix([".slice"]) }
    guard let unit else { return nil }
    let user = parts.lazy.compactMap { $0.dropping("user-", ".slice") }.first
    // Its name says it already.
    let isUsersOwn = unit.dropping("user-", ".slice") != nil || unit.dropping("user@", ".service") != nil
    return Unit(
      name: unescaped(unit.bytes), place: isUsersOwn ? nil : user.map { Array("user ".utf8) + unescaped($0) })
  }

  /// Without the escapes that systemd-escape(1) makes: `\x2d` is `-`. A `-` stays one, as in the unit's own name.
  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    var rest = bytes
    while let byte = rest.first {
      let digits = rest.dropFirst(2).prefix(2)
      if byte == UInt8(ascii: "\\"), rest.dropFirst().first == UInt8(ascii: "x"), digits.count == 2,
        digits.allSatisfy(\.isHexDigit), let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        plain.append(value)
        rest = rest.dropFirst(4)
      } else {
        plain.append(byte)
        rest = rest.dropFirst()
      }
    }
    return plain
  }
}

/// A name in the path of a control group.
private struct Part {
  let bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
  }

  /// What stands between these. Nil if it does not begin and end so, and if nothing does.
  func dropping(_ prefix: String, _ suffix: String) -> ArraySlice<UInt8>? {
    guard bytes.count > prefix.utf8.count + suffix.utf8.count, bytes.starts(with: prefix.utf8),
      bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    else { return nil }
    return bytes.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
  }

  func hasSuffix(_ suffixes: [String]) -> Bool { suffixes.contains { dropping("", $0) != nil } }

  /// The id of a pod of Kubernetes: `kubepods-burstable-podUID.slice`, with `_` for `-`; or `podUID`, where the kubelet
  /// makes the groups itself.
  var pod: [UInt8]? {
    guard let slice = dropping("kubepods-", ".slice") ?? (bytes.starts(with: "pod".utf8) ? bytes : nil) else {
      return nil
    }
    // Behind the class of the pod, where it has one.
    let isClassed = !slice.starts(with: "pod".utf8)
    let pod = isClassed ? slice.drop { $0 != UInt8(ascii: "-") }.dropFirst() : slice
    let uid = pod.dropFirst(3).map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
    guard pod.starts(with: "pod".utf8), uid.count >= 32, uid.allSatisfy({ $0.isHexDigit || $0 == UInt8(ascii: "-") })
    else { return nil }
    return uid
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
