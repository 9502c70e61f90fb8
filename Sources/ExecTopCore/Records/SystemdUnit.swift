import ExecTopText

/// A service of systemd, with as few rights as BPF leaves possible.
public struct SystemdUnit: Sendable {
  /// The program with its arguments.
  public var command: [String]
  public var network: Network
  /// The directory in which a file is written. Nil: none is.
  public var directory: String?
  /// The kernel wants CAP_SYS_ADMIN of whoever attaches a program to a tracepoint.
  public var isPerfRestricted: Bool

  /// Who is served.
  public enum Network: Sendable {
    case none
    /// Programs on the machine itself.
    case local
    case any
  }

  public init(command: [String], network: Network, directory: String?, isPerfRestricted: Bool = false) {
    self.isPerfRestricted = isPerfRestricted
    self.command = command
    self.network = network
    self.directory = directory
  }

  public var text: String {
    """
    # Printed by: exectop export --print systemd
    # /etc/systemd/system/exectop-export.service
    [Unit]
    Description=exectop: what is executed on this machine, for Prometheus
    After=network.target sys-kernel-tracing.mount

    [Service]
    ExecStart=\(command.map { Self.quoted($0.replacing("$", with: "$$")) }.joined(separator: " "))
    Restart=on-failure
    # The command line, the kernel or the rights are not what they must be: trying again does not help.
    RestartPreventExitStatus=64 69 77
    # BPF and PERFMON load and attach the programs; DAC_READ_SEARCH reads the tracepoints' numbers, and finds the names of
    # control groups;
    # SYS_PTRACE reads which files ran before exectop did.
    \(identity)
    NoNewPrivileges=yes
    ProtectSystem=strict
    ProtectHome=yes
    PrivateTmp=yes
    PrivateDevices=yes
    PrivateMounts=yes
    ProtectClock=yes
    ProtectControlGroups=yes
    ProtectHostname=yes
    ProtectKernelLogs=yes
    ProtectKernelModules=yes
    ProtectKernelTunables=yes
    ProtectProc=invisible
    RestrictNamespaces=yes
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    LockPersonality=yes
    MemoryDenyWriteExecute=yes
    RemoveIPC=yes
    KeyringMode=private
    UMask=0077
    SystemCallArchitectures=native
    SystemCallFilter=@system-service
    SystemCallFilter=~@resources @privileged
    SystemCallFilter=bpf perf_event_open open_by_handle_at
    SystemCallErrorNumber=EPERM
    \(reach)

    [Install]
    WantedBy=multi-user.target

    """
  }

  private var capabilities: String { "CAP_BPF CAP_PERFMON CAP_SYS_PTRACE" + (isPerfRestricted ? " CAP_SYS_ADMIN" : "") }

  private var restriction: String {
    guard isPerfRestricted else { return "" }
    return """
      # kernel.perf_event_paranoid is above 2 where this was printed, as on Debian: attaching to a tracepoint then takes
      # CAP_SYS_ADMIN. With kernel.perf_event_paranoid=2 in /etc/sysctl.d, print this again, and it does without.

      """
  }

  private var identity: String {
    guard let directory else {
      return restriction + """
        DynamicUser=yes
        AmbientCapabilities=\(capabilities) CAP_DAC_READ_SEARCH
        CapabilityBoundingSet=\(capabilities) CAP_DAC_READ_SEARCH
        """
    }
    return restriction + """
      # Root, so that it can write where the collector's files are.
      CapabilityBoundingSet=\(capabilities) CAP_DAC_OVERRIDE
      ReadWritePaths=\(Self.quoted(directory))
      """
  }

  private var reach: String {
    switch network {
    case .none: "PrivateNetwork=yes\nRestrictAddressFamilies=none"
    case .local: "RestrictAddressFamilies=AF_INET AF_INET6\nIPAddressDeny=any\nIPAddressAllow=localhost"
    case .any: "RestrictAddressFamilies=AF_INET AF_INET6"
    }
  }

  /// A word as systemd.syntax(7) wants it: a specifier stands for itself.
  private static func quoted(_ word: String) -> String {
    let plain = word.replacing("%", with: "%%")
    let isSimple =
      !plain.isEmpty && plain.unicodeScalars.allSatisfy { $0 > " " && !"\"'\\".unicodeScalars.contains($0) }
    if isSimple { return plain }
    let escaped = plain.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    return "\"" + escaped + "\""
  }
}
