import ExecTopApp
import ExecTopCounting
import ExecTopRecords
import ExecTopScreen
import ExecTopTable
import ExecTopText
import ExecTopTrace
import Testing

@Suite("Path")
struct PathTests {
  @Test(
    "the last component is what stands behind the last slash",
    arguments: [
      ("/usr/bin/git", "git"), ("git", "git"), ("./configure", "configure"), ("/usr/bin/", ""), ("/", ""), ("", ""),
    ])
  func lastComponent(path: String, component: String) {
    #expect(Array(Path(path).lastComponent) == Array(component.utf8))
  }

  @Test("a path is cut once it fills its key", arguments: [(0, false), (254, false), (255, true)])
  func isCut(length: Int, isCut: Bool) {
    #expect(Path(String(repeating: "a", count: length)).isCut == isCut)
  }

  @Test("paths order by their bytes, the shorter one first")
  func order() {
    let ordered = [Path(""), Path("/a"), Path("/a/b"), Path("/b"), Path([0x2f, 0x80]), Path([0x2f, 0xff])]
    #expect(ordered.reversed().sorted() == ordered)
  }
}
