import Foundation
import TestSupport
import Testing

/// Nothing that a client does keeps the next scrape from its answer, stops the counting, or grows memory.
@Suite(.needsKernel, .serialized)
struct ExportAbuseTests {
  /// What a scrape may take: the promise is a second, and this machine may be busy.
  private static let patience = Duration.seconds(10)

  private func checkScrape(_ exporter: Exporter) throws {
    let answer = try HTTPAnswer.get("/metrics", port: exporter.port, within: Self.patience)
    #expect(answer.status == 200)
    #expect(answer.body.contains("exectop_lost_execs 0\n"))
  }

  /// KiB by which it may have grown meanwhile: what NIO, malloc and the figures themselves take once.
  private static let growth = 8 * 1024

  @Test("idle connections, slow readers, garbage, a request without end: all at once, and in turns")
  func abuse() throws {
    let workload = try Workload()
    defer { workload.remove() }
    let program = try workload.program("counted")
    let exporter = try Exporter(["--delay", "0.1", "--paths", "10000"])
    // What a first round takes stays.
    var before = 0
    for round in 0..<3 {
      var idle: [LoopbackClient] = []
      for number in 0..<200 {
        let client = try LoopbackClient(port: exporter.port)
        if number % 2 == 0 { client.send("GET /metrics HTTP/1.1\r\nX-Number: \(number)\r\n") }
        idle.append(client)
      }
      try checkScrape(exporter)
      let slow = try (0..<20).map { _ in
        let client = try LoopbackClient(port: exporter.port, receiveBuffer: 1024)
        client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        return client
      }
      for client in slow { #expect(client.receive(1).count == 1) }
      try checkScrape(exporter)
      for seed in 0..<50 {
        var random = SeededGenerator(seed: UInt64(round * 1000 + seed))
        let client = try LoopbackClient(port: exporter.port)
        client.send((0..<2000).map { _ in UInt8.random(in: 0...255, using: &random) })
      }
      try checkScrape(exporter)
      // 64 MiB, of which it takes as much as it has to.
      let huge = try LoopbackClient(port: exporter.port)
      huge.send("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n")
      let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
      var sent = 0
      while sent < 64 << 20 {
        let count = huge.send(piece)
        sent += count
        if count < piece.count { break }
      }
      #expect(sent < 64 << 20)
      try checkScrape(exporter)
      let endless = try LoopbackClient(port: exporter.port)
      endless.send("GET /metrics HTTP/1.1\r\nX: ")
      for _ in 0..<64 where endless.send(piece) < piece.count { break }
      try checkScrape(exporter)
      if round == 0 { before = try exporter.memory }
      withExtendedLifetime((idle, slow)) {}
    }
    #expect(try exporter.memory < before + Self.growth, "\(before) KiB before")
    try workload.run("spawn", program, "50")
    #expect(
      try Deadline(after: .seconds(20)).wait {
        try exporter.value("exectop_execs_total{path=\"\(program)\"}") == 50
      })
    _ = try exporter.process.end()
  }

  @Test("200 connections that do nothing: those that came last stay, and each ends by itself")
  func idle() throws {
    let exporter = try Exporter(["--light"])
    let clients = try (0..<200).map { _ in try LoopbackClient(port: exporter.port) }
    try checkScrape(exporter)
    for client in clients { #expect(client.receiveAll(within: .seconds(30)) == []) }
    _ = try exporter.process.end()
  }

  @Test("a storm of requests while execs are counted: none is missed")
  func storm() throws {
    let workload = try Workload()
    defer { workload.remove() }
    let program = try workload.program("stormed")
    let exporter = try Exporter(["--delay", "0.1", "--paths", "10000"])
    let counted = workload.start(["spawn", program, "2000"])
    var requests = 0
    while kill(counted, 0) == 0, requests < 2000 {
      try checkScrape(exporter)
      requests += 1
      var status: CInt = 0
      if waitpid(counted, &status, WNOHANG) == counted {
        #expect(status == 0)
        break
      }
    }
    #expect(requests > 1)
    #expect(
      try Deadline(after: .seconds(60)).wait {
        try exporter.value("exectop_execs_total{path=\"\(program)\"}") == 2000
      })
    _ = try exporter.process.end()
  }
}
