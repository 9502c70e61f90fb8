import Glibc

/// The version of a kernel, as far as features depend on it.
struct KernelRelease: Comparable, CustomStringConvertible {
  let major: Int
  let minor: Int

  init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The running kernel's, by uname(2). 0.0 if it does not begin with two numbers.
  static var running: KernelRelease {
    var names = utsname()
    uname(&names)
    // An array within the structure, which ends in NUL and lives through the closure.
    let release = withUnsafeBytes(of: names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let numbers = release.split(separator: ".").prefix(2).map { Int($0.prefix { $0.isWholeNumber }) ?? 0 }
    return KernelRelease(numbers.first ?? 0, numbers.count > 1 ? numbers[1] : 0)
  }

  static func < (left: KernelRelease, right: KernelRelease) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  var description: String { "\(major).\(minor)" }
}
