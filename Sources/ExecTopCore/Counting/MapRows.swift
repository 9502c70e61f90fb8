// Rows as the maps of the BPF programs hold them (bpf/exec_count.h).

/// A row of the map of launches (struct exec_launch in bpf/exec_count.h).
struct LaunchRow {
  var number: UInt64
  var parent: UInt64
  /// The number of what it runs.
  var owner: UInt64
  var group: UInt64
  var user: UInt32

  static let shape = RowShape(figures: UseFigure.inMap.map(\.rawValue), words: UseFigure.inMap.count + 4)

  init(number: UInt64, values: Span<UInt64>) {
    self.number = number
    let first = UseFigure.inMap.count
    parent = values[first]
    owner = number < PathHash.firstPath ? number : values[first + 1]
    group = values[first + 2]
    user = UInt32(truncatingIfNeeded: values[first + 3])
  }

  /// - Parameter owner: what has the owner's number.
  func launch(_ owner: Owner, knowsGroup: Bool) -> Launch {
    if number < PathHash.firstPath { return Launch(number: number, of: owner) }
    // The map took no row for it when it was run, and has one since of what its processes used.
    if self.owner == 0, parent == 0, user == 0, group == 0 { return Launch(number: number, of: .mapFull) }
    return Launch(number: number, parent: parent, owner: owner, user: user, group: knowsGroup ? group : 0)
  }
}

/// A row of the map of failures (struct failure_key).
struct FailureRow {
  /// The number of the path.
  var path: UInt64
  /// That of the launch; 0 where execs alone are counted.
  var launch: UInt64
  var error: Int32
  var count: UInt64

  /// Hands over the rows of a map.
  static func forEach(keys: RawSpan, values: Span<UInt64>, _ body: (FailureRow) -> Void) {
    for row in values.indices {
      let key = keys.extracting(droppingFirst: row * keySize)
      body(
        FailureRow(path: key.number, launch: key.number(at: 8), error: key.word(at: 16), count: values[row]))
    }
  }

  /// Bytes.
  private static var keySize: Int { 24 }
}

extension Ending {
  /// - Parameter key: struct ending_key.
  init(owner: Owner, key: RawSpan) {
    self.init(owner: owner, status: ExitStatus(word: key.word(at: 8)), wall: key.wall)
  }
}

// The loads are checked against the span's bounds, and any bits are an integer.
extension RawSpan {
  /// The number with which a key begins.
  var number: UInt64 { number(at: 0) }

  func number(at offset: Int) -> UInt64 { unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self) }

  func word(at offset: Int) -> Int32 { unsafeLoadUnaligned(fromByteOffset: offset, as: Int32.self) }

  /// The bucket at the end of the key of an ending.
  var wall: WallBucket { WallBucket(number: UInt8(truncatingIfNeeded: word(at: 12))) }
}
