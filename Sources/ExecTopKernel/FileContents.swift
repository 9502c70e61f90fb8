import SystemPackage

/// All bytes of a file, such as one of /proc. Nil if it cannot be opened.
func contents(of path: FilePath) -> [UInt8]? {
  guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
  defer { try? file.close() }
  var text: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 16_384)
  while let count = try? buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
    text += buffer.prefix(count)
  }
  return text
}
