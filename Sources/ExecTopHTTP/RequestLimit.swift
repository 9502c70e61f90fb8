import NIOCore

/// Bounds a connection: so many bytes come from it at most, and it lives so long at most, whatever it does.
final class RequestLimit: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  /// A scraper's request takes less than a tenth of it.
  static let mostBytes = 16 * 1024
  /// Of what comes after the answer, and is thrown away. Beyond it the connection is cut.
  private static let mostThrownAway = 1024 * 1024
  /// Prometheus gives up after as long.
  static let longest = TimeAmount.seconds(10)

  private var bytes = 0
  private var end: Scheduled<Void>?

  func channelActive(context: ChannelHandlerContext) {
    let channel = context.channel
    end = context.eventLoop.scheduleTask(in: Self.longest) { channel.close(mode: .all, promise: nil) }
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    end?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let before = bytes
    bytes += unwrapInboundIn(data).readableBytes
    if bytes <= Self.mostBytes {
      context.fireChannelRead(data)
    } else if before <= Self.mostBytes {
      context.fireErrorCaught(RequestTooLarge())
    } else if bytes > Self.mostThrownAway {
      context.close(promise: nil)
    }
  }
}

struct RequestTooLarge: Error {}
