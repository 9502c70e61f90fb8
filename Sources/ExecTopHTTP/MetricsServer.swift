import ExecTopSystem
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves metrics over HTTP/1.1: one thread, one request a connection.
///
/// Nothing that a client does reaches the counting but by the exchange, which wakes it at most so often as there are
/// connections.
public final class MetricsServer {
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel
  private let exchange: MetricsExchange
  /// Where it listens.
  public let address: ListenAddress

  /// Begins to serve.
  ///
  /// - Throws: `ListenError`.
  public init(_ address: ListenAddress, exchange: MetricsExchange) throws {
    self.exchange = exchange
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      channel = try Self.bootstrap(group, exchange).bind(host: address.host, port: address.port).wait()
    } catch {
      try? group.syncShutdownGracefully()
      throw ListenError(address: address, error)
    }
    self.address = ListenAddress(host: address.host, port: channel.localAddress?.port ?? address.port)
  }

  deinit {
    exchange.close()
    try? group.syncShutdownGracefully()
  }

  private static func bootstrap(_ group: MultiThreadedEventLoopGroup, _ exchange: MetricsExchange) -> ServerBootstrap {
    let connections = Connections()
    return ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 64)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
      .childChannelInitializer { channel in
        guard connections.admit(channel) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers(
            RequestLimit(), HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder()),
            MetricsHandler(exchange: exchange, connections: connections))
        }
      }
  }
}

/// Nothing can be served there.
public struct ListenError: Error, CustomStringConvertible {
  public let description: String
  /// The kernel refused for lack of privilege.
  public let isRefusal: Bool

  init(address: ListenAddress, _ error: any Error) {
    switch error {
    case let error as IOError:
      let failure = SystemCallError("listen on \(address)", code: error.errnoCode)
      description = "\(failure)"
      isRefusal = failure.isRefusal
    case is SocketAddressError.UnknownHost, is SocketAddressError:
      description = "listen on \(address): no such address"
      isRefusal = false
    default:
      description = "listen on \(address): \(error)"
      isRefusal = false
    }
  }
}
