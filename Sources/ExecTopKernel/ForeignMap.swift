import CLibBPF
import ExecTopCounting
import ExecTopText

/// A map that something else fills: exectop loads nothing and writes nothing.
public final class ForeignMap: ExecSource {
  public let mode = Mode.map
  public let capacity: Int?
  public let countsFromZero = false
  public let pressureDescriptor: Int32? = nil

  private let map: KernelMap
  private let keys: MapKeys
  private var reader: MapReader
  private var users: MapUsers
  private var ledger = Ledger()
  /// Of the last sample.
  private var lastExecs: UInt64?

  /// - Throws: `KernelError` if there is no such map, or if it is of a kind that cannot be shown.
  public convenience init(_ place: MapPlace) throws(KernelError) {
    LibBPFLog.start()
    let map = try KernelMap.open(place)
    let shape = try MapShape(map)
    self.init(map, shape: shape)
  }

  /// Apart from what throws: the compiler of Swift 6.2 fails on a noncopyable property of a class that is set before
  /// something throws.
  private init(_ map: consuming KernelMap, shape: MapShape) {
    let information = map.information
    capacity = Int(information.max_entries)
    keys = MapKeys(size: Int(information.key_size), kind: shape.keys)
    reader = MapReader(descriptor: map.descriptor, keySize: Int(information.key_size), layout: shape.values)
    users = MapUsers(ofMap: information.id)
    self.map = map
  }

  public func sample(at time: Seconds) throws -> Snapshot {
    ledger.beginWalk()
    try reader.walk(.look) { chunk, values in
      ledger.readPaths(keys: chunk, keySize: keys.size, values: values, path: keys.path)
    }
    var snapshot = ledger.snapshot(at: time, execsBefore: nil, failed: nil, unattributed: .unknown)
    // As long as counts rise somebody fills the map.
    if snapshot.totals.execs == lastExecs ?? snapshot.totals.execs {
      snapshot.notice = users.notice().map { "\(map.description): \($0)" }
    }
    lastExecs = snapshot.totals.execs
    return snapshot
  }

  public func relieve() {}
}
