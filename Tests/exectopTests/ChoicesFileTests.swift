import Foundation
import TestSupport
import Testing

/// What `W` saves, and what a start makes of it.
@Suite(.needsKernel, .serialized, .enabled(if: Tmux.isAvailable, "tmux is not installed"))
struct ChoicesFileTests {
  private let workload: Workload
  /// Who calls sudo in these tests.
  private static let user: uid_t = 54_321

  init() throws {
    workload = try Workload()
  }

  private var home: String { workload.directory }
  private var file: String { workload.path(".config/exectop/choices") }

  /// Starts the demo with this home directory, after some lines of the shell.
  private func open(
    _ options: String = "", after lines: String = "", environment: [String: String] = [:]
  ) throws -> Tmux {
    let script = try workload.file(
      "start", contents: "\(lines)\nexec \(Programs.built("exectop")) --demo \(options)\n", mode: 0o755)
    // A namespace of its own: what is mounted in it is gone with it.
    let screen = try Tmux(
      "unshare -m sh \(script)", columns: 200, environment: ["HOME": home].merging(environment) { $1 })
    try screen.waitFor("exectop   DEMO")
    return screen
  }

  /// Starts the demo as sudo does for a user whose home directory this is.
  private func openUnderSudo(after lines: String = "") throws -> Tmux {
    let accounts = try workload.file(
      "passwd", contents: "root:x:0:0::/root:/bin/sh\nuser:x:\(Self.user):\(Self.user)::\(home):/bin/sh\n",
      mode: 0o644)
    return try open(
      after: "mount --bind \(accounts) /etc/passwd && chown \(Self.user):\(Self.user) \(home) || exit\n\(lines)",
      environment: ["SUDO_UID": "\(Self.user)", "HOME": workload.path("root")])
  }

  private func save(on screen: Tmux) throws -> [String] {
    try screen.send("W")
    return try screen.waitFor { $0.contains { $0.hasPrefix("saved in ") || $0.hasPrefix("save ") } }
  }

  private func quit(_ screen: Tmux) throws {
    try screen.send("q")
  }

  private func owner(_ path: String) throws -> uid_t? {
    try FileManager.default.attributesOfItem(atPath: path)[.ownerAccountID] as? uid_t
  }

  @Test("what is saved is there at the next start; the command line comes first", arguments: [false, true])
  func saveAndStart(hasXDG: Bool) throws {
    defer { workload.remove() }
    let environment = hasXDG ? ["HOME": "/nonexistent", "XDG_CONFIG_HOME": workload.path(".config")] : [:]
    let first = try open(after: hasXDG ? "mkdir \(workload.path(".config"))" : "", environment: environment)
    try first.send("n", "i", "d", "-")
    #expect(try save(on: first).contains("saved in \(file)"))
    try quit(first)
    let again = try open(environment: environment)
    try again.waitFor { $0.contains { $0.contains("PATH▼") } && $0.contains { $0.contains("▾ /") } }
    try again.waitFor("every 2s")
    try quit(again)
    let told = try open("-s count -d 0.5", environment: environment)
    try told.waitFor("COUNT▲")
    try told.waitFor("every 0.5s")
    // Nothing is left beside it.
    #expect(try FileManager.default.contentsOfDirectory(atPath: workload.path(".config/exectop")) == ["choices"])
  }

  @Test("a limit on the size of files is said, leaves nothing behind, and draws no less")
  func fileSizeLimit() throws {
    defer { workload.remove() }
    let screen = try open(after: "ulimit -f 0")
    #expect(try save(on: screen).contains { $0.hasPrefix("save \(file): File too large") })
    #expect(try FileManager.default.contentsOfDirectory(atPath: workload.path(".config/exectop")).isEmpty)
    try screen.send("?")
    try screen.waitFor("exectop help")
    try quit(screen)
  }

  @Test("under sudo it is the calling user's file")
  func sudo() throws {
    defer { workload.remove() }
    let screen = try openUnderSudo()
    try screen.send("n")
    #expect(try save(on: screen).contains("saved in \(file)"))
    for path in [".config", ".config/exectop", ".config/exectop/choices"] {
      #expect(try owner(workload.path(path)) == Self.user, "\(path)")
    }
    #expect(!FileManager.default.fileExists(atPath: workload.path("root")))
    try quit(screen)
    try openUnderSudo().waitFor("PATH▲")
  }

  @Test(
    "no link that could have been planted is followed, whosever the file behind it",
    arguments: [".config", ".config/exectop", ".config/exectop/choices", ".config/exectop/.choices-$$"],
    [ChoicesFileTests.user, 0])
  func planted(link: String, victimOwner: uid_t) throws {
    defer { workload.remove() }
    let screen = try openUnderSudo(
      after: """
        cd \(home)
        mkdir -p victim/exectop .config/exectop && echo 'sort = path' | tee victim/file >victim/exectop/choices
        test -d \(link) && rmdir -p --ignore-fail-on-non-empty .config/exectop && mkdir -p $(dirname \(link))
        case \(link) in *choices*) ln -s ../../victim/file \(link);; *) ln -s \(home)/victim \(link);; esac
        case \(link) in .config/exectop) ln -sfn \(home)/victim/exectop \(link);; esac
        chown -R \(Self.user):\(Self.user) .config/ && chown -h \(Self.user) .config \(link)
        chown -R \(victimOwner):\(victimOwner) victim
        """)
    #expect(try !screen.capture().contains { $0.contains("PATH▲") })
    try screen.send("x")
    let message = try save(on: screen).last { $0.hasPrefix("save") } ?? ""
    // A link at the place of the file itself is replaced.
    #expect(message.hasPrefix(link.hasSuffix("choices") ? "saved in " : "save "), "\(message)")
    for path in ["victim/file", "victim/exectop/choices"] {
      #expect(try String(contentsOfFile: workload.path(path), encoding: .utf8) == "sort = path\n")
      #expect(try owner(workload.path(path)) == victimOwner)
    }
    if link.hasSuffix("choices") { #expect(try owner(file) == Self.user) }
  }

  @Test(
    "a file that cannot be used is one line of warning, and a start without it",
    arguments: [
      ("echo sort = nonsense >$f", "line 1 is not a choice that exectop knows"),
      ("printf '\\n\\033[2J' >$f", "line 2 is not a choice that exectop knows"),
      ("head -c 100000 /dev/zero >$f", "line 1 is not a choice that exectop knows"),
      ("mkfifo $f", "Invalid argument"), ("mkdir $f", "Invalid argument"),
      ("echo sort = path >$f; chown \(ChoicesFileTests.user) $f", "Permission denied"),
    ])
  func broken(make: String, reason: String) throws {
    defer { workload.remove() }
    let screen = try open(after: "f=\(file); mkdir -p $(dirname $f); \(make)")
    let lines = try screen.waitFor("\(file): \(reason); using defaults")
    #expect(lines.contains { $0.contains("RATE/S▼") })
    try screen.send("c")
    try screen.waitFor { $0.contains { $0.contains("COUNT▼") } && $0.last?.hasPrefix("? help") == true }
  }

  @Test(
    "where it cannot be saved, the reason is said, and the dashboard goes on", arguments: ["/proc", "/nonexistent"])
  func unwritable(home: String) throws {
    defer { workload.remove() }
    let screen = try open(environment: ["HOME": home])
    #expect(
      try save(on: screen).contains("save \(home)/.config/exectop/choices: No such file or directory"))
    try screen.send("c")
    try screen.waitFor("COUNT▼")
  }
}
