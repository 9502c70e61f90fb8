import Glibc

/// The programs that the tests run.
public enum Programs {
  /// A product of this package, which stands beside the test bundle.
  public static func built(_ name: String) -> String {
    directory + "/" + name
  }

  /// A program of the system, found by PATH; nil if there is none.
  public static func installed(_ name: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// What a program needs to be found and to show UTF-8, and nothing of the user's.
  public static let environment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
    "TERM": "xterm-256color",
  ]

  /// Where the running test bundle is.
  private static let directory: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    // readlink writes at most as many bytes as the buffer has, and no NUL.
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  }()
}
