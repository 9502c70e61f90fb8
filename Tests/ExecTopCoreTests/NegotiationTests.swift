import Testing

@testable import ExecTopRecords

@Suite("Which form a scraper gets")
struct NegotiationTests {
  @Test(
    arguments: [
      // Prometheus 2.42, 3.0, and what others send.
      (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
          + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", Exposition.openMetrics
      ),
      (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
          + "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
          + "text/plain;version=0.0.4;q=0.2,*/*;q=0.1", .openMetrics
      ),
      ("text/plain;version=0.0.4", .text), ("*/*", .text), ("", .text), ("text/html, */*;q=0.8", .text),
      ("application/openmetrics-text", .openMetrics), ("application/openmetrics-text; version=2.0.0", .text),
      ("application/openmetrics-text; version=0.0.1", .text),
      ("APPLICATION/OpenMetrics-Text ; Version=\"1.0.0\" ; Q=0.9, text/plain;q=0.8", .openMetrics),
      ("application/openmetrics-text;q=0.3,text/plain;q=0.7", .text), ("application/openmetrics-text;q=0", .text),
      (";;;,,=;q=,application/openmetrics-text;q=nonsense", .text), (String(repeating: ",;=", count: 40), .text),
    ])
  func form(accept: String, expected: Exposition) {
    #expect(Exposition(accepting: accept) == expected)
  }
}
