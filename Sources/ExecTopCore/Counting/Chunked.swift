/// An array in chunks, of which a copy shares all but those that change: a new element in one of two copies of a long
/// array costs no copy of all others.
struct Chunked<Element: Sendable>: RandomAccessCollection, Sendable {
  private var chunks: [[Element]] = []
  private(set) var count = 0

  private static var bits: Int { 8 }
  private static var mask: Int { 1 << bits - 1 }

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(place: Int) -> Element {
    get { chunks[place >> Self.bits][place & Self.mask] }
    set { chunks[place >> Self.bits][place & Self.mask] = newValue }
  }

  mutating func append(_ element: Element) {
    if count & Self.mask == 0 { chunks.append([]) }
    chunks[count >> Self.bits].append(element)
    count += 1
  }
}
