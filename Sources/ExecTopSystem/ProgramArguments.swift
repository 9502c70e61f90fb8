import CExecTopSystem

/// What the program was started with.
public enum ProgramArguments {
  /// Without the program's own name. `CommandLine.arguments` reads /proc, and is empty where that is not mounted.
  public static var all: [String] {
    // Each is a string that ends in NUL and stays as long as the program runs; it is copied here.
    (1..<max(1, exectop_argument_count())).compactMap { exectop_argument($0).map { String(cString: $0) } }
  }
}
