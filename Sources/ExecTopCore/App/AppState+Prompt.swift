import ExecTopCounting
import ExecTopTable
import ExecTopText

// What keys do in the filter prompt.
extension AppState {
  mutating func handleInPrompt(_ key: Key) -> [Effect] {
    guard var prompt else { return [] }
    switch key {
    case .control("c"), .function(10): return [.quit]
    case .control("l"): return [.redraw]
    case .control("z"): return [.suspend]
    case .escape:
      query.filter = prompt.before
      self.prompt = nil
    case .enter:
      // A wrong expression is not applied: it stays to be corrected.
      if prompt.error == nil { self.prompt = nil }
    default:
      let before = prompt.line.text
      guard prompt.line.edit(key) else { return [] }
      guard prompt.line.text != before else {
        self.prompt = prompt
        return []
      }
      let text = prompt.line.string
      do throws(FilterError) {
        let filter = text.isEmpty ? nil : try Filter(text)
        if let filter, let word = filter.launchWord, !seesLaunches {
          throw FilterError(unknown: word, in: filter, reason: noLaunches)
        }
        query.filter = filter
        prompt.error = nil
      } catch {
        query.filter = nil
        prompt.error = error
      }
      self.prompt = prompt
    }
    list()
    return []
  }
}
