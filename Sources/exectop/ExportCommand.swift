import ArgumentParser
import ExecTopApp
import ExecTopCounting
import ExecTopHTTP
import ExecTopKernel
import ExecTopRecords
import ExecTopText
import SystemPackage

/// `exectop export`: what is counted, as metrics for Prometheus.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Serve what is counted to Prometheus, or write it for node_exporter.",
    discussion: """
      Serves /metrics and /-/healthy over HTTP: OpenMetrics 1.0.0 to a scraper that asks for it, and Prometheus's text \
      format to others. With --textfile, writes a file instead; with --listen too, does both. No process and no \
      argument is ever told of: whoever can read the metrics learns which paths run on the machine.
      """)

  @Option(
    help: ArgumentHelp(
      "Serve at this address: \(ListenAddress.forms) (default: \(ListenAddress.standard)).", valueName: "address"),
    transform: ExportCommand.address)
  var listen: ListenAddress?

  @Option(
    help: ArgumentHelp("Write this file each interval, for node_exporter's textfile collector.", valueName: "file"),
    completion: .file(extensions: ["prom"]))
  var textfile: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Seconds between two samples at least, 0.1 to 3600 (default: 1); with --textfile, between two writes (default: 15).",
      valueName: "seconds"))
  var delay: Seconds?

  @Option(
    help: ArgumentHelp(
      "Paths, and units, that have series of their own, 0 to \(mostPaths): the first that are run. All others are (other).",
      valueName: "n"))
  var paths = Metrics.defaultPathLimit

  @Flag(help: "Have the kernel time all BPF programs, and give the time that exectop's own take.")
  var timePrograms = false

  @Option(
    help: ArgumentHelp(
      "Print what goes with these options, and count nothing: \(Printable.names).", valueName: "what"),
    completion: .list(Printable.allCases.map(\.rawValue)), transform: ExportCommand.printable)
  var print: Printable?

  @OptionGroup var counting: CountingOptions

  /// What Prometheus and its neighbours need.
  enum Printable: String, CaseIterable {
    case systemd, scrape, rules, grafana

    static let names = allCases.map(\.rawValue).joined(separator: ", ")
  }

  /// More would be more than Prometheus should take of one machine.
  private static let mostPaths = 10_000

  func validate() throws {
    try OptionBounds.check(delay: delay)
    guard (0...Self.mostPaths).contains(paths) else {
      throw ValidationError("--paths takes 0 to \(Self.mostPaths), not \(paths)")
    }
    if let textfile, textfile.isEmpty || textfile.hasSuffix("/") {
      throw ValidationError("--textfile takes the name of a file")
    }
    if print == .systemd, let textfile, !textfile.hasPrefix("/") {
      throw ValidationError("--print systemd wants the whole path of --textfile")
    }
    if timePrograms, counting.demo {
      throw ValidationError("--time-programs and --demo cannot be combined: the demo has no programs")
    }
  }

  func run() throws {
    if let print { return try StandardOutput.print(text(of: print)) }
    // Signals first: the server's thread is to leave them to this one.
    var loop = try EventLoop()
    let source = try counting.source(loop.clock)
    if timePrograms { source.timePrograms(true) }
    let metrics = Metrics(
      pathLimit: paths, mode: source.mode, capacity: source.capacity, version: Arguments.version,
      began: loop.clock.wallTime)
    let exchange = try served.map { _ in try MetricsExchange() }
    var mode = ExportMode(
      source: source, clock: loop.clock, exchange: exchange, file: textfile.map(TextFile.init), interval: delay ?? 1,
      metrics: metrics)
    loop.setInterval(textfile == nil ? ExportMode.longestInterval : delay ?? 15)
    let server = try served.flatMap { address in
      try exchange.map { try MetricsServer(address, exchange: $0) }
    }
    if let server { StandardError.say("serving http://\(server.address)/metrics") }
    try loop.run(&mode, source: source)
    withExtendedLifetime(server) {}
  }

  /// Where to serve. Nil: a file is enough.
  private var served: ListenAddress? { listen ?? (textfile == nil ? .standard : nil) }

  private func text(of printable: Printable) -> String {
    switch printable {
    case .systemd: unit.text
    case .scrape: ScrapeConfiguration.text(target: "\(served ?? .standard)", pathLimit: paths)
    case .rules: PrometheusRules.text
    case .grafana: GrafanaDashboard.text
    }
  }

  private var unit: SystemdUnit {
    var command = ["/usr/local/bin/exectop", "export"]
    if let served { command += ["--listen", "\(served)"] }
    if let textfile { command += ["--textfile", textfile] }
    if let delay { command += ["--delay", "\(delay)"] }
    if paths != Metrics.defaultPathLimit { command += ["--paths", "\(paths)"] }
    if timePrograms { command.append("--time-programs") }
    return SystemdUnit(
      command: command + counting.arguments, network: served.map { $0.isLocal ? .local : .any } ?? .none,
      directory: textfile.map { FilePath($0).removingLastComponent().string },
      isPerfRestricted: PerfRestriction.needsAdministrator)
  }

  private static func printable(_ text: String) throws -> Printable {
    guard let printable = Printable(rawValue: text) else { throw ValidationError("expected \(Printable.names)") }
    return printable
  }

  private static func address(_ text: String) throws -> ListenAddress {
    guard let address = ListenAddress(text) else { throw ValidationError("expected \(ListenAddress.forms)") }
    return address
  }
}
