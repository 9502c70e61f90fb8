import CLinux
import Glibc

/// A connection to a port of this machine.
public final class LoopbackClient {
  private let descriptor: CInt

  public init(port: UInt16, receiveBuffer: CInt? = nil) throws {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw TestFailure("socket: errno \(errno)") }
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<CInt>.size))
    }
    var address = Self.address(port)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw TestFailure("connect to port \(port): errno \(errno)") }
  }

  deinit {
    close(descriptor)
  }

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  /// Sends bytes, until all are sent, the other side takes no more, or the time is over.
  ///
  /// - Returns: how many were sent.
  @discardableResult
  public func send(_ bytes: [UInt8], within timeout: Duration = .seconds(10)) -> Int {
    let deadline = Deadline(after: timeout)
    var sent = 0
    while sent < bytes.count, !deadline.isOver {
      var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard poll(&request, 1, deadline.milliseconds) > 0 else { break }
      // At most as many bytes are read as there are from `sent` on.
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent,
          CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
      }
      if count < 0, errno == EAGAIN { continue }
      guard count > 0 else { break }
      sent += count
    }
    return sent
  }

  public func send(_ text: String) { send(Array(text.utf8)) }

  /// Has no more to send.
  public func endSending() { shutdown(descriptor, CInt(SHUT_WR)) }

  /// All that comes until the other side closes; nil if it does not in time.
  public func receiveAll(within timeout: Duration = .seconds(10)) -> [UInt8]? {
    let deadline = Deadline(after: timeout)
    var received: [UInt8] = []
    while !deadline.isOver {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, deadline.milliseconds) > 0 else { return nil }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      // The kernel writes at most as many bytes as the buffer has.
      let count = recv(descriptor, &buffer, buffer.count, 0)
      // A reset ends it too.
      guard count > 0 else { return received }
      received += buffer.prefix(count)
    }
    return nil
  }

  /// So many bytes, or fewer if no more come in time.
  public func receive(_ most: Int, within timeout: Duration = .seconds(5)) -> [UInt8] {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, Deadline(after: timeout).milliseconds) > 0 else { return [] }
    var buffer = [UInt8](repeating: 0, count: most)
    // The kernel writes at most as many bytes as the buffer has.
    return Array(buffer.prefix(max(0, recv(descriptor, &buffer, most, 0))))
  }

  /// A port of this machine on which nothing listens now.
  public static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = address(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard result else { throw TestFailure("bind: errno \(errno)") }
    return UInt16(bigEndian: address.sin_port)
  }
}

/// What an HTTP server answered.
public struct HTTPAnswer {
  public let status: Int
  /// Names in small letters.
  public let headers: [String: String]
  public let body: String

  public init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    // By scalars: a CR and LF are one Character.
    guard let end = text.range(of: "\r\n\r\n") else { return nil }
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    guard let first = lines.first, first.hasPrefix("HTTP/1."), let status = Int(first.dropFirst(9).prefix(3)) else {
      return nil
    }
    self.status = status
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
    }
    self.headers = headers
    body = String(text[end.upperBound...])
  }

  /// Asks a server of this machine, on a connection of its own.
  public static func get(
    _ path: String, port: UInt16, accept: String? = nil, method: String = "GET", within timeout: Duration = .seconds(10)
  ) throws -> HTTPAnswer {
    let client = try LoopbackClient(port: port)
    let header = accept.map { "Accept: \($0)\r\n" } ?? ""
    client.send("\(method) \(path) HTTP/1.0\r\nHost: localhost\r\n\(header)\r\n")
    guard let bytes = client.receiveAll(within: timeout), let answer = HTTPAnswer(bytes) else {
      throw TestFailure("port \(port) does not answer \(path)")
    }
    return answer
  }
}

extension String {
  fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}
