/// Who starts the programs of the invented workload.
enum DemoLauncher: Int, CaseIterable {
  case systemd, cron, cronShell, backup, sshd, login, make, makeShell, monitoring, nginx, hook, containerd, worker,
    agent,
    postgres

  private var parent: DemoLauncher? {
    switch self {
    case .systemd: nil
    case .cron, .sshd, .monitoring, .nginx, .containerd, .postgres: .systemd
    case .cronShell: .cron
    case .backup: .cronShell
    case .login: .sshd
    case .make: .login
    case .makeShell: .make
    case .hook: .nginx
    case .worker: .containerd
    case .agent: .worker
    }
  }

  var path: String {
    switch self {
    case .systemd: "/usr/lib/systemd/systemd"
    case .cron: "/usr/sbin/cron"
    case .cronShell, .makeShell: "/bin/sh"
    case .backup: "/home/anna/bin/backup.sh"
    case .sshd: "/usr/sbin/sshd"
    case .login: "/bin/bash"
    case .make: "/usr/bin/make"
    case .monitoring: "/opt/monitoring/agent"
    case .nginx: "/usr/sbin/nginx"
    case .hook: "/srv/www/hooks/thumbnail"
    case .containerd: "/usr/bin/containerd-shim-runc-v2"
    case .worker: "/usr/local/bin/worker"
    case .agent: "/bin/sh"
    case .postgres: "/usr/lib/postgresql/17/bin/postgres"
    }
  }

  var user: UInt32 {
    switch self {
    case .systemd, .cron, .sshd, .monitoring, .containerd: 0
    case .cronShell, .backup, .login, .make, .makeShell: 1000
    case .nginx, .hook: 33
    case .worker, .agent: 100_999
    case .postgres: 110
    }
  }

  /// Where its processes run what they run.
  var directory: String {
    switch self {
    case .systemd, .cron, .sshd, .containerd, .postgres: "/"
    case .cronShell, .backup, .login: "/home/anna"
    case .make, .makeShell: "/home/anna/app"
    case .monitoring: "/opt/monitoring"
    case .nginx, .hook: "/srv/www"
    case .worker, .agent: "/work"
    }
  }

  var group: UInt64 {
    switch self {
    case .systemd: 1
    case .cron, .cronShell, .backup: 2
    case .sshd: 3
    case .login, .make, .makeShell: 4
    case .monitoring: 5
    case .nginx, .hook: 6
    case .containerd: 7
    case .worker, .agent: 8
    case .postgres: 9
    }
  }

  static let names = LaunchNames(
    users: [0: "root", 33: "www-data", 110: "postgres", 1000: "anna", 100_999: "100999"],
    groups: [
      1: "/init.scope", 2: "/system.slice/cron.service", 3: "/system.slice/ssh.service",
      4: "/user.slice/user-1000.slice/session-7.scope", 5: "/system.slice/monitoring.service",
      6: "/system.slice/nginx.service", 7: "/system.slice/containerd.service",
      9: "/system.slice/system-postgresql.slice/postgresql@17-main.service",
      8: "/system.slice/docker-5d1f0c77a2be4f03a1f7b5b4a3c9e8d7f6051423324150617283940516273849.scope",
    ].mapValues { Path($0) })

  /// Its own launch, with all above it.
  func launch(in ledger: inout Ledger) -> Launch {
    let parent = parent?.launch(in: &ledger).number ?? 0
    return ledger.launch(of: Path(path), by: parent, user: user, group: group)
  }
}

extension Ledger {
  /// The launch of a path by a launcher, with its row.
  mutating func launch(of path: Path, by parent: UInt64, user: UInt32, group: UInt64) -> Launch {
    let number = meetLaunch(parent: parent, owner: meet(path), user: user, group: group)
    return Launch(number: number, parent: parent, owner: owner(of: path), user: user, group: group)
  }
}
