import ExecTopHTTP
import Foundation
import TestSupport
import Testing

@testable import exectop

/// `exectop export`: what it answers, and what it says where it cannot.
struct ExportTests {
  @Test("each form by what the scraper accepts; HEAD without a body; both from one sample within the interval")
  func forms() throws {
    let exporter = try Exporter(["--demo", "--delay", "3600"])
    let text = try exporter.get()
    #expect(text.status == 200)
    #expect(text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    #expect(text.headers["content-length"] == "\(text.body.utf8.count)")
    #expect(text.body.contains("# TYPE exectop_execs_total counter\n"))
    let openMetrics = try exporter.get(accept: Exporter.openMetrics)
    #expect(openMetrics.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
    #expect(openMetrics.body.contains("# TYPE exectop_execs counter\n"))
    #expect(openMetrics.body.hasSuffix("\n# EOF\n"))
    func samples(_ body: String) -> [Substring] { body.split(separator: "\n").filter { !$0.hasPrefix("#") } }
    #expect(samples(text.body) == samples(openMetrics.body))
    let head = try exporter.get(method: "HEAD")
    #expect(head.status == 200)
    #expect(head.headers["content-length"] == text.headers["content-length"])
    #expect(head.body.isEmpty)
    #expect(try exporter.process.end().count == 1)
  }

  @Test("what is asked for after the interval is of that moment")
  func fresh() throws {
    let exporter = try Exporter(["--demo", "--delay", "0.1"])
    let series = "exectop_execs_total{path=\"/usr/bin/cat\"}"
    #expect(try Deadline(after: .seconds(30)).wait { try exporter.value(series) ?? 0 > 3 })
  }

  @Test(
    "other requests",
    arguments: [
      ("GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n", 200), ("GET /metrics?x=y HTTP/1.1\r\nHost: a\r\n\r\n", 200),
      ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 404), ("GET /metrics/ HTTP/1.1\r\nHost: a\r\n\r\n", 404),
      ("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 405),
      ("DELETE /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n", 405),
      ("GET /metrics HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431),
      ("GET /\(String(repeating: "x", count: 20_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 431),
      ("nonsense\r\n\r\n", 400), ("\u{0}\u{1}\u{2}\u{3}", 400), ("GET /metrics HTTP/9.9\r\n\r\n", 400),
      ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
      // A second request on the same connection is none.
      ("GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    ])
  func requests(request: String, status: Int) throws {
    let exporter = try Exporter(["--demo"])
    let client = try LoopbackClient(port: exporter.port)
    client.send(request)
    let bytes = try #require(client.receiveAll())
    let answer = try #require(HTTPAnswer(bytes))
    #expect(answer.status == status)
    #expect(answer.headers["connection"] == "close")
    #expect(!answer.body.contains("HTTP/1.1"))
    #expect(try exporter.get().status == 200)
  }

  @Test("a client may close its side once it has asked")
  func halfClosed() throws {
    let exporter = try Exporter(["--demo"])
    let client = try LoopbackClient(port: exporter.port)
    client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
    client.endSending()
    #expect(try #require(client.receiveAll().flatMap(HTTPAnswer.init)).status == 200)
  }

  @Test("a port that is taken is one line and status 74, an address that is none too")
  func taken() throws {
    let exporter = try Exporter(["--demo"])
    let result = try Command.run(
      Programs.built("exectop"), ["export", "--demo", "--listen", "127.0.0.1:\(exporter.port)"])
    #expect(result.ending == .exited(74))
    #expect(result.output == "exectop: listen on 127.0.0.1:\(exporter.port): Address already in use\n")
    let none = try Command.run(Programs.built("exectop"), ["export", "--demo", "--listen", "192.0.2.1:80"])
    #expect(none.ending == .exited(74))
    #expect(none.output == "exectop: listen on 192.0.2.1:80: Cannot assign requested address\n")
    let unknown = try Command.run(Programs.built("exectop"), ["export", "--demo", "--listen", "no.such.invalid:80"])
    #expect(unknown.ending == .exited(74))
    #expect(unknown.output.hasPrefix("exectop: listen on no.such.invalid:80: "))
    #expect(unknown.output.split(separator: "\n").count == 1)
  }

  @Test("where it can listen: forms of addresses")
  func addresses() {
    #expect(ListenAddress("127.0.0.1:9464") == ListenAddress(host: "127.0.0.1", port: 9464))
    #expect(ListenAddress("[::1]:1") == ListenAddress(host: "::1", port: 1))
    #expect(ListenAddress(":80")?.description == "[::]:80")
    #expect(ListenAddress("localhost:0")?.isLocal == true)
    #expect(ListenAddress("[::]:80")?.isLocal == false)
    for wrong in ["", "9464", "a", "a:", "::1:80", "a:65536", "a:-1", "a b:1", "[a]:1", "[::1]", "a:b:1"] {
      #expect(ListenAddress(wrong) == nil, "\(wrong)")
    }
  }

  @Test("SIGINT and SIGTERM end it with 0, while a client waits too", arguments: [SIGINT, SIGTERM])
  func ends(signal: CInt) throws {
    let exporter = try Exporter(["--demo"])
    let idle = try LoopbackClient(port: exporter.port)
    idle.send("GET /metrics HT")
    kill(exporter.process.identifier, signal)
    #expect(try exporter.process.end().count == 1)
  }
}

/// `exectop export --textfile`.
struct TextFileTests {
  private let workload: Workload
  private let path: String

  init() throws {
    workload = try Workload()
    path = workload.path("exectop.prom")
  }

  private var text: String? { try? String(contentsOfFile: path, encoding: .utf8) }

  @Test("the file is whole whenever it is read, readable for others, and there is none beside it; nothing is served")
  func whole() throws {
    defer { workload.remove() }
    let previous = umask(0o077)
    let process = try Running(["export", "--demo", "--textfile", path, "--delay", "0.1"])
    umask(previous)
    #expect(Deadline(after: .seconds(20)).wait { text != nil })
    var seen: Set<String> = []
    let deadline = Deadline(after: .seconds(30))
    while seen.count < 10, !deadline.isOver {
      let text = try #require(text)
      #expect(text.hasPrefix("# HELP exectop_execs_total"))
      #expect(text.hasSuffix("exectop_build_info{version=\"0.1.0\",mode=\"demo\"} 1\n"))
      seen.insert(text)
    }
    #expect(seen.count == 10)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o644)
    #expect(try process.end().isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: workload.directory) == ["exectop.prom"])
  }

  @Test("a link in the place of the new file is not followed")
  func link() throws {
    defer { workload.remove() }
    let other = workload.path("other")
    try "untouched".write(toFile: other, atomically: false, encoding: .utf8)
    #expect(symlink(other, path + ".exectop-new") == 0)
    let process = try Running(["export", "--demo", "--textfile", path])
    #expect(Deadline(after: .seconds(20)).wait { text != nil })
    #expect(try process.end().isEmpty)
    #expect(try String(contentsOfFile: other, encoding: .utf8) == "untouched")
  }

  @Test("what goes wrong is said once, and so is that it goes right again; it is served all the while")
  func resumes() throws {
    defer { workload.remove() }
    let directory = workload.path("gone")
    let file = "\(directory)/exectop.prom"
    let exporter = try Exporter(["--demo", "--textfile", file, "--delay", "0.1"])
    let expected = "exectop: write \(file): No such file or directory; it is tried again at each interval"
    try exporter.process.wait { $0.contains(expected) }
    usleep(500_000)
    #expect(try exporter.get().status == 200)
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    try exporter.process.wait { $0.contains("exectop: \(file) is written again") }
    let lines = try exporter.process.end()
    #expect(lines.count { $0.contains("No such file") } == 1)
    #expect(lines.count == 3)
  }
}
