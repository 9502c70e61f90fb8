import ExecTopRecords
import NIOCore
import NIOHTTP1

/// Answers the one request of a connection, and closes it.
final class MetricsHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let exchange: MetricsExchange
  private let connections: Connections
  /// The answer has begun, or is being made: what comes from the client is thrown away.
  private var isTaken = false
  /// All of the answer is written.
  private var isWritten = false

  /// For a client to take the rest of its answer and close.
  private static let linger = TimeAmount.seconds(1)

  init(exchange: MetricsExchange, connections: Connections) {
    self.exchange = exchange
    self.connections = connections
  }

  func channelInactive(context: ChannelHandlerContext) {
    connections.forget(context.channel)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let request) = unwrapInboundIn(data), !isTaken else { return }
    isTaken = true
    connections.setAnswered(true, context.channel)
    // Bodies are not read: no request that is answered has one.
    let place = request.uri.prefix { $0 != "?" }
    guard place == "/metrics" || place == "/-/healthy" else {
      return write(.notFound, "there are /metrics and /-/healthy\n", request, context)
    }
    guard request.method == .GET || request.method == .HEAD else {
      return write(.methodNotAllowed, "only GET and HEAD\n", request, context, more: [("Allow", "GET, HEAD")])
    }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    exchange.ask(on: context.eventLoop).assumeIsolated().whenComplete { result in
      let context = bound.value
      switch result {
      case .failure: self.write(.serviceUnavailable, "exectop is busy, or ends\n", request, context)
      // That there is an answer shows that it counts.
      case .success where place == "/-/healthy": self.write(.ok, "exectop counts\n", request, context)
      case .success(let pages):
        let form = Exposition(accepting: request.headers[canonicalForm: "accept"].joined(separator: ","))
        self.write(.ok, pages[form], form.contentType, request, context)
      }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isTaken else {
      // What is wrong behind the request does not matter, unless the connection itself is.
      if error is ChannelError || error is IOError { context.close(promise: nil) }
      return
    }
    isTaken = true
    switch error {
    case is RequestTooLarge: write(.requestHeaderFieldsTooLarge, "the request is too large\n", nil, context)
    case is HTTPParserError: write(.badRequest, "this is no request\n", nil, context)
    default: context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // A client may close its side once it has asked. One that has asked nothing, or has its answer, has gone.
    if case .some(ChannelEvent.inputClosed) = event as? ChannelEvent, !isTaken || isWritten {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  // MARK: Writing

  private func write(
    _ status: HTTPResponseStatus, _ text: String, _ request: HTTPRequestHead?, _ context: ChannelHandlerContext,
    more: [(String, String)] = []
  ) {
    write(status, ByteBuffer(string: text), "text/plain; charset=utf-8", request, context, more: more)
  }

  private func write(
    _ status: HTTPResponseStatus, _ body: ByteBuffer, _ contentType: String, _ request: HTTPRequestHead?,
    _ context: ChannelHandlerContext, more: [(String, String)] = []
  ) {
    guard context.channel.isActive else { return }
    let headers = HTTPHeaders(
      [("Content-Type", contentType), ("Content-Length", String(body.readableBytes)), ("Connection", "close")] + more)
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if request?.method != .HEAD { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
    let written = context.eventLoop.makePromise(of: Void.self)
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    written.futureResult.assumeIsolated().whenSuccess { self.end(bound.value) }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
  }

  /// The client has all of the answer, or the kernel has it for it. To close at once would take it back where something
  /// has come that was not read.
  private func end(_ context: ChannelHandlerContext) {
    isWritten = true
    let channel = context.channel
    connections.setAnswered(false, channel)
    context.close(mode: .output, promise: nil)
    context.eventLoop.scheduleTask(in: Self.linger) { channel.close(mode: .all, promise: nil) }
  }
}
