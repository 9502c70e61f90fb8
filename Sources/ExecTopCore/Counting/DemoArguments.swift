/// With which arguments a program of the invented workload runs.
struct DemoArguments {
  var arguments: [String]
  var interpreter: String?

  /// - Parameter number: another one gives others, of a few.
  init(of path: String, number: UInt64) {
    var random = SplitMix(state: number)
    func one(of texts: [String]) -> String { texts[Int(random.next() % UInt64(texts.count))] }
    let name = String(path.split(separator: "/").last ?? "")
    let source = one(of: ["parser", "lexer", "main", "table", "screen"])
    switch name {
    case "clang", "clang-cc1": arguments = [name, "-O2", "-c", "src/\(source).c", "-o", "build/\(source).o"]
    case "ld.lld": arguments = [name, "-o", "build/app"] + ["parser", "lexer", "main"].map { "build/\($0).o" }
    case "sh":
      arguments = [
        name, "-c", one(of: ["sed -e s/@VERSION@/1.4/ config.in", "./queue --drain", "date +%s >> run.log"]),
      ]
    case "sed": arguments = [name, "-e", "s/@VERSION@/1.4/", "\(source).in"]
    case "grep": arguments = [name, "-q", one(of: ["ERROR", "timeout", "^ok"]), "/var/log/app.log"]
    case "git": arguments = [name] + one(of: ["status --short", "fetch origin", "rev-parse HEAD"]).split(" ")
    case "python3": arguments = [name] + one(of: ["worker.py --queue mail", "-m json.tool", "report.py"]).split(" ")
    case "curl":
      arguments = [name, "-fsS", "https://" + one(of: ["api.example.net/v1/jobs", "hooks.example.net/ping"])]
    case "make": arguments = [name, "-j4", one(of: ["all", "check"])]
    case "cat", "rm", "mkdir": arguments = [name, "build/\(source).d"]
    case "sleep": arguments = [name, "1"]
    case "thumbnail", "résumé-à-jour", "通知":
      interpreter = "/bin/sh"
      arguments = ["/bin/sh", path, "upload-\(random.next() % 1000).jpg"]
    case "convert": arguments = [name, "upload-\(random.next() % 1000).jpg", "-resize", "200x200", "thumb.png"]
    default: arguments = [name]
    }
  }
}

extension String {
  fileprivate func split(_ separator: Character) -> [String] { split(separator: separator).map { String($0) } }
}
