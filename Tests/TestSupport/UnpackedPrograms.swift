import Glibc

extension Programs {
  /// Where the README's test command unpacks packages that would start a service if they were installed.
  public static let unpackedDirectory: String = {
    let components = #filePath.split(separator: "/").dropLast(3)
    return "/" + components.joined(separator: "/") + "/.build/tools/usr"
  }()

  /// A program that is installed, or unpacked there; nil if it is neither.
  public static func unpacked(_ name: String) -> String? {
    let path = "\(unpackedDirectory)/bin/\(name)"
    return access(path, X_OK) == 0 ? path : installed(name)
  }
}
