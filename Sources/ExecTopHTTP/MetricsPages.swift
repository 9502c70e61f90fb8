import ExecTopRecords
import NIOCore

/// The metrics of one instant, in every form. Copies share their memory.
public struct MetricsPages: Sendable {
  private let openMetrics: ByteBuffer
  private let text: ByteBuffer

  public init(_ metrics: Metrics) {
    openMetrics = ByteBuffer(string: Exposition.openMetrics.render(metrics))
    text = ByteBuffer(string: Exposition.text.render(metrics))
  }

  subscript(form: Exposition) -> ByteBuffer {
    switch form {
    case .openMetrics: openMetrics
    case .text: text
    }
  }
}
