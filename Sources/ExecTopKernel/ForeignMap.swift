import CLibBPF
import ExecTopCore

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
  private var collector = Collector()
  /// Of the last sample.
  private var lastExecs: UInt64?

  /// - Throws: `KernelError` if there is no such map, or if it is of a kind that cannot be shown.
  public init(_ place: MapPlace) throws(KernelError) {
    LibBPFLog.start()
    map = try KernelMap.open(place)
    let shape = try MapShape(map)
    capacity = Int(map.information.max_entries)
    keys = MapKeys(size: Int(map.information.key_size), kind: shape.keys)
    reader = MapReader(descriptor: map.descriptor, keySize: keys.size, layout: shape.values)
    users = MapUsers(ofMap: map.information.id)
  }

  public func sample(at time: Seconds) throws -> Snapshot {
    collector.beginWalk()
    try reader.walk(.look) { chunk, values in
      collector.add(keys: chunk, keySize: keys.size, values: values, path: keys.path)
    }
    var snapshot = collector.finish(
      time: time, execsBefore: nil, failed: nil,
      unattributed: .unknown)
    // As long as counts rise somebody fills the map.
    if snapshot.totals.execs == lastExecs ?? snapshot.totals.execs {
      snapshot.notice = users.notice().map { "\(map.description): \($0)" }
    }
    lastExecs = snapshot.totals.execs
    return snapshot
  }

  public func relieve() {}
}
